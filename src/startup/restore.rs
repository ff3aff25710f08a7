//! From a backup to a data folder. It gets its name last, so that half a restore is none.

use std::{fs, io, path::Path};

use domain::{Clock, Random};
use service::backup::{self, BackupError};
use store::{Db, Options};

use super::{FolderLock, StartupError, folder, keys, private_file};
use crate::config::{Config, KeySource};

/// Brings a backup back into the data folder, which must not have a database.
///
/// # Errors
/// When there is a database already, or the file is no backup.
pub async fn restore(config: &Config, file: &Path) -> Result<(), StartupError> {
    let Some(database) = config.database.url.strip_prefix("sqlite:").map(Path::new) else {
        return Err(BackupError::Postgres.into());
    };
    folder::prepare(&config.data_dir)?;
    let _lock = FolderLock::take(&config.data_dir)?;
    if database.exists() {
        return Err(StartupError::DatabaseThere {
            path: database.to_owned(),
        });
    }
    let unfinished = database.with_extension("restoring");
    let result = bring_back(config, file, &unfinished).await;
    if result.is_err() && unfinished.exists() {
        fs::remove_file(&unfinished).map_err(BackupError::from)?;
    }
    result?;
    fs::rename(&unfinished, database).map_err(BackupError::from)?;
    Ok(())
}

/// Makes the copy, and of the copy a database that may be worked on.
async fn bring_back(config: &Config, file: &Path, unfinished: &Path) -> Result<(), StartupError> {
    copy(file, unfinished).map_err(BackupError::from)?;
    let options = Options {
        url: format!("sqlite:{}", unfinished.display()),
        postgres_connections: 1,
    };
    let opened = Db::open(&options, Clock::system(), Random::from_system()).await;
    let db = opened.map_err(|_| BackupError::NotABackup)?;
    let carried = backup::unpack(&db).await;
    db.close().await;
    let carried = carried?;
    match &config.keys {
        KeySource::File { path, .. } => {
            keys::write(path, &carried).map_err(|error| keys::unusable(path, error))?;
        }
        // They are compared with those of the database at the next start.
        KeySource::Given(_) => {}
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = fs::File::open(from)?;
    let mut target = private_file(to)?;
    target.set_len(0)?;
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}
