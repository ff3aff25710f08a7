//! Feeds: where posts come from, and what becomes of each.

mod connect;
mod ledger;
mod look;
mod poll;
mod posts;

pub use connect::{ConnectError, connect, look_now, remove};
pub use look::{LookError, Looked, look};
pub use poll::{by_id, due_feeds, page, poll};
pub use posts::{PostError, post_at, post_by_id, posts_of, release, skip};
