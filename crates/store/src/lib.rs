//! SQL, and nothing but SQL: SQLite and PostgreSQL from one text.
//!
//! A module here is a table or a few that belong together; its functions take the transaction that they run in. Only
//! `dialect` may tell the engines apart. What a change means and when it is made is decided above, in the use cases.

pub mod access_links;
pub mod backup;
mod batch;
pub mod caught;
mod column;
mod db;
pub mod deliveries;
mod dialect;
pub mod editions;
mod error;
pub mod events;
pub mod exclusions;
pub mod feeds;
pub mod idempotency;
pub mod installation;
pub mod jobs;
pub mod kept;
pub mod lists;
pub mod mailings;
pub mod messages;
mod migrate;
mod open;
pub mod paces;
pub mod pauses;
pub mod posts;
pub mod relays;
pub mod retention;
mod rows;
pub mod schedules;
pub mod senders;
pub mod signups;
pub mod subscribers;
pub mod subscriptions;
pub mod suppressions;
pub mod tokens;
mod wake;
pub mod wordings;
mod writer;

pub use batch::{Batcher, Flush, HandedOver};
pub use db::{Db, Engine, Tx};
pub use error::{Error, Result, is_unavailable};
pub use migrate::Migrations;
pub use open::{OpenError, Options};
pub use sqlx::migrate::MigrateError;
