//! From a backup to a data folder. It gets its name last, so that half a restore is none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::{Clock, Random};
use service::backup::{self, BackupError};
use store::{Db, Options};

use super::{FolderLock, StartupError, folder, keys, private_file};
use crate::config::{Config, KeySource};

/// What SQLite keeps beside a database, by the end of its name, and takes for the next one's of the same name.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Brings a backup back into the data folder, which must not have a database, nor other keys.
///
/// # Errors
/// When there is a database or a part of one already, the key file has other keys, or the file is no backup.
pub async fn restore(config: &Config, file: &Path) -> Result<(), StartupError> {
    let Some(database) = config.database.sqlite_file() else {
        return Err(BackupError::Postgres.into());
    };
    folder::prepare(&config.data_dir)?;
    let _lock = FolderLock::take(&config.data_dir)?;
    let files = files_there(database).map_err(BackupError::from)?;
    if !files.is_empty() {
        return Err(StartupError::DatabaseThere { files });
    }
    let unfinished = database.with_extension("restoring");
    // One that was stopped half way left its own.
    remove(&unfinished).map_err(BackupError::from)?;
    let result = bring_back(config, file, &unfinished).await;
    if result.is_err() {
        remove(&unfinished).map_err(BackupError::from)?;
    }
    result?;
    fs::rename(&unfinished, database).map_err(BackupError::from)?;
    Ok(())
}

/// Those files of a database that are there.
fn files_there(database: &Path) -> io::Result<Vec<PathBuf>> {
    let companions = COMPANIONS.iter().map(|end| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    });
    let mut there = Vec::new();
    for file in companions.chain([database.to_owned()]) {
        if file.try_exists()? {
            there.push(file);
        }
    }
    Ok(there)
}

fn remove(database: &Path) -> io::Result<()> {
    files_there(database)?.iter().try_for_each(fs::remove_file)
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
        KeySource::File { path, .. } => keys::bring_back(path, &carried),
        // They are compared with those of the database at the next start.
        KeySource::Given(_) => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = fs::File::open(from)?;
    let mut target = private_file(to)?;
    target.set_len(0)?;
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}
