//! What readers do: sign up, confirm, leave, take it back, see and change what is kept about them.
//!
//! A request to sign up looks at nothing that is known about the address, so that its answer cannot give anything away;
//! [`process()`] does, later and in a job. Whoever acts here holds a link that was mailed to the address.

mod access;
mod choices;
mod choose;
mod confirm;
mod erase;
mod export;
mod process;
mod purge;
mod signup;
mod subscription;
mod trace;
mod wording;

pub use access::{ACCESS_FOR, OwnData, OwnSubscription, can_open, leave_own, open, own_data, rename, request_access};
pub use choices::{Choices, Offered, OfferedTopic, choices, offered};
pub use choose::{ChoiceError, PAUSE_WEEKS, Wishes, choose, pause, resume, stay};
pub use confirm::{Confirmation, Standing, ask_afresh, confirm, look_at_confirmation};
pub use erase::{EraseError, erase, erase_subscriber};
pub(crate) use export::everything;
pub use export::export;
pub use process::process;
pub use purge::{Purged, purge};
pub use signup::{SignupRequest, WriteSignups, request_signup};
pub use subscription::{Seen, UNDO_WITHIN, leave, look_at, undo};
pub use wording::{WORDING_VERSION, WordingError, Wordings};
