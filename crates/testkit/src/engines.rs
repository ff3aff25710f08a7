//! A database of its own for every test, on either engine, and the macro that runs one body on both.

use domain::{Clock, Millis, Random};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use store::{Db, Engine, Options};
use tempfile::TempDir;

/// Names the variable that holds the administrator's address of a PostgreSQL cluster made for the tests.
const POSTGRES_VARIABLE: &str = "PAPERROUND_TEST_POSTGRES_URL";

/// A fresh, migrated database on a clock that stands still, with a data folder.
#[derive(Debug)]
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// The hand of its clock: starts on Tuesday 2026-11-24 at 08:00 UTC.
    pub clock: Clock,
    /// Its address, for a second process.
    pub url: String,
    /// A temporary folder, gone with this value.
    pub folder: TempDir,
}

impl TestDb {
    /// A new SQLite file.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("paperround.db").display());
        Self::open(url, folder).await
    }

    /// A new database in the cluster that `scripts/test` started.
    ///
    /// # Panics
    /// When there is no such cluster.
    pub async fn postgres() -> Self {
        let admin = std::env::var(POSTGRES_VARIABLE)
            .unwrap_or_else(|_| panic!("{POSTGRES_VARIABLE} is not set: run scripts/test"));
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let name = format!("test_{}", Random::from_system().uuid(Clock::system().now()).simple());
        let mut connection = PgConnection::connect(&admin).await.expect("the cluster answers");
        connection
            .execute(sqlx::AssertSqlSafe(format!("create database {name}")))
            .await
            .expect("a database can be made");
        connection.close().await.expect("the connection can be closed");
        let (server, _) = admin.rsplit_once('/').expect("the address names a database");
        Self::open(format!("{server}/{name}"), folder).await
    }

    async fn open(url: String, folder: TempDir) -> Self {
        let clock = Clock::fixed(Millis::from(1_795_507_200_000));
        let options = Options {
            url: url.clone(),
            postgres_connections: 20,
        };
        let db = Db::open(&options, clock.clone(), Random::seeded(1))
            .await
            .expect("a new database can be opened");
        db.migrate().await.expect("a new database can be migrated");
        Self { db, clock, url, folder }
    }

    /// Runs SQL that the store has no function for, such as what a broken program would have written.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn execute(&self, sql: &'static str) {
        let done = match self.db.engine() {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url)
                    .await
                    .expect("the file can be opened");
                connection.execute(sql).await.map(drop)
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.expect("the cluster answers");
                connection.execute(sql).await.map(drop)
            }
        };
        done.expect("the database accepts it");
    }

    /// The one number that a query gives which the store has no function for.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let number = match self.db.engine() {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url)
                    .await
                    .expect("the file can be opened");
                sqlx::query_scalar(sql).fetch_one(&mut connection).await
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.expect("the cluster answers");
                sqlx::query_scalar(sql).fetch_one(&mut connection).await
            }
        };
        number.expect("the database accepts it")
    }

    /// A second handle on the same database, as another process has one: its own connections and bells.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn another_process(&self) -> Db {
        open_again(&self.url, self.clock.clone(), Random::seeded(2)).await
    }

    /// A handle on the same database by the system's clock, for what only real time shows.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn in_real_time(&self) -> Db {
        open_again(&self.url, Clock::system(), Random::from_system()).await
    }
}

/// Opens a database that a [`TestDb`] made.
///
/// # Panics
/// When it cannot be opened.
pub async fn open_again(url: &str, clock: Clock, random: Random) -> Db {
    let options = Options {
        url: url.to_owned(),
        postgres_connections: 20,
    };
    Db::open(&options, clock, random)
        .await
        .expect("the database can be opened again")
}

/// Runs one test body on SQLite and on PostgreSQL.
///
/// ```text
/// testkit::on_both_engines! {
///     async fn a_list_is_found_by_its_key(test: testkit::TestDb) { ... }
/// }
/// ```
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($test:ident: $kind:ty) $body:block)+) => {$(
        mod $name {
            #[allow(clippy::wildcard_imports, unused_imports, reason = "the body sees what stands around the macro")]
            use super::*;

            async fn body($test: $kind) $body

            $(#[$meta])*
            #[tokio::test]
            async fn on_sqlite() {
                body(<$kind>::sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test]
            #[ignore = "needs PostgreSQL: run scripts/test"]
            async fn on_postgres() {
                body(<$kind>::postgres().await).await;
            }
        }
    )+};
}
