//! Opening the database and bringing it up to this version.

use std::error::Error;

use domain::{Clock, Random};
use store::{Db, MigrateError};

use super::StartupError;
use crate::config::{Config, hide_password};

/// What to do about a file that does not open.
const FILE: &str = "Name a database of Paperround's, or a file that is not there yet, in a folder that this user may \
                    write to (database_url, PAPERROUND_DATABASE_URL)";
/// What to do about a server that does not answer, or refuses.
const SERVER: &str = "Check that the server runs and can be reached from here, and that user, password and database are \
                      right (database_url, PAPERROUND_DATABASE_URL). The database has to be made before the first start: \
                      an empty one, owned by that user";
/// What to do about tables that another version made.
const NEWER: &str = "A newer version of Paperround has worked on this database: run that one, or bring back a backup \
                     from before it";
/// What to do about a migration that failed.
const RIGHTS: &str = "What failed has changed nothing. Put it right and run this again; with PostgreSQL, this user has \
                      to own the database, or be allowed to make tables in it";

pub(super) async fn open(config: &Config, may_migrate: bool, clock: Clock, random: Random) -> Result<Db, StartupError> {
    let db = Db::open(&config.database, clock, random)
        .await
        .map_err(|error| StartupError::Database {
            database: hide_password(&config.database.url).unwrap_or_else(|| "(its address is hidden)".to_owned()),
            why: error.source().map_or_else(|| error.to_string(), with_causes),
            advice: if config.is_sqlite() { FILE } else { SERVER },
        })?;
    if may_migrate {
        db.migrate().await.map_err(|error| StartupError::Migrate {
            why: with_causes(&error),
            advice: match error {
                MigrateError::VersionMissing(_) => NEWER,
                _ => RIGHTS,
            },
        })?;
    } else if !db.is_current().await? {
        return Err(StartupError::OtherVersion);
    }
    Ok(db)
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
