//! The one writer of a SQLite file, and the commits that use cases share.
//!
//! A commit waits for the disk, and use cases wait for their turn meanwhile. Those that wait when a use case is done run
//! in its transaction, one after the other, each behind a savepoint of its own, and all are answered after the one
//! commit: a slow disk then costs them one wait, and not one each. Who comes later is in the next transaction.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use crate::Error;

/// The connection that writes, and whose turn it is to use it.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    pub(crate) pool: SqlitePool,
    turn: Arc<Mutex<Option<Shared>>>,
    waiting: Arc<AtomicUsize>,
}

/// A transaction with the work of use cases that wait for its commit. Dropped without it, it is rolled back, and they
/// learn that it is lost.
#[derive(Debug)]
struct Shared {
    tx: Transaction<'static, Sqlite>,
    committed: watch::Sender<bool>,
}

/// The turn of a use case.
#[derive(Debug)]
pub(crate) struct Turn {
    writer: Writer,
    place: OwnedMutexGuard<Option<Shared>>,
    /// Told when the transaction is committed that this use case joined; none when it began one.
    joined: Option<watch::Sender<bool>>,
    alone: bool,
}

/// How a shared transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It is on disk.
    Committed,
    /// Nothing of it is on disk, because of somebody else's work or of the disk: the use case runs again, alone.
    Lost,
}

impl Writer {
    pub(crate) fn new(pool: SqlitePool) -> Self {
        Self {
            pool,
            turn: Arc::default(),
            waiting: Arc::default(),
        }
    }

    /// Waits for a turn, in the order of asking. The turn of who is `alone` shares its transaction with nobody.
    pub(crate) async fn turn(&self, alone: bool) -> Result<(Turn, Transaction<'static, Sqlite>), Error> {
        let mut place = {
            let _waiting = Waiting::one_more(&self.waiting);
            self.turn.clone().lock_owned().await
        };
        let mut shared = place.take();
        if alone && let Some(shared) = shared.take() {
            shared.commit().await;
        }
        let (joined, tx) = if let Some(Shared { mut tx, committed }) = shared {
            sqlx::query("savepoint turn").execute(&mut *tx).await?;
            (Some(committed), tx)
        } else {
            (None, self.pool.begin_with("begin immediate").await?)
        };
        let turn = Turn {
            writer: self.clone(),
            place,
            joined,
            alone,
        };
        Ok((turn, tx))
    }

    /// Commits the shared transaction once everybody who waits now had their turn in it.
    fn commit_after_those_who_wait(&self) {
        let turn = self.turn.clone();
        tokio::spawn(async move {
            if let Some(shared) = turn.lock().await.take() {
                shared.commit().await;
            }
        });
    }
}

impl Shared {
    async fn commit(self) {
        match self.tx.commit().await {
            Ok(()) => drop(self.committed.send_replace(true)),
            // Each use case in it runs again alone, and has an error of its own then.
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a shared commit failed; its parts are tried one by one"
            ),
        }
    }
}

impl Turn {
    /// Ends the turn of a use case that succeeded, and waits until its work is on disk.
    pub(crate) async fn finish(mut self, mut tx: Transaction<'static, Sqlite>) -> Result<Ended, Error> {
        let committed = if let Some(committed) = self.joined.take() {
            sqlx::query("release savepoint turn").execute(&mut *tx).await?;
            committed
        } else if self.alone || self.writer.waiting.load(Ordering::Relaxed) == 0 {
            tx.commit().await?;
            return Ok(Ended::Committed);
        } else {
            self.writer.commit_after_those_who_wait();
            watch::Sender::new(false)
        };
        let mut end = committed.subscribe();
        *self.place = Some(Shared { tx, committed });
        drop(self);
        Ok(match end.wait_for(|committed| *committed).await {
            Ok(_) => Ended::Committed,
            Err(_) => Ended::Lost,
        })
    }

    /// Ends the turn of a use case that failed: what it wrote is rolled back, and nothing of the others'.
    pub(crate) async fn withdraw(mut self, mut tx: Transaction<'static, Sqlite>) {
        let Some(committed) = self.joined.take() else {
            return;
        };
        let undone = async {
            sqlx::query("rollback to savepoint turn").execute(&mut *tx).await?;
            sqlx::query("release savepoint turn").execute(&mut *tx).await
        };
        // SQLite itself ends a transaction on some errors, a full disk among them; the others run again then.
        if undone.await.is_ok() {
            *self.place = Some(Shared { tx, committed });
        }
    }
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
