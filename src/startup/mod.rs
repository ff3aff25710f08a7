//! From a configuration to a service that may work: the data folder, its lock, the database, the keys.

mod database;
mod error;
mod folder;
mod keys;
mod restore;

use domain::{Clock, Random};
use mail::{Provider, catch::Catcher, smtp::Relay};
use service::{Service, Settings, caught};

pub use self::{
    error::StartupError,
    folder::{FolderLock, private_file},
    restore::restore,
};
use crate::config::{Config, ProviderChoice};

/// What a process is going to do with the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Run for long: with a SQLite file, as the only one.
    Stay,
    /// Do one thing, perhaps beside a process that stays.
    Visit,
}

/// An installation, opened.
#[derive(Debug)]
pub struct House {
    /// The use cases.
    pub service: Service,
    /// The mail catcher, when that is where mail goes.
    pub catcher: Option<Catcher>,
    /// Held for as long as this process may work on a SQLite file alone.
    _lock: Option<FolderLock>,
}

/// Opens an installation; the first time, makes it.
///
/// # Errors
/// When the folder, the database or the keys cannot be used, with what to do about it.
pub async fn open(config: &Config, purpose: Purpose) -> Result<House, StartupError> {
    let (clock, random) = (Clock::system(), Random::from_system());
    folder::prepare(&config.data_dir)?;
    let lock = match (config.is_sqlite(), purpose) {
        (false, _) => None,
        (true, Purpose::Stay) => Some(FolderLock::take(&config.data_dir)?),
        (true, Purpose::Visit) => FolderLock::take(&config.data_dir).ok(),
    };
    let may_migrate = lock.is_some() || !config.is_sqlite();
    let db = database::open(config, may_migrate, clock.clone(), random.clone()).await?;
    let keys = keys::settle(config, &db, &random).await?;
    let catcher = Catcher::new(config.data_dir.join("mail"), clock, random);
    let service = Service::start(db, keys, settings(config, &catcher)).await?;
    if purpose == Purpose::Stay {
        disown_caught(&service).await?;
    }
    let is_catching = matches!(config.mail.provider, Some(ProviderChoice::Catch));
    Ok(House {
        service,
        catcher: is_catching.then_some(catcher),
        _lock: lock,
    })
}

/// Says so where the mail catcher was the provider until now.
async fn disown_caught(service: &Service) -> Result<(), StartupError> {
    match caught::disown(service).await? {
        0 => {}
        mails => tracing::warn!(
            mails,
            "mails that went to the mail catcher count as caught now, because they reached nobody; what they brought and is \
             still owed comes with the next mailing. See what that is before it leaves: `paperround mailing list`"
        ),
    }
    Ok(())
}

/// What the use cases need to know of the configuration.
fn settings(config: &Config, catcher: &Catcher) -> Settings {
    let provider = match &config.mail.provider {
        None => None,
        Some(ProviderChoice::Smtp(relay)) => Some(Provider::Smtp(Relay::clone(relay))),
        Some(ProviderChoice::Catch) => Some(Provider::Catch(catcher.clone())),
    };
    Settings {
        provider,
        per_second: config.mail.per_second,
        per_day: config.mail.per_day,
        lanes: config.mail.lanes as usize,
        feed_allow_hosts: config.feed_allow_hosts.iter().map(ToString::to_string).collect(),
        ..Settings::new(config.web.public_url.clone(), catcher.clone())
    }
}
