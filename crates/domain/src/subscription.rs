//! One subscriber on one list, and how that changes.

crate::words! {
    /// Where a subscription stands.
    pub enum State {
        /// Asked for and not confirmed: gets nothing but the confirmation.
        Pending = "pending",
        /// Confirmed by its reader: gets the list's mail.
        Confirmed = "confirmed",
        /// Left, or was taken off: gets nothing, and may come back by confirming again.
        Unsubscribed = "unsubscribed",
    }
}

crate::words! {
    /// Why a subscription ended.
    pub enum LeaveReason {
        /// The reader pressed the button on the page behind the mail's link.
        Page = "page",
        /// The reader's mail program sent the one-click request of RFC 8058.
        OneClick = "one-click",
        /// An admin took the reader off the list.
        Admin = "admin",
        /// The reader had everything about them erased.
        Erased = "erased",
    }
}

/// Something that happens to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The reader signed up, for the first time or again.
    SignUp,
    /// The reader pressed the button behind a confirmation's link, or an admin vouched for them.
    Confirm,
    /// The reader left, or was taken off.
    Leave,
}

impl State {
    /// The state after an event. Every event is possible in every state, and none but [`Event::Confirm`] leads to
    /// [`State::Confirmed`].
    #[must_use]
    pub const fn after(self, event: Event) -> Self {
        match (self, event) {
            (_, Event::Confirm) => Self::Confirmed,
            (Self::Confirmed, Event::SignUp) => Self::Confirmed,
            (_, Event::SignUp) => Self::Pending,
            (_, Event::Leave) => Self::Unsubscribed,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nobody_is_subscribed_without_confirming_after_they_last_left(
            events in proptest::collection::vec(prop_oneof![Just(Event::SignUp), Just(Event::Confirm), Just(Event::Leave)], 0..20)
        ) {
            let state = events.iter().fold(State::Pending, |state, event| state.after(*event));
            let since_leaving = events.iter().rev().take_while(|event| **event != Event::Leave);

            prop_assert_eq!(state == State::Confirmed, since_leaving.into_iter().any(|event| *event == Event::Confirm));
        }
    }
}
