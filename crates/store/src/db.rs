//! The database: one type for both engines, and the few ways into it.

use std::{
    future::Future,
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{Clock, Millis, Queue, Random};
use sqlx::{PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use uuid::Uuid;

use crate::{
    Error,
    error::asks_for_a_retry,
    wake::Wakeups,
    writer::{Ended, Turn, Writer},
};

/// How often a transaction is repeated when PostgreSQL asks for it, before its error is passed on.
const MOST_REPEATS: u32 = 20;

/// A database of either engine, cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    clock: Clock,
    random: Random,
    wakeups: Wakeups,
}

/// The database engines that Paperround speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A server.
    Postgres,
}

#[derive(Debug, Clone)]
pub(crate) enum Pools {
    /// One connection writes, so that writers queue here and do not meet each other's locks; the others read.
    Sqlite {
        writer: Writer,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// The transaction that a statement runs in. Dropped without its closure's success, it is rolled back.
#[derive(Debug)]
pub struct Tx {
    pub(crate) open: Open,
    home: Arc<Mutex<Option<Open>>>,
    clock: Clock,
    random: Random,
}

/// What an open transaction is made of.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) engine: EngineTx,
    enqueued: Vec<Queue>,
    flags: Vec<Arc<AtomicBool>>,
}

#[derive(Debug)]
pub(crate) enum EngineTx {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
    /// Stands in while the transaction is on its way back to [`Db::run`].
    Gone,
}

/// A transaction on a SQLite file: one that reads, or a turn of the one writer.
#[derive(Debug)]
pub(crate) enum SqliteTx {
    Reads(Transaction<'static, Sqlite>),
    Writes(SqliteConnection),
}

#[derive(Debug, Clone, Copy)]
enum Access {
    Read,
    Write,
    Claim,
}

impl Db {
    pub(crate) fn new(pools: Pools, clock: Clock, random: Random) -> Self {
        Self {
            pools,
            clock,
            random,
            wakeups: Wakeups::new(),
        }
    }

    /// Runs a closure that only reads, on one unchanging view of the data.
    ///
    /// # Errors
    /// The closure's own, and the database's.
    pub async fn read<T, E, F, Fut>(&self, closure: F) -> Result<T, E>
    where
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: std::error::Error + From<Error> + 'static,
    {
        self.run(Access::Read, closure).await
    }

    /// Runs a use case: a closure over one transaction, committed when it succeeds and rolled back when it fails.
    ///
    /// PostgreSQL runs it serializable and may ask for it again, and on SQLite a commit that it shares with others may
    /// be lost, so the closure must have no effects but on the transaction. SQLite holds the one write lock for as long
    /// as it runs: never wait for a network in it.
    ///
    /// # Errors
    /// The closure's own, and the database's.
    pub async fn write<T, E, F, Fut>(&self, closure: F) -> Result<T, E>
    where
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: std::error::Error + From<Error> + 'static,
    {
        self.run(Access::Write, closure).await
    }

    /// Like [`Db::write`], but at PostgreSQL's "read committed", for statements that choose rows by locking them
    /// (`for update skip locked`), which serializable transactions would only repeat.
    ///
    /// # Errors
    /// The closure's own, and the database's.
    pub async fn claim<T, E, F, Fut>(&self, closure: F) -> Result<T, E>
    where
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: std::error::Error + From<Error> + 'static,
    {
        self.run(Access::Claim, closure).await
    }

    async fn run<T, E, F, Fut>(&self, access: Access, mut closure: F) -> Result<T, E>
    where
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: std::error::Error + From<Error> + 'static,
    {
        let (mut repeats, mut lost) = (0, 0);
        loop {
            let home = Arc::new(Mutex::new(None));
            let (engine, turn) = self.begin(access, lost > 1).await?;
            let tx = Tx {
                open: Open {
                    engine,
                    enqueued: Vec::new(),
                    flags: Vec::new(),
                },
                home: home.clone(),
                clock: self.clock.clone(),
                random: self.random.clone(),
            };
            let result = closure(tx).await;
            let open = home.lock().unwrap_or_else(PoisonError::into_inner).take();
            let open = open.expect("a transaction comes home when its closure ends");
            let result = match result {
                Ok(value) => match self.commit(open, turn).await {
                    Ok(Ended::Committed) => Ok(value),
                    Ok(Ended::Lost) => {
                        lost += 1;
                        continue;
                    }
                    Err(error) => Err(E::from(error)),
                },
                Err(error) => {
                    if let (EngineTx::Sqlite(SqliteTx::Writes(connection)), Some(turn)) = (open.engine, turn) {
                        turn.withdraw(connection).await;
                    }
                    Err(error)
                }
            };
            match result {
                Err(error) if asks_for_a_retry(&error) && repeats < MOST_REPEATS => {
                    repeats += 1;
                    let most = 1 << repeats.min(7);
                    tokio::time::sleep(Duration::from_millis(self.random.below(most))).await;
                }
                result => return result,
            }
        }
    }

