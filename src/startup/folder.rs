//! The data folder: for this user only, and for one process at a time.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::Path,
};

use super::StartupError;

const LOCK: &str = "paperround.lock";

/// Holds the data folder until it is dropped. The system lets go of it when the process ends, however that happens.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Makes the folder where there is none, readable by its owner only, and makes sure that it can be written.
pub(super) fn prepare(folder: &Path) -> Result<(), StartupError> {
    let unusable = |why| StartupError::Folder {
        folder: folder.to_owned(),
        why,
    };
    make_private(folder).map_err(unusable)?;
    private_file(&folder.join(LOCK)).map(drop).map_err(unusable)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Opens a file for reading and writing, made where there is none, readable by its owner only.
///
/// # Errors
/// The system's.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl FolderLock {
    /// Takes the folder for this process.
    ///
    /// # Errors
    /// When another process has it, or the lock file cannot be used.
    pub fn take(folder: &Path) -> Result<Self, StartupError> {
        let unusable = |why| StartupError::Folder {
            folder: folder.to_owned(),
            why,
        };
        let mut file = private_file(&folder.join(LOCK)).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let is_known = file.read_to_string(&mut pid).is_ok() && !pid.trim().is_empty();
                return Err(StartupError::Locked {
                    folder: folder.to_owned(),
                    pid: is_known.then(|| pid.trim().to_owned()),
                });
            }
            Err(fs::TryLockError::Error(why)) => return Err(unusable(why)),
        }
        let write_pid = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write_pid(&mut file).map_err(unusable)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_for_one_at_a_time_and_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();

        let first = FolderLock::take(folder.path()).unwrap();
        let second = FolderLock::take(folder.path()).unwrap_err();
        drop(first);
        let third = FolderLock::take(folder.path());

        assert!(
            second.to_string().contains(&format!("(number {})", std::process::id())),
            "{second}"
        );
        assert!(third.is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_and_its_files_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;

        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a/b");

        prepare(&folder).unwrap();

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(LOCK))), (0o700, 0o600));
    }
}
