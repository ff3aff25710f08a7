//! What background work is asked for. What it does lives with the workers.

use serde::{Deserialize, Serialize};

use crate::{FeedId, ListId, MailingId, MessageId, PostId, SignupId};

crate::words! {
    /// A line of jobs with workers of its own, so that one kind of work never waits for another.
    pub enum Queue {
        /// What happens to an address after it was left on a form.
        SignUps = "sign-ups",
        /// Confirmations and other single mails.
        Messages = "messages",
        /// Looking at feeds.
        Feeds = "feeds",
        /// Making mailings and freezing them.
        Mailings = "mailings",
        /// Sending the deliveries of mailings.
        Deliveries = "deliveries",
        /// Cleaning up.
        Upkeep = "upkeep",
    }
}

/// A job's payload: its kind and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Job {
    /// Find out who signed up, and decide what to send them.
    ProcessSignup {
        /// The sign-up.
        signup: SignupId,
    },
    /// Send one mail that is not a mailing's.
    SendMessage {
        /// The mail.
        message: MessageId,
    },
    /// Look at a feed for new posts.
    PollFeed {
        /// The feed.
        feed: FeedId,
    },
    /// Read a post's page for what its feed leaves out.
    ReadPage {
        /// The post.
        post: PostId,
    },
    /// Make the mailings that a list owes its readers now, if it owes any.
    PlanMailing {
        /// The list.
        list: ListId,
    },
    /// Copy a mailing's readers, one step at a time, and open it.
    FreezeMailing {
        /// The mailing.
        mailing: MailingId,
    },
    /// Send the deliveries numbered `from..=to` of a mailing.
    DeliverChunk {
        /// The mailing.
        mailing: MailingId,
        /// The first number.
        from: i64,
        /// The last number.
        to: i64,
    },
    /// Try those of `from..=to` again that the relay put off.
    RetryChunk {
        /// The mailing.
        mailing: MailingId,
        /// The first number.
        from: i64,
        /// The last number.
        to: i64,
    },
    /// Delete what is kept no longer: sign-ups that nobody confirmed, and records past their time.
    Purge,
}

impl Job {
    /// The queue that it belongs to.
    #[must_use]
    pub const fn queue(&self) -> Queue {
        match self {
            Self::ProcessSignup { .. } => Queue::SignUps,
            Self::SendMessage { .. } => Queue::Messages,
            Self::PollFeed { .. } | Self::ReadPage { .. } => Queue::Feeds,
            Self::PlanMailing { .. } | Self::FreezeMailing { .. } => Queue::Mailings,
            Self::DeliverChunk { .. } | Self::RetryChunk { .. } => Queue::Deliveries,
            Self::Purge => Queue::Upkeep,
        }
    }

    /// The word for its kind, as its payload spells it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ProcessSignup { .. } => "process-signup",
            Self::SendMessage { .. } => "send-message",
            Self::PollFeed { .. } => "poll-feed",
            Self::ReadPage { .. } => "read-page",
            Self::PlanMailing { .. } => "plan-mailing",
            Self::FreezeMailing { .. } => "freeze-mailing",
            Self::DeliverChunk { .. } => "deliver-chunk",
            Self::RetryChunk { .. } => "retry-chunk",
            Self::Purge => "purge",
        }
    }

    /// The mailing that it works for, by which all jobs of a mailing are woken together.
    #[must_use]
    pub const fn mailing(&self) -> Option<MailingId> {
        match self {
            Self::FreezeMailing { mailing } | Self::DeliverChunk { mailing, .. } | Self::RetryChunk { mailing, .. } => {
                Some(*mailing)
            }
            _ => None,
        }
    }

    /// How often it is tried before it is put aside as dead.
    #[must_use]
    pub const fn max_attempts(&self) -> i64 {
        match self {
            Self::DeliverChunk { .. } | Self::RetryChunk { .. } => 20,
            _ => 8,
        }
    }
}
