//! The one writer of a SQLite file, and the commits that use cases share.
//!
//! A commit waits for the disk, and use cases wait for their turn meanwhile. Those that wait when a use case is done run
//! in its transaction, one after the other, each behind a savepoint of its own, and all are answered after the one
//! commit: a slow disk then costs them one wait, and not one each. Who comes later is in the next transaction.
//!
//! The connection stays here between transactions. One on which something went wrong is dropped, which takes back what
//! was open on it, and the next turn opens another: SQLite ends a transaction by itself on some errors, a full disk among
//! them, and only it knows where it stands then.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Connection,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, watch},
    time::timeout,
};

use crate::Result;

/// The connection that writes, and whose turn it is to use it.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    connect: Arc<SqliteConnectOptions>,
    patience: Duration,
    place: Arc<Mutex<Place>>,
    waiting: Arc<AtomicUsize>,
}

/// What the next turn finds.
#[derive(Debug)]
enum Place {
    /// A connection without a transaction.
    Idle(SqliteConnection),
    /// A transaction that more use cases may join.
    Shared(Shared),
    /// Nothing: the connection is in use, or was dropped.
    Empty,
    /// The end.
    Closed,
}

/// A transaction with the work of use cases that wait for its commit. Dropped without it, it is rolled back, and they
/// learn that it is lost.
#[derive(Debug)]
struct Shared {
    connection: SqliteConnection,
    committed: watch::Sender<bool>,
}

/// The turn of a use case.
#[derive(Debug)]
pub(crate) struct Turn {
    writer: Writer,
    place: OwnedMutexGuard<Place>,
    /// Told when the transaction is committed that this use case joined; none when it began one.
    joined: Option<watch::Sender<bool>>,
    alone: bool,
}

/// How a shared transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It is on disk.
    Committed,
    /// Nothing of it is on disk, because of somebody else's work or of the disk: the use case runs again.
    Lost,
}

impl Writer {
    /// Opens the file, making it where there is none. Nobody waits longer than `patience` for a turn.
    pub(crate) async fn open(connect: SqliteConnectOptions, patience: Duration) -> sqlx::Result<Self> {
        let connection = SqliteConnection::connect_with(&connect).await?;
        Ok(Self {
            connect: Arc::new(connect),
            patience,
            place: Arc::new(Mutex::new(Place::Idle(connection))),
            waiting: Arc::default(),
        })
    }

    /// Waits for a turn, in the order of asking. The turn of who is `alone` shares its transaction with nobody.
    pub(crate) async fn turn(&self, alone: bool) -> Result<(Turn, SqliteConnection)> {
        let mut place = self.wait().await?;
        let (joined, connection) = match std::mem::replace(&mut *place, Place::Empty) {
            Place::Shared(mut shared) if !alone => {
                run(&mut shared.connection, "savepoint turn").await?;
                (Some(shared.committed), shared.connection)
            }
            other => {
                let mut connection = self.idle(other).await?;
                run(&mut connection, "begin immediate").await?;
                (None, connection)
            }
        };
        let turn = Turn {
            writer: self.clone(),
            place,
            joined,
            alone,
        };
        Ok((turn, connection))
    }

    /// Another connection to the same file, for what takes no turn.
    pub(crate) async fn another_connection(&self) -> Result<SqliteConnection> {
        Ok(SqliteConnection::connect_with(&self.connect).await?)
    }

    /// Closes the connection after the turns that are asked for by now.
    pub(crate) async fn close(&self) {
        let mut place = self.place.lock().await;
        let connection = match std::mem::replace(&mut *place, Place::Closed) {
            Place::Idle(connection) => Some(connection),
            Place::Shared(shared) => shared.commit().await,
            Place::Empty | Place::Closed => None,
        };
        if let Some(connection) = connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the database was not closed in order"
            );
        }
    }

    async fn wait(&self) -> Result<OwnedMutexGuard<Place>> {
        let _waiting = Waiting::one_more(&self.waiting);
        match timeout(self.patience, self.place.clone().lock_owned()).await {
            Ok(place) => Ok(place),
            Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
        }
    }

    /// A connection without a transaction: what was found, committed if it is shared, or a new one.
    async fn idle(&self, found: Place) -> Result<SqliteConnection> {
        let connection = match found {
            Place::Idle(connection) => Some(connection),
            // Not in the task of who waits for it, who may go away: the others would not learn how it ended.
            Place::Shared(shared) => tokio::spawn(shared.commit()).await.unwrap_or_default(),
            Place::Empty => None,
            Place::Closed => return Err(sqlx::Error::PoolClosed.into()),
        };
        match connection {
            Some(connection) => Ok(connection),
            None => self.another_connection().await,
        }
    }

    /// Commits the shared transaction once everybody who waits now had their turn in it.
    fn commit_after_those_who_wait(&self) {
        let place = self.place.clone();
        tokio::spawn(async move {
            let mut place = place.lock().await;
            if let Place::Shared(shared) = std::mem::replace(&mut *place, Place::Empty) {
                *place = shared.commit().await.map_or(Place::Empty, Place::Idle);
            }
        });
    }
}

impl Shared {
    /// Commits it and tells everybody in it; gives the connection if it can be used again.
    async fn commit(mut self) -> Option<SqliteConnection> {
        match run(&mut self.connection, "commit").await {
            Ok(()) => {
                self.committed.send_replace(true);
                Some(self.connection)
            }
            // Each use case in it runs again, and has an error of its own then.
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a shared commit failed; its parts are tried again"
                );
                None
            }
        }
    }
}

impl Turn {
    /// Ends the turn of a use case that succeeded, and waits until its work is on disk.
    pub(crate) async fn finish(mut self, mut connection: SqliteConnection) -> Result<Ended> {
        let committed = if let Some(committed) = self.joined.take() {
            run(&mut connection, "release savepoint turn").await?;
            committed
        } else if self.alone || self.writer.waiting.load(Ordering::Relaxed) == 0 {
            run(&mut connection, "commit").await?;
            *self.place = Place::Idle(connection);
            return Ok(Ended::Committed);
        } else {
            self.writer.commit_after_those_who_wait();
            watch::Sender::new(false)
        };
        let mut end = committed.subscribe();
        *self.place = Place::Shared(Shared { connection, committed });
        drop(self);
        Ok(match end.wait_for(|committed| *committed).await {
            Ok(_) => Ended::Committed,
            Err(_) => Ended::Lost,
        })
    }

    /// Ends the turn of a use case that failed: what it wrote is rolled back, and nothing of the others'.
    pub(crate) async fn withdraw(mut self, mut connection: SqliteConnection) {
        let Some(committed) = self.joined.take() else {
            if run(&mut connection, "rollback").await.is_ok() {
                *self.place = Place::Idle(connection);
            }
            return;
        };
        if run(&mut connection, "rollback to savepoint turn").await.is_ok()
            && run(&mut connection, "release savepoint turn").await.is_ok()
        {
            *self.place = Place::Shared(Shared { connection, committed });
        }
    }
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) -> Result<()> {
    sqlx::query(statement).execute(connection).await?;
    Ok(())
}

/// Counts who waits for a turn, for as long as it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn one_more(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
