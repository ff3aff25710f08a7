//! One press of a subscribe button, and what follows from it.
//!
//! Whoever presses gets the same answer at once; what is decided here is what the mailbox gets, which only its owner
//! sees.

use std::time::Duration;

use crate::{Millis, subscription, suppression::Reason};

/// How long the link in a confirmation works.
pub const CONFIRM_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a sign-up that nobody confirmed is kept; until then its dead link can be exchanged for a fresh one.
pub const KEPT_UNCONFIRMED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many mails sign-ups can cause to one address within [`MAILS_WINDOW`].
pub const MOST_MAILS: i64 = 3;
/// The time in which [`MOST_MAILS`] are counted.
pub const MAILS_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

crate::words! {
    /// What became of a sign-up.
    pub enum State {
        /// Written down; nobody has looked at the address yet.
        Received = "received",
        /// The confirmation is on its way or has arrived.
        Asked = "asked",
        /// The address was on the list already, and its owner was told so by mail.
        Known = "known",
        /// The address had its share of mails for the day; the links in those still work.
        Limited = "limited",
        /// The address must not be mailed.
        Suppressed = "suppressed",
        /// Confirmed by the owner of the address.
        Confirmed = "confirmed",
        /// The list takes no more readers, or the address was erased meanwhile.
        Dropped = "dropped",
    }
}

crate::words! {
    /// Which form a sign-up came by.
    pub enum Form {
        /// The list's own page.
        Hosted = "hosted",
        /// The form in a frame on another site's page.
        Embed = "embed",
        /// A plain form that was pasted into another site's page.
        Snippet = "snippet",
        /// The JSON interface.
        Api = "api",
        /// The button that exchanges a dead confirmation link for a fresh one.
        FreshLink = "fresh-link",
        /// None: an admin asked the owner of the address to confirm.
        Admin = "admin",
    }
}

/// What is known about an address when a sign-up of it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Why the address must not be mailed, with the number of confirmations that it was sent since.
    pub suppressions: &'a [(Reason, i64)],
    /// How many mails sign-ups caused to it within [`MAILS_WINDOW`].
    pub mails: i64,
    /// Where its subscription to the list stands, if there is one.
    pub subscription: Option<subscription::State>,
}

impl Circumstances<'_> {
    /// What becomes of the sign-up.
    #[must_use]
    pub fn decide(&self) -> State {
        let blocked = |(reason, tried): &(Reason, i64)| !reason.reader_may_lift() || *tried > 0;
        if self.suppressions.iter().any(blocked) {
            State::Suppressed
        } else if self.mails >= MOST_MAILS {
            State::Limited
        } else if self.subscription == Some(subscription::State::Confirmed) && self.suppressions.is_empty() {
            State::Known
        } else {
            State::Asked
        }
    }
}

/// Whether the link of a sign-up still confirms it: for a time, and not once its reader has left the list since, because
/// then they agreed to nothing that came after.
#[must_use]
pub fn can_be_confirmed(requested_at: Millis, left_at: Option<Millis>, now: Millis) -> bool {
    now.since(requested_at) <= CONFIRM_WITHIN && left_at.is_none_or(|left_at| left_at <= requested_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(suppressions: &[(Reason, i64)], mails: i64, subscription: Option<subscription::State>) -> State {
        let circumstances = Circumstances {
            suppressions,
            mails,
            subscription,
        };
        circumstances.decide()
    }

    #[test]
    fn a_stranger_and_whoever_left_are_asked_and_a_reader_is_told() {
        for (subscription, state) in [
            (None, State::Asked),
            (Some(subscription::State::Pending), State::Asked),
            (Some(subscription::State::Unsubscribed), State::Asked),
            (Some(subscription::State::Confirmed), State::Known),
        ] {
            assert_eq!(decide(&[], 0, subscription), state);
        }
    }

    #[test]
    fn an_address_gets_three_mails_a_day() {
        assert_eq!(decide(&[], 2, None), State::Asked);
        assert_eq!(decide(&[], 3, None), State::Limited);
        assert_eq!(decide(&[], 3, Some(subscription::State::Confirmed)), State::Limited);
    }

    #[test]
    fn a_bounced_address_is_tried_with_one_confirmation_and_a_complaint_with_none() {
        assert_eq!(decide(&[(Reason::Bounce, 0)], 0, None), State::Asked);
        assert_eq!(
            decide(&[(Reason::Bounce, 0)], 0, Some(subscription::State::Confirmed)),
            State::Asked
        );
        assert_eq!(decide(&[(Reason::Bounce, 1)], 0, None), State::Suppressed);
        assert_eq!(decide(&[(Reason::Complaint, 0)], 0, None), State::Suppressed);
        assert_eq!(
            decide(&[(Reason::Bounce, 0), (Reason::Admin, 0)], 0, None),
            State::Suppressed
        );
    }

    #[test]
    fn a_link_confirms_for_a_week_and_only_what_was_asked_after_leaving() {
        let asked = Millis::from(1_000_000);

        assert!(can_be_confirmed(asked, None, asked + CONFIRM_WITHIN));
        assert!(!can_be_confirmed(
            asked,
            None,
            asked + CONFIRM_WITHIN + Duration::from_millis(1)
        ));
        assert!(can_be_confirmed(asked, Some(asked.offset(-1)), asked));
        assert!(!can_be_confirmed(asked, Some(asked.offset(1)), asked.offset(2)));
    }
}
