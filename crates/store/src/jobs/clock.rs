//! How far this process's clock is from the one that all processes share.

use domain::Millis;

use crate::{Db, Engine, Error, Result, dialect::on};

/// How many milliseconds the database server's clock is ahead of this process's; negative when it is behind. A SQLite
/// file is on this machine and has no other clock.
///
/// # Errors
/// The database's.
pub async fn clock_offset(db: &Db) -> Result<i64> {
    if db.engine() == Engine::Sqlite {
        return Ok(0);
    }
    let clock = db.clock();
    db.read(|mut tx| async move {
        // Read around the statement alone: waiting for a connection would look like an offset.
        let before = clock.now();
        let theirs: i64 = on!(tx, c => sqlx::query_scalar(
            "select (extract(epoch from clock_timestamp()) * 1000)::bigint",
        )
        .fetch_one(c)
        .await)?;
        Ok::<_, Error>(theirs - midpoint(before, clock.now()))
    })
    .await
}

fn midpoint(before: Millis, after: Millis) -> i64 {
    before.get() + (after.get() - before.get()) / 2
}
