//! Feeds: where posts come from, and what becomes of each.

mod add;
mod adopt;
mod ask;
mod connect;
mod content;
mod ledger;
mod look;
mod poll;
mod posts;
mod preview;
mod settle;

pub use add::{AddError, Added, add};
pub use adopt::{AdoptError, adopt};
pub use ask::{HOOK_GAP, look_now, look_soon};
pub use connect::{ConnectError, NewFeed, change, connect, remove};
pub use look::{LookError, Looked, look};
pub use poll::{by_id, due_feeds, page, poll};
pub(crate) use posts::close_question;
pub use posts::{Decision, PostError, answer, decide, held, post_at, post_by_id, posts_of};
pub use preview::{Alternative, Preview, PreviewPost, Way, discover, preview, preview_of_document};
pub(crate) use settle::last_look;
pub use settle::{read_page, settle_due};
