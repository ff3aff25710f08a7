//! The secret keys: read, or made at the first start, and compared with those that the database knows.

use std::{fs, io, io::Write, path::Path};

use domain::{Keys, Random};
use service::installation;
use store::Db;

use super::{StartupError, private_file};
use crate::config::{Config, KeySource};

pub(super) async fn settle(config: &Config, db: &Db, random: &Random) -> Result<Keys, StartupError> {
    if installation::is_backup(db).await? {
        return Err(StartupError::IsBackup);
    }
    let keys = match &config.keys {
        KeySource::Given(keys) => keys.clone(),
        KeySource::File { path, may_be_made } => match fs::read_to_string(path) {
            Ok(text) => Keys::parse(&text).map_err(|error| unusable(path, error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                first((path, *may_be_made), config.is_sqlite(), db, random).await?
            }
            Err(error) => return Err(unusable(path, error)),
        },
    };
    installation::check_keys(db, &keys).await?;
    Ok(keys)
}

/// The keys of a new installation: made here where nobody named a file and nobody else needs them, otherwise shown as an
/// example.
async fn first(
    (path, may_be_made): (&Path, bool),
    is_alone: bool,
    db: &Db,
    random: &Random,
) -> Result<Keys, StartupError> {
    if installation::has_keys(db).await? {
        return Err(StartupError::KeysGone { path: path.to_owned() });
    }
    let keys = Keys::generate(random);
    let example = keys.expose().trim_end().to_owned();
    match (may_be_made, is_alone) {
        (true, true) => {
            write(path, &keys).map_err(|error| unusable(path, error))?;
            Ok(keys)
        }
        (true, false) => Err(StartupError::KeysNotGiven { example }),
        (false, _) => Err(StartupError::KeyFileMissing {
            path: path.to_owned(),
            example,
        }),
    }
}

/// Puts the keys of a backup into the key file. One that has them stays as it is, and none is overwritten.
pub(super) fn bring_back(path: &Path, carried: &Keys) -> Result<(), StartupError> {
    match fs::read_to_string(path) {
        Ok(text) if Keys::parse(&text).is_ok_and(|there| there.contains(carried)) => Ok(()),
        Ok(_) => Err(StartupError::OtherKeys { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write(path, carried).map_err(|error| unusable(path, error))
        }
        Err(error) => Err(unusable(path, error)),
    }
}

/// Writes the key file beside its place and moves it there once it is on disk: a half-written one would be worse than
/// none.
fn write(path: &Path, keys: &Keys) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = private_file(&beside)?;
    file.set_len(0)?;
    file.write_all(keys.expose().as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

fn unusable(path: &Path, why: impl ToString) -> StartupError {
    StartupError::KeyFile {
        path: path.to_owned(),
        why: why.to_string(),
    }
}
