//! Whether this process belongs to this database.

use domain::Keys;
use store::{Db, installation};

/// What the names of fingerprints begin with in the table.
const KEY: &str = "key:";
/// Under which name a backup carries the keys themselves.
pub(crate) const CARRIED_KEYS: &str = "backup:keys";

/// Why a process must not work on a database.
#[derive(Debug, thiserror::Error)]
pub enum KeysMismatch {
    /// The process has another key of that number.
    #[error(
        "secret key {0} is not the one that this database was set up with; links in mails that went out would stop \
         working. Bring back the key that belongs to it"
    )]
    Different(u8),
    /// The process lacks a key.
    #[error(
        "secret key {0}, which this database was set up with, is missing. Keys are added, never taken away: bring it back"
    )]
    Lacking(u8),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Whether a process with secret keys has worked on this database before.
///
/// # Errors
/// The database's.
pub async fn has_keys(db: &Db) -> Result<bool, store::Error> {
    let known = db
        .read(|mut tx| async move { installation::all(&mut tx).await })
        .await?;
    Ok(known.iter().any(|(name, _)| name.starts_with(KEY)))
}

/// Whether this database is a backup, which carries its keys and must be restored before anything works on it.
///
/// # Errors
/// The database's.
pub async fn is_backup(db: &Db) -> Result<bool, store::Error> {
    let carried = db
        .read(|mut tx| async move { installation::get(&mut tx, CARRIED_KEYS).await })
        .await?;
    Ok(carried.is_some())
}

/// Compares the keys of this process with those that the database knows, and remembers the ones that are new.
///
/// # Errors
/// When a known key is missing here or is another: the process must not start.
pub async fn check_keys(db: &Db, keys: &Keys) -> Result<(), KeysMismatch> {
    let fingerprints = &keys.fingerprints();
    db.write(|mut tx| async move {
        let known = installation::all(&mut tx).await?;
        for (name, fingerprint) in &known {
            let Some(number) = name.strip_prefix(KEY).and_then(|number| number.parse().ok()) else {
                continue;
            };
            match fingerprints.iter().find(|(n, _)| *n == number) {
                Some((_, same)) if same == fingerprint => {}
                Some(_) => return Err(KeysMismatch::Different(number)),
                None => return Err(KeysMismatch::Lacking(number)),
            }
        }
        for (number, fingerprint) in fingerprints {
            installation::set(&mut tx, &format!("{KEY}{number}"), fingerprint).await?;
        }
        Ok(())
    })
    .await
}
