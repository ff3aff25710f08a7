//! Ids: a UUID version 7 with the type of the row that it names.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Millis, Random};

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id. Of those from one source, one made later sorts later, unless the clock went back by more than a second
            /// in between.
            #[must_use]
            pub fn new(random: &Random, now: Millis) -> Self {
                Self(random.uuid(now))
            }

            /// The UUID itself, as the database keeps it.
            #[must_use]
            pub const fn get(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// Names a list.
    ListId,
    /// Names a sender: who a list's mail comes from.
    SenderId,
    /// Names a relay: a mail provider that this installation sends through.
    RelayId,
    /// Names a subscriber: one person behind one address.
    SubscriberId,
    /// Names a subscription: one subscriber on one list.
    SubscriptionId,
    /// Names a sign-up: one press of the subscribe button, and the consent it gave.
    SignupId,
    /// Names a wording: what people agreed to when they signed up.
    WordingId,
    /// Names a suppression: an address that must not be mailed.
    SuppressionId,
    /// Names a message: one mail that is not a mailing's, such as a confirmation.
    MessageId,
    /// Names a feed.
    FeedId,
    /// Names a post.
    PostId,
    /// Names a mailing: one sending to one list.
    MailingId,
    /// Names a job.
    JobId,
    /// Names a process that works on jobs.
    WorkerId,
    /// Names a line in the event log.
    EventId,
    /// Names a token of the API.
    ApiTokenId,
    /// Names a single-use link to a subscriber's own data.
    AccessLinkId,
}
