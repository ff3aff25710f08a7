//! Mailings: what becomes due, whom it goes to, and what staff do about it.

mod act;
mod announce;
mod choose;
mod copy;
mod freeze;
mod hand_over;
mod next;
mod passed_over;
mod plan;
mod preview;
mod read;
mod render;
mod start;
mod survey;
mod take_back;

pub(crate) use act::cancel;
pub use act::{ActError, act, approve_overdue};
pub(crate) use announce::may_be_announced;
pub use announce::{Announce, AnnounceError, Later, Reach, announce, reach};
pub use freeze::{FreezeError, Frozen, freeze, freeze_step};
pub(crate) use hand_over::hand_over;
pub use next::{Coming, Next, next};
pub use plan::{due_lists, plan};
pub use preview::{PreviewError, preview, preview_next};
pub(crate) use read::brought_or_meant;
pub use read::{
    EditionReaders, by_id, deliveries_of, editions_of, exclusions_of, look_at_readers, page, posts_of,
    posts_of_delivery,
};
pub use render::RenderError;
pub use start::start_waiting;
pub(crate) use start::stop;
pub use take_back::take_back_step;

/// What a mailing says while there is no provider.
pub const WAITING_FOR_PROVIDER: &str = "waiting for a mail provider";
