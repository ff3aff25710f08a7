//! Copying a database while others work on it, and what a copy needs before it may work.

use std::path::Path;

use sqlx::Connection;

use crate::{
    Error, Result, Tx,
    db::{Db, Pools},
    dialect::on,
};

impl Db {
    /// Copies a SQLite database as it is at one moment into a new file; writers go on meanwhile. False on PostgreSQL,
    /// which brings tools of its own.
    ///
    /// # Errors
    /// When the file is there already or cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<bool> {
        let Pools::Sqlite { writer, .. } = &self.pools else {
            return Ok(false);
        };
        let file = file
            .to_str()
            .ok_or_else(|| Error::Unreadable("a file name that is not UTF-8".to_owned()))?;
        let mut connection = writer.another_connection().await?;
        sqlx::query("vacuum into $1")
            .bind(file)
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(true)
    }
}

/// Stops every mailing that is under way, for a reason that staff read; they resume it. Gives how many there were.
///
/// # Errors
/// The database's.
pub async fn pause_mailings(tx: &mut Tx, reason: &str) -> Result<u64> {
    let now = tx.now();
    Ok(on!(tx, c => sqlx::query(
        "update mailing set state = 'paused', resumes_as = state, reason = $1, touched_at = $2, version = version + 1
         where finished_at is null and state <> 'paused'",
    )
    .bind(reason)
    .bind(now.get())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?)
}
