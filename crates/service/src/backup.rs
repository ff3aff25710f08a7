//! A backup is one file: a copy of the SQLite database that carries the secret keys, which the original never does.
//!
//! Such a copy must not be worked on as it is. [`unpack`] takes the keys out and pauses its mailings, because nobody
//! knows what was sent since it was made.

use std::{io, path::Path};

use domain::{Keys, KeysError};
use store::{Db, OpenError, Options, backup, installation};

use crate::{Service, installation::CARRIED_KEYS};

/// What staff read on a mailing that a backup brought back.
const WHY_PAUSED: &str = "Restored from a backup: some of it may have been sent since the backup was made";

/// Why a backup was not written or brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is there already.
    #[error("the file is there already: a backup never overwrites")]
    Exists,
    /// The other engine.
    #[error(
        "PostgreSQL is backed up with its own tools, such as pg_dump; keep the secret keys (secret_keys_file) with it"
    )]
    Postgres,
    /// A file of another kind.
    #[error("this file is not a backup of Paperround")]
    NotABackup,
    /// The keys in it cannot be read.
    #[error("the keys in the backup cannot be read: {0}")]
    Keys(#[from] KeysError),
    /// The file cannot be written.
    #[error("the file cannot be written")]
    File(#[from] io::Error),
    /// The file cannot be opened as a database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The tables cannot be brought up to this version.
    #[error("the backup's tables cannot be brought up to this version: {0}")]
    Migrate(String),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Writes a backup while the installation works. The file appears under its name once it is whole.
///
/// # Errors
/// When it is there already or cannot be written.
pub async fn write(service: &Service, file: &Path) -> Result<(), BackupError> {
    if file.try_exists()? {
        return Err(BackupError::Exists);
    }
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let result = fill(service, file, unfinished).await;
    if result.is_err() && unfinished.exists() {
        std::fs::remove_file(unfinished)?;
    }
    result
}

async fn fill(service: &Service, file: &Path, unfinished: &Path) -> Result<(), BackupError> {
    keep_private(unfinished)?;
    if !service.db.copy_to(unfinished).await? {
        return Err(BackupError::Postgres);
    }
    let copy = open(service, unfinished).await?;
    let keys = &service.keys.expose();
    copy.write(|mut tx| async move { installation::set(&mut tx, CARRIED_KEYS, keys).await })
        .await?;
    copy.close().await;
    std::fs::File::open(unfinished)?.sync_all()?;
    Ok(std::fs::rename(unfinished, file)?)
}

/// Under which name the database keeps when it was last brought back from a backup.
pub(crate) const RESTORED_AT: &str = "backup:restored-at";

/// Makes a copied backup a database that may be worked on: brings its tables up to this version, pauses its mailings
/// and takes out the keys, which are given back.
///
/// # Errors
/// When it is no backup, or of a newer version.
pub async fn unpack(db: &Db) -> Result<Keys, BackupError> {
    let carried = db.read(|mut tx| async move { installation::get(&mut tx, CARRIED_KEYS).await });
    let carried = match carried.await {
        Ok(Some(keys)) => Keys::parse(&keys)?,
        Ok(None) | Err(store::Error::Database(_)) => return Err(BackupError::NotABackup),
        Err(error) => return Err(error.into()),
    };
    db.migrate()
        .await
        .map_err(|error| BackupError::Migrate(error.to_string()))?;
    db.write(|mut tx| async move {
        backup::pause_mailings(&mut tx, WHY_PAUSED).await?;
        let now = tx.now();
        installation::set_moment(&mut tx, RESTORED_AT, now).await?;
        installation::remove(&mut tx, CARRIED_KEYS).await
    })
    .await?;
    Ok(carried)
}

async fn open(service: &Service, file: &Path) -> Result<Db, BackupError> {
    let options = Options {
        url: format!("sqlite:{}", file.display()),
        postgres_connections: 1,
    };
    Ok(Db::open(&options, service.db.clock().clone(), service.db.random().clone()).await?)
}

/// SQLite writes into an empty file that is there, and keeps its mode.
fn keep_private(file: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}
