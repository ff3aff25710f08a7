//! Why an installation cannot be opened, for whoever started the program.

use std::{io, path::PathBuf};

use service::{StartError, backup::BackupError, installation::KeysMismatch};

/// Why an installation cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// The data folder cannot be made or written.
    #[error(
        "the data folder {} cannot be used: {why}. Make it writable for this user, or name another one (data_dir, \
         PAPERROUND_DATA_DIR)", folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// Another process works on the folder.
    #[error(
        "another Paperround process{} works on the data folder {}. Stop it first; to share work between processes, use \
         PostgreSQL (database_url)", pid.as_deref().map(|pid| format!(" (number {pid})")).unwrap_or_default(),
        folder.display()
    )]
    Locked {
        /// The folder.
        folder: PathBuf,
        /// The process, as far as it is known.
        pid: Option<String>,
    },
    /// The database cannot be opened.
    #[error("the database {database} cannot be opened: {why}. {advice}")]
    Database {
        /// Its address, without a password.
        database: String,
        /// Why not, with its causes.
        why: String,
        /// What to do.
        advice: &'static str,
    },
    /// A migration failed.
    #[error("the database's tables cannot be brought up to this version: {why}. {advice}")]
    Migrate {
        /// Why not, with its causes.
        why: String,
        /// What to do.
        advice: &'static str,
    },
    /// A process of another version works on the database.
    #[error(
        "the database's tables are not those of this version, and a running process uses them. Stop it, and run this \
         again"
    )]
    OtherVersion,
    /// The key file is gone.
    #[error(
        "the secret keys are missing: {} is not there, but the database was set up with keys. Bring the file back from \
         a backup: without it, links in mails that went out stop working", path.display()
    )]
    KeysGone {
        /// Where they were looked for.
        path: PathBuf,
    },
    /// The keys have to be configured.
    #[error(
        "with PostgreSQL, the secret keys come from the configuration, because several processes share them: set \
         secret_keys_file (PAPERROUND_SECRET_KEYS_FILE) to a file with one line such as\n    {example}\nThis one is new \
         and was not kept anywhere."
    )]
    KeysNotGiven {
        /// A key that was made for this message.
        example: String,
    },
    /// The key file that was named is not there.
    #[error(
        "the key file {} is not there. Make it with one line such as\n    {example}\nThis one is new and was not kept \
         anywhere.", path.display()
    )]
    KeyFileMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// A key that was made for this message.
        example: String,
    },
    /// A restore would overwrite the keys of something else.
    #[error(
        "the key file {} lacks the keys of this backup, and would be overwritten. Move it away, or name another one \
         (secret_keys_file, PAPERROUND_SECRET_KEYS_FILE)", path.display()
    )]
    OtherKeys {
        /// The file.
        path: PathBuf,
    },
    /// The key file cannot be read or written.
    #[error("the key file {} cannot be used: {why}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Keys of another installation.
    #[error(transparent)]
    Keys(#[from] KeysMismatch),
    /// A backup was opened as if it were a data folder.
    #[error("this database is a backup: bring it back with `paperround restore FILE`")]
    IsBackup,
    /// There is something that a restore would overwrite.
    #[error(
        "there is a database already, or what was left of one: {}. Move all of it away, or restore into another folder \
         (--data-dir)",
        shown(files)
    )]
    DatabaseThere {
        /// Its files.
        files: Vec<PathBuf>,
    },
    /// A backup cannot be brought back.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The use cases do not start.
    #[error(transparent)]
    Service(#[from] StartError),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn shown(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    names.join(", ")
}
