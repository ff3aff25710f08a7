//! Opening the database and bringing it up to this version.

use std::error::Error;

use domain::{Clock, Random};
use store::Db;
use url::Url;

use super::StartupError;
use crate::config::Config;

pub(super) async fn open(config: &Config, may_migrate: bool, clock: Clock, random: Random) -> Result<Db, StartupError> {
    let db = Db::open(&config.database, clock, random)
        .await
        .map_err(|error| StartupError::Database {
            database: without_password(&config.database.url),
            why: error.source().map_or_else(|| error.to_string(), with_causes),
        })?;
    if may_migrate {
        db.migrate()
            .await
            .map_err(|error| StartupError::Migrate(with_causes(&error)))?;
    } else if !db.is_current().await? {
        return Err(StartupError::OtherVersion);
    }
    Ok(db)
}

fn without_password(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() => {
            parsed
                .set_password(None)
                .expect("an address with a password has a host");
            parsed.into()
        }
        _ => url.to_owned(),
    }
}

/// An error with what lies below it, in one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}
