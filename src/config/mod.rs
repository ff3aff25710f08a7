//! The configuration: defaults, then `paperround.toml`, then the environment, then flags.
//!
//! Every setting is one name with one text, whichever way it comes (`settings`); it is parsed here, once, and a value
//! that makes no sense never gets further: [`ConfigError`] names the setting, where it came from, and what would be
//! right. `docs/configuration.md` is the manual.

mod error;
mod layers;
mod mail;
mod nearest;
mod password;
mod report;
mod settings;
#[cfg(test)]
mod tests;
mod value;
mod web;

use std::path::PathBuf;

use domain::Keys;
use feed::AllowedHost;
use store::Options;

pub use self::{
    error::{ConfigError, Origin},
    layers::{Layers, Sources},
    mail::{MailSettings, ProviderChoice},
    password::hide_password,
    report::report,
    settings::{SETTINGS, Secrecy, Setting},
};
use crate::web::WebSettings;

/// Everything that can be configured, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the web server listens.
    pub listen: std::net::SocketAddr,
    /// What the web pages need to know.
    pub web: WebSettings,
    /// The folder of the database file, the key file and caught mail.
    pub data_dir: PathBuf,
    /// The database.
    pub database: Options,
    /// Where mail goes, and how fast.
    pub mail: MailSettings,
    /// Hosts that feeds may be fetched from although their addresses are not public.
    pub feed_allow_hosts: Vec<AllowedHost>,
    /// The secret keys, or the file that they are in.
    pub keys: KeySource,
    /// How background work is done.
    pub jobs: JobSettings,
    /// What is logged.
    pub log: LogSettings,
}

/// Where the secret keys are.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// In the configuration itself.
    Given(Keys),
    /// In a file. One that was not named by anybody is made at the first start.
    File {
        /// The file.
        path: PathBuf,
        /// Whether it may be made.
        may_be_made: bool,
    },
}

/// How background work is done.
#[derive(Debug, Clone, Copy)]
pub struct JobSettings {
    /// After how many seconds another process takes over the work of one that is silent.
    pub lease_seconds: u32,
}

/// What is logged.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// The filter, in the syntax of `tracing_subscriber::EnvFilter`.
    pub filter: String,
    /// The format of each line.
    pub format: LogFormat,
}

/// The format of each line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Config {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// The first setting that is wrong.
    pub fn read(layers: &Layers) -> Result<Self, ConfigError> {
        layers.refuse_unknown()?;
        let listen = web::listen(layers)?;
        let web = web::settings(layers, listen)?;
        let data_dir = PathBuf::from(layers.require("data_dir")?.text);
        let mail = mail::settings(layers, &web)?;
        Ok(Self {
            database: database(layers, &data_dir)?,
            keys: keys(layers, &data_dir)?,
            feed_allow_hosts: layers.list("feed_allow_hosts", "hosts such as blog.internal or 10.1.2.3:8080")?,
            jobs: JobSettings {
                lease_seconds: layers.number("lease_seconds", 5..=3600)?,
            },
            log: log(layers)?,
            listen,
            web,
            data_dir,
            mail,
        })
    }

    /// Notes the address that the system gave: when port 0 was asked for, it gave another one.
    pub fn listens_on(&mut self, address: std::net::SocketAddr) {
        if self.web.public_url.port_or_known_default() == Some(0) {
            self.web
                .public_url
                .set_port(Some(address.port()))
                .expect("an address with a port may have another");
        }
        self.listen = address;
    }

    /// Whether the database is a file in the data folder, which one process at a time works on.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.database.url.starts_with("sqlite:")
    }
}

fn database(layers: &Layers, data_dir: &std::path::Path) -> Result<Options, ConfigError> {
    let url = match layers.find("database_url") {
        None => format!("sqlite:{}", data_dir.join("paperround.db").display()),
        Some(found) => {
            let is_sqlite = found.text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty());
            if !is_sqlite && !found.text.starts_with("postgres://") && !found.text.starts_with("postgresql://") {
                return Err(found.wrong("sqlite:PATH, or postgres://user:password@host/database"));
            }
            found.text
        }
    };
    Ok(Options {
        url,
        postgres_connections: layers.number("database_connections", 2..=1000)?,
    })
}

fn keys(layers: &Layers, data_dir: &std::path::Path) -> Result<KeySource, ConfigError> {
    let in_file = layers.find("secret_keys_file");
    if let Some(given) = layers.find("secret_keys") {
        if let Some(file) = in_file {
            return Err(file.wrong("secret_keys or secret_keys_file, not both"));
        }
        let keys = Keys::parse(&given.text).map_err(|error| given.wrong(error))?;
        return Ok(KeySource::Given(keys));
    }
    Ok(match in_file {
        Some(file) => KeySource::File {
            path: PathBuf::from(file.text),
            may_be_made: false,
        },
        None => KeySource::File {
            path: data_dir.join("secret.keys"),
            may_be_made: true,
        },
    })
}

fn log(layers: &Layers) -> Result<LogSettings, ConfigError> {
    let filter = layers.require("log")?;
    if let Err(error) = tracing_subscriber::EnvFilter::try_new(&filter.text) {
        return Err(filter.wrong(format_args!("a filter such as info or info,paperround=debug ({error})")));
    }
    let format = layers.require("log_format")?;
    Ok(LogSettings {
        filter: filter.text,
        format: match format.text.as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => return Err(format.wrong("text or json")),
        },
    })
}
