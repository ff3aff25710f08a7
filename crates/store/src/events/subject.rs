//! What a line of the log is about.

use domain::{
    ApiTokenId, FeedId, JobId, ListId, MailingId, MessageId, PostId, SignupId, SubscriberId, SubscriptionId,
    SuppressionId,
};
use uuid::Uuid;

/// What something was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A token of the API.
    ApiToken(ApiTokenId),
    /// A feed.
    Feed(FeedId),
    /// A job.
    Job(JobId),
    /// A list.
    List(ListId),
    /// A mailing.
    Mailing(MailingId),
    /// A single mail.
    Message(MessageId),
    /// A post.
    Post(PostId),
    /// A sign-up.
    Signup(SignupId),
    /// A subscriber.
    Subscriber(SubscriberId),
    /// The subscribers of the whole installation, none in particular.
    Subscribers,
    /// A subscription.
    Subscription(SubscriptionId),
    /// A suppression.
    Suppression(SuppressionId),
}

impl Subject {
    /// The kind of row, in the table's word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::ApiToken(_) => "api_token",
            Self::Feed(_) => "feed",
            Self::Job(_) => "job",
            Self::List(_) => "list",
            Self::Mailing(_) => "mailing",
            Self::Message(_) => "message",
            Self::Post(_) => "post",
            Self::Signup(_) => "signup",
            Self::Subscriber(_) | Self::Subscribers => "subscriber",
            Self::Subscription(_) => "subscription",
            Self::Suppression(_) => "suppression",
        }
    }

    /// The row's id; nil where it is no single row.
    pub(super) const fn id(self) -> Uuid {
        match self {
            Self::ApiToken(id) => id.get(),
            Self::Feed(id) => id.get(),
            Self::Job(id) => id.get(),
            Self::List(id) => id.get(),
            Self::Mailing(id) => id.get(),
            Self::Message(id) => id.get(),
            Self::Post(id) => id.get(),
            Self::Signup(id) => id.get(),
            Self::Subscriber(id) => id.get(),
            Self::Subscribers => Uuid::nil(),
            Self::Subscription(id) => id.get(),
            Self::Suppression(id) => id.get(),
        }
    }
}
