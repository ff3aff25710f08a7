//! The settings of the mail provider.

use std::path::Path;

use mail::smtp::{Login, Relay, TlsMode};

use super::{error::ConfigError, layers::Layers, value::Found};
use crate::web::WebSettings;

/// Where mail goes, and how fast.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Where it goes; without one everything waits.
    pub provider: Option<ProviderChoice>,
    /// The most mails in a second.
    pub per_second: Option<u32>,
    /// The most mails in a day.
    pub per_day: Option<u32>,
    /// How many connections mailings use.
    pub lanes: u32,
}

/// The kinds of provider.
#[derive(Debug, Clone)]
pub enum ProviderChoice {
    /// Out, through a relay.
    Smtp(Box<Relay>),
    /// Into the mail catcher in the data folder.
    Catch,
}

pub(super) fn settings(layers: &Layers, web: &WebSettings) -> Result<MailSettings, ConfigError> {
    let provider = provider(layers)?;
    if let Some(ProviderChoice::Smtp(_)) = &provider {
        require_https(layers, web)?;
    }
    Ok(MailSettings {
        provider,
        per_second: layers.number_if_set("smtp_per_second", 1..=1_000_000)?,
        per_day: layers.number_if_set("smtp_per_day", 1..=1_000_000_000)?,
        lanes: layers.number("smtp_lanes", 1..=500)?,
    })
}

fn provider(layers: &Layers) -> Result<Option<ProviderChoice>, ConfigError> {
    let parts = [
        "smtp_host",
        "smtp_port",
        "smtp_user",
        "smtp_password",
        "smtp_password_file",
        "smtp_tls",
    ];
    let given = parts.into_iter().find_map(|name| layers.find(name));
    match (layers.find("smtp_url"), given) {
        (None, None) => Ok(None),
        (Some(url), None) => from_url(&url).map(Some),
        (Some(_), Some(part)) => Err(part.wrong("part of smtp_url, or smtp_url left out")),
        (None, Some(_)) => from_parts(layers).map(Some),
    }
}

fn from_url(url: &Found) -> Result<ProviderChoice, ConfigError> {
    if url.text.trim() == "catch:" {
        return Ok(ProviderChoice::Catch);
    }
    let relay = url.text.parse::<Relay>().map_err(|error| url.wrong(error))?;
    Ok(ProviderChoice::Smtp(Box::new(relay)))
}

fn from_parts(layers: &Layers) -> Result<ProviderChoice, ConfigError> {
    let host = layers.find("smtp_host").ok_or_else(|| ConfigError::Missing {
        setting: "smtp_host",
        why: "the mail provider's other settings are there".to_owned(),
    })?;
    let port = match layers.find("smtp_port") {
        Some(port) => Some(port.parse("a port, such as 587")?),
        None => None,
    };
    let tls: Option<TlsMode> = match layers.find("smtp_tls") {
        Some(tls) => Some(tls.text.parse().map_err(|error| tls.wrong(error))?),
        None => None,
    };
    let login = match (layers.find("smtp_user"), password(layers)?) {
        (None, None) => None,
        (user, password) => Some(Login {
            user: user.map(|user| user.text).unwrap_or_default(),
            password: password.unwrap_or_default(),
        }),
    };
    let relay = Relay::new(&host.text, port, login, tls).map_err(|error| host.wrong(error))?;
    Ok(ProviderChoice::Smtp(Box::new(relay)))
}

fn password(layers: &Layers) -> Result<Option<String>, ConfigError> {
    let Some(file) = layers.find("smtp_password_file") else {
        return Ok(layers.find("smtp_password").map(|found| found.text));
    };
    if layers.find("smtp_password").is_some() {
        return Err(file.wrong("smtp_password or smtp_password_file, not both"));
    }
    let text = std::fs::read_to_string(Path::new(&file.text))
        .map_err(|error| file.wrong(format_args!("a file that can be read ({error})")))?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Links in real mail carry tokens that must not travel in clear.
fn require_https(layers: &Layers, web: &WebSettings) -> Result<(), ConfigError> {
    if web.is_https() || web.is_local() {
        return Ok(());
    }
    let why = "an address with https, such as https://news.example.org, because links in mails carry tokens";
    Err(match layers.find("public_url") {
        Some(found) => found.wrong(why),
        None => ConfigError::Missing {
            setting: "public_url",
            why: why.to_owned(),
        },
    })
}
