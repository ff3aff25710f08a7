//! Schemas of the words that the domain keeps states and reasons in: each lists all its values.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident = $words:ty),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = <$words>::ALL.iter().map(|word| word.as_str());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build().into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

words! {
    /// What the holder of a token may do.
    Role = domain::Role,
    /// A day of the week.
    Weekday = domain::cadence::Weekday,
    /// Where a subscription stands.
    SubscriptionState = domain::subscription::State,
    /// Why a subscription ended.
    LeaveReason = domain::subscription::LeaveReason,
    /// Why an address must not be mailed.
    SuppressionReason = domain::suppression::Reason,
    /// How the last look at a feed went.
    FeedState = domain::feed::State,
    /// Where a post stands.
    PostState = domain::post::State,
    /// How much of a post a mail brings.
    Text = domain::rules::Text,
    /// What happens to a draft that nobody looked at in time.
    Deadline = domain::rules::Deadline,
    /// What a mailing brings.
    MailingKind = domain::mailing::Kind,
    /// What made a mailing due.
    Occasion = domain::mailing::Occasion,
    /// Where a mailing stands.
    MailingState = domain::mailing::State,
    /// What can be done to a mailing.
    MailingAction = domain::mailing::Action,
    /// The outcome of a delivery.
    Outcome = domain::mailing::Outcome,
    /// Why a reader is not among a mailing's deliveries.
    ExclusionReason = domain::mailing::ExclusionReason,
}
