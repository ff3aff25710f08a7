//! Bringing the tables up to this version.

use sqlx::{Connection, migrate::MigrateError};

use crate::{Db, Error, Result, Tx, db::Pools, dialect::on};

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/postgres");

/// What a database's tables are like, compared with what this version needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrations {
    /// The version of the newest migration that this program carries.
    pub newest: i64,
}

impl Db {
    /// Applies the migrations that are missing. Two processes that start at once do not disturb each other.
    ///
    /// # Errors
    /// When a migration fails, when an applied one was changed since, or when a newer program has been here.
    pub async fn migrate(&self) -> Result<Migrations, MigrateError> {
        let migrator = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let connection = writer.another_connection().await;
                let mut connection = connection.map_err(|error| MigrateError::Source(Box::new(error)))?;
                SQLITE.run(&mut connection).await?;
                connection.close().await?;
                &SQLITE
            }
            Pools::Postgres(pool) => {
                POSTGRES.run(pool).await?;
                &POSTGRES
            }
        };
        let newest = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        Ok(Migrations { newest })
    }

    /// Whether the tables are those that this program works with. A database without tables is not current.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_current(&self) -> Result<bool> {
        let newest = SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0);
        match self.read(|mut tx| async move { newest_applied(&mut tx).await }).await {
            Ok(applied) => Ok(applied == newest),
            // There is no table of migrations yet.
            Err(Error::Database(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

async fn newest_applied(tx: &mut Tx) -> Result<i64> {
    Ok(
        on!(tx, c => sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations where success")
        .fetch_one(c)
        .await)?,
    )
}
