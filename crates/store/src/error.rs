//! What can go wrong in the database, without letting the engine show through.

/// The result of a statement.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with the same unique key is already there.
    #[error("there is already a row with this key")]
    Taken(#[source] sqlx::Error),
    /// A row that this one names is not there.
    #[error("a row that this one refers to does not exist")]
    Dangling(#[source] sqlx::Error),
    /// The database cannot be reached or is locked by somebody else; the same may work later.
    #[error("the database cannot be reached right now")]
    Unavailable(#[source] sqlx::Error),
    /// The job was taken over by another process, or ended by it: what this one wanted to write must not be written.
    #[error("the lease on this job was lost")]
    LeaseLost,
    /// A column holds what this program cannot read: another version wrote it, or somebody by hand.
    #[error("the database holds a value that this version cannot read: {0}")]
    Unreadable(String),
    /// Anything else that the engine answers.
    #[error("the database answered with an error")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(answer) if answer.is_unique_violation() => Self::Taken(error),
            sqlx::Error::Database(answer) if answer.is_foreign_key_violation() => Self::Dangling(error),
            _ if is_passing(&error) => Self::Unavailable(error),
            sqlx::Error::ColumnDecode { source, .. } => Self::Unreadable(source.to_string()),
            _ => Self::Database(error),
        }
    }
}

/// Whether somewhere below `error` the database could not be reached or was locked, so that the same may work later.
/// Errors of use cases often pass the store's through without a trace of it, so the engine's own is looked for.
#[must_use]
pub fn is_unavailable(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref().is_some_and(is_passing) {
            return true;
        }
        next = error.source();
    }
    false
}

/// Whether the database could not be reached or was locked.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(answer) => answer.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// SQLite's "busy" and "locked" with their extended codes, and PostgreSQL's classes for lost connections (08),
/// exhausted resources (53) and a server that stops (57P).
fn is_passing_code(code: &str) -> bool {
    match code.parse::<i64>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6),
        _ => code.starts_with("08") || code.starts_with("53") || code.starts_with("57P"),
    }
}

/// Whether somewhere below `error` PostgreSQL asks for the whole transaction to be repeated (40001 serialization
/// failure, 40P01 deadlock; PostgreSQL manual, section 13.5).
pub(crate) fn asks_for_a_retry(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(sqlx::Error::Database(answer)) = error.downcast_ref::<sqlx::Error>() {
            return answer.code().is_some_and(|code| matches!(&*code, "40001" | "40P01"));
        }
        next = error.source();
    }
    false
}

/// An error about a value that is not what this version writes.
pub(crate) fn unreadable<E: ToString>(error: E) -> Error {
    Error::Unreadable(error.to_string())
}