    /// Begins a transaction, or joins one: writers of SQLite have their turn in it.
    async fn begin(&self, access: Access, alone: bool) -> Result<(EngineTx, Option<Turn>), Error> {
        let engine = match (&self.pools, access) {
            (Pools::Sqlite { readers, .. }, Access::Read) => EngineTx::Sqlite(SqliteTx::Reads(readers.begin().await?)),
            (Pools::Sqlite { writer, .. }, _) => {
                let (turn, connection) = writer.turn(alone).await?;
                return Ok((EngineTx::Sqlite(SqliteTx::Writes(connection)), Some(turn)));
            }
            (Pools::Postgres(pool), access) => EngineTx::Postgres(
                pool.begin_with(match access {
                    Access::Read => "begin isolation level repeatable read read only",
                    Access::Write => "begin isolation level serializable",
                    Access::Claim => "begin isolation level read committed",
                })
                .await?,
            ),
        };
        Ok((engine, None))
    }

    async fn commit(&self, open: Open, turn: Option<Turn>) -> Result<Ended, Error> {
        let ended = match (open.engine, turn) {
            (EngineTx::Sqlite(SqliteTx::Writes(connection)), Some(turn)) => turn.finish(connection).await?,
            (EngineTx::Sqlite(SqliteTx::Reads(tx)), _) => tx.commit().await.map(|()| Ended::Committed)?,
            (EngineTx::Postgres(tx), _) => tx.commit().await.map(|()| Ended::Committed)?,
            (EngineTx::Sqlite(SqliteTx::Writes(_)), None) => unreachable!("who writes has a turn"),
            (EngineTx::Gone, _) => unreachable!("a transaction that came home is open"),
        };
        if ended == Ended::Committed {
            for flag in open.flags {
                flag.store(true, Ordering::Release);
            }
            for queue in open.enqueued {
                self.wakeups.ring(queue);
            }
        }
        Ok(ended)
    }

    /// Waits until this process commits a job into that queue. Jobs of other processes ring no bell here.
    pub async fn job_committed(&self, queue: Queue) {
        self.wakeups.heard(queue).await;
    }

    /// Wakes whoever waits in [`Db::job_committed`].
    pub fn ring(&self, queue: Queue) {
        self.wakeups.ring(queue);
    }

    /// The engine behind it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The clock that its rows are stamped with.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The source of its ids.
    #[must_use]
    pub fn random(&self) -> &Random {
        &self.random
    }

    /// Closes every connection, waiting for transactions that are under way.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Reads(tx) => tx,
            Self::Writes(connection) => connection,
        }
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Reads(tx) => tx,
            Self::Writes(connection) => connection,
        }
    }
}

impl Tx {
    /// The time by the database's clock, as [`Db::clock`] gives it.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// A new id of any kind: `tx.id::<domain::ListId>()`.
    #[must_use]
    pub fn id<I: From<Uuid>>(&self) -> I {
        self.random.uuid(self.now()).into()
    }

    /// Rings the queue's bell once this transaction is committed.
    pub(crate) fn ring_after_commit(&mut self, queue: Queue) {
        if !self.open.enqueued.contains(&queue) {
            self.open.enqueued.push(queue);
        }
    }

    /// Sets the flag once this transaction is committed.
    pub(crate) fn set_after_commit(&mut self, flag: Arc<AtomicBool>) {
        self.open.flags.push(flag);
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let gone = Open {
            engine: EngineTx::Gone,
            enqueued: Vec::new(),
            flags: Vec::new(),
        };
        let open = std::mem::replace(&mut self.open, gone);
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = Some(open);
    }
}
