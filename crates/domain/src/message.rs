//! One mail that is not a mailing's.

use std::time::Duration;

use crate::suppression::Reason;

/// A mail that waited longer than this before its first try is not sent until a person says so.
pub const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

crate::words! {
    /// What a single mail is for.
    pub enum Kind {
        /// Asks whether the owner of the address wants the list.
        Confirm = "confirm",
        /// Greets a reader who has just confirmed.
        Welcome = "welcome",
        /// Tells a reader who signed up once more that nothing needs doing.
        AlreadySubscribed = "already-subscribed",
        /// Carries a single-use link to everything that is kept about its reader.
        AccessLink = "access-link",
        /// Tells staff how a mailing went, or what waits for them.
        Report = "report",
    }
}

crate::words! {
    /// The outcome of a single mail so far.
    pub enum Outcome {
        /// Not tried yet.
        Pending = "pending",
        /// Waited too long for its first try; it leaves once a person retries its job.
        Held = "held",
        /// The relay took it (2xx after the final dot).
        Accepted = "accepted",
        /// The relay said "not now"; it is tried again later.
        Deferred = "deferred",
        /// The relay refused it for good (5xx).
        Refused = "refused",
        /// The connection broke after the final dot: it may have arrived, and is sent again under its Message-ID.
        Unknown = "unknown",
        /// What it was about was over, or the address was suppressed, before it left.
        Withheld = "withheld",
        /// The relay kept saying "not now" until the time for it was over.
        Expired = "expired",
        /// The mail catcher took it before there was a mail provider: it reached nobody.
        Caught = "caught",
    }
}

impl Kind {
    /// Whether it may go to an address that is suppressed for this reason: a bounced address is tried with a
    /// confirmation, which is the one mail that can bring it back.
    #[must_use]
    pub const fn may_go_despite(self, reason: Reason) -> bool {
        matches!(self, Self::Confirm) && reason.reader_may_lift()
    }
}

impl Outcome {
    /// Whether nothing more will happen to it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Accepted | Self::Refused | Self::Withheld | Self::Expired | Self::Caught
        )
    }

    /// Whether its reader counts as having had the post that it brings: it arrived or may have, or is on its way.
    #[must_use]
    pub const fn counts_as_had(self) -> bool {
        !matches!(self, Self::Refused | Self::Withheld | Self::Expired | Self::Caught)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_welcome_that_did_not_arrive_brought_nothing() {
        let lost = Outcome::ALL.iter().filter(|outcome| !outcome.counts_as_had());

        assert_eq!(
            lost.map(|outcome| outcome.as_str()).collect::<Vec<_>>(),
            ["refused", "withheld", "expired", "caught"]
        );
    }
}
