//! The one place that tells the engines apart.

/// `on!(tx, connection => body)`: the same body compiled once for each engine, with `connection` as that engine's.
macro_rules! on {
    ($tx:expr, $connection:ident => $body:expr) => {
        match &mut $tx.open.engine {
            $crate::db::EngineTx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::db::EngineTx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::db::EngineTx::Gone => unreachable!("a transaction is open for as long as it can be used"),
        }
    };
}
pub(crate) use on;

/// The engine's own SQL, where one text cannot serve both.
macro_rules! sql {
    ($tx:expr, sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {
        match &$tx.open.engine {
            $crate::db::EngineTx::Postgres(_) => $postgres,
            _ => $sqlite,
        }
    };
}
pub(crate) use sql;
