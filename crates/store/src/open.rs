//! Opening a database of either engine.

use std::{path::Path, str::FromStr, time::Duration};

use domain::{Clock, Random};
use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Db, Error, db::Pools, writer::Writer};

/// How long a writer waits for a lock that another process holds on the SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// After how many pages of 4 KiB the write-ahead log is copied into the SQLite file. Pages that change often, such as those
/// of a mailing under way, are copied once for all of their changes, so four times SQLite's own number spares work.
const CHECKPOINT: &str = "4000";
/// How many connections read a SQLite file at once.
const SQLITE_READERS: u32 = 4;

/// After how long PostgreSQL ends a transaction whose process no longer speaks (it was stopped, or its machine is gone),
/// because others wait for the rows that it locked. No transaction of ours waits for anything but the database.
const POSTGRES_PATIENCE: &str = "15s";

/// Which database, and how much of it.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://...`.
    pub url: String,
    /// The most connections to PostgreSQL that this process opens.
    pub postgres_connections: u32,
}

impl Options {
    /// The file of the database, where it is SQLite's.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<&Path> {
        let path = self.url.strip_prefix("sqlite:")?;
        Some(Path::new(path.trim_start_matches("//")))
    }
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite:` nor `postgres:`.
    #[error("a database address starts with sqlite: or postgres://")]
    UnknownEngine,
    /// The address cannot be read.
    #[error("the database address cannot be read: {0}")]
    Malformed(#[source] sqlx::Error),
    /// There is no answer, or a refusal.
    #[error("the database cannot be opened")]
    Unreachable(#[source] Error),
}

impl Db {
    /// Opens a database and makes sure that it answers. A SQLite file is made where there is none, readable by its
    /// owner only.
    ///
    /// # Errors
    /// When the address is wrong or the database does not answer.
    pub async fn open(options: &Options, clock: Clock, random: Random) -> Result<Self, OpenError> {
        let unreachable = |error: sqlx::Error| OpenError::Unreachable(error.into());
        let pools = if let Some(file) = options.sqlite_file() {
            open_sqlite(file).await.map_err(unreachable)?
        } else if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
            let connect = PgConnectOptions::from_str(&options.url)
                .map_err(OpenError::Malformed)?
                .application_name("paperround")
                .options([("idle_in_transaction_session_timeout", POSTGRES_PATIENCE)]);
            Pools::Postgres(
                open_postgres(connect, options.postgres_connections)
                    .await
                    .map_err(unreachable)?,
            )
        } else {
            return Err(OpenError::UnknownEngine);
        };
        Ok(Self::new(pools, clock, random))
    }
}

async fn open_sqlite(path: &Path) -> sqlx::Result<Pools> {
    keep_private(path).map_err(sqlx::Error::Io)?;
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What a statement needs to take itself back would otherwise go through a temporary file.
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", CHECKPOINT)
        .busy_timeout(BUSY_TIMEOUT)
        .optimize_on_close(true, Some(400));
    let writer = Writer::open(connect.clone(), BUSY_TIMEOUT * 2).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        // There is no server that could have gone away.
        .test_before_acquire(false)
        .acquire_timeout(BUSY_TIMEOUT)
        .connect_with(connect.pragma("query_only", "on"))
        .await?;
    Ok(Pools::Sqlite { writer, readers })
}

/// Makes the file before SQLite does, so that it and the files that SQLite puts beside it (which take over its mode)
/// can be read by their owner only.
#[cfg(unix)]
fn keep_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

#[cfg(not(unix))]
fn keep_private(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A first connection of its own tells why a server cannot be reached; the pool would only say that it waited.
async fn open_postgres(connect: PgConnectOptions, most: u32) -> sqlx::Result<PgPool> {
    PgConnection::connect_with(&connect).await?.close().await?;
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(BUSY_TIMEOUT)
        .connect_with(connect)
        .await
}
