//! Subscribers as admins look after them: found, added, changed, blocked, erased.
//!
//! Whoever looks at a person here leaves a line in the log, because a mailing list can tell something about them.

mod add;
mod attributes;
mod block;
mod change;
mod look;

pub use add::{NewSubscriber, ask, vouch};
pub use attributes::{Attributes, AttributesError};
pub use block::{block, blocks, unblock};
pub use change::{change, erase, take_off};
pub use look::{Profile, Search, count_on, export, history, look, search};

use domain::{SubscriberId, suppression::Reason};
use store::{
    Tx,
    subscribers::{self, Subscriber},
};

/// Why nothing was done about a subscriber.
#[derive(Debug, thiserror::Error)]
pub enum SubscriberError {
    /// There is no such subscriber.
    #[error("there is no such subscriber")]
    Unknown,
    /// They were erased: there is nothing left to change.
    #[error("the subscriber was erased")]
    Erased,
    /// Somebody else changed them in the meantime.
    #[error("the subscriber was changed by somebody else in the meantime: look at them again")]
    Stale,
    /// There is no such list.
    #[error("there is no such list")]
    UnknownList,
    /// The list takes no more readers.
    #[error("the list is archived")]
    ListArchived,
    /// They are not on the list.
    #[error("they are not on this list")]
    NotOnList,
    /// The address must not be mailed.
    #[error("the address must not be mailed ({0}): lift that first")]
    Blocked(Reason),
    /// They left by themselves.
    #[error("they left this list by themselves, so only they can come back: ask them to confirm")]
    Left,
    /// The caught mail of somebody who is being erased could not be deleted.
    #[error("the caught mail could not be erased")]
    CaughtMail(#[source] std::io::Error),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

async fn load(tx: &mut Tx, id: SubscriberId) -> Result<Subscriber, SubscriberError> {
    subscribers::find(tx, id).await?.ok_or(SubscriberError::Unknown)
}
