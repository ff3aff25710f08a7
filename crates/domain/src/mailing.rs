//! One sending to one list: its states, and those of its deliveries.

use std::{fmt, time::Duration};

use crate::{Cadence, MailingId, cadence::CadenceError, owed::Before, rules::Rules};

/// How many readers one step of freezing copies: it holds SQLite's writer for milliseconds.
pub const FREEZE_STEP: i64 = 5_000;
/// The most deliveries that one job takes.
const LARGEST_CHUNK: i64 = 500;
/// Below this many deliveries a connection of its own is not worth having.
const SMALLEST_CHUNK: i64 = 10;
/// A mailing that nothing happened to for this long does not go on by itself.
pub const UNTOUCHED: Duration = Duration::from_secs(60 * 60);
/// A mailing that waited for longer than this asks a person before it starts.
pub const STALE: Duration = Duration::from_secs(24 * 60 * 60);

crate::words! {
    /// What a mailing brings.
    pub enum Kind {
        /// One or more posts as soon as they are ready, or because staff said so.
        Announcement = "announcement",
        /// The posts since the last slot, at a slot.
        Digest = "digest",
    }
}

crate::words! {
    /// What made a mailing due.
    pub enum Occasion {
        /// Posts that became ready on a list that is mailed right away.
        Instant = "instant",
        /// The hour of a daily list.
        Daily = "daily",
        /// A day and hour of a weekly list.
        Weekly = "weekly",
        /// The day and hour of a monthly list.
        Monthly = "monthly",
        /// Somebody asked for it.
        Asked = "asked",
    }
}

impl From<Cadence> for Occasion {
    fn from(cadence: Cadence) -> Self {
        match cadence {
            Cadence::Instant => Self::Instant,
            Cadence::Daily { .. } => Self::Daily,
            Cadence::Weekly { .. } => Self::Weekly,
            Cadence::Monthly { .. } => Self::Monthly,
        }
    }
}

/// Whose readers a mailing is for. With its slot it makes the mailing unique on its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who are mailed at this cadence.
    Cadence(Cadence),
    /// All but those who chose to be mailed less often than the list is.
    Asked,
}

impl Audience {
    /// Whether it has a reader in it who chose this cadence, or none, of a list with that one of its own.
    #[must_use]
    pub fn includes(&self, chosen: Option<Cadence>, own: Cadence) -> bool {
        match self {
            Self::Cadence(cadence) => chosen.unwrap_or(own) == *cadence,
            Self::Asked => !chosen.is_some_and(|chosen| chosen.is_slower_than(&own)),
        }
    }

    /// How many posts a mail to it brings at most: what staff announce is all brought.
    #[must_use]
    pub fn most_posts(&self, rules: &Rules) -> usize {
        match self {
            Self::Cadence(_) => usize::from(rules.max_posts),
            Self::Asked => usize::MAX,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cadence(cadence) => f.write_str(&cadence.spelling()),
            Self::Asked => f.write_str(Occasion::Asked.as_str()),
        }
    }
}

impl TryFrom<String> for Audience {
    type Error = CadenceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == Occasion::Asked.as_str() {
            return Ok(Self::Asked);
        }
        text.parse().map(Self::Cadence)
    }
}

crate::words! {
    /// Where a mailing stands.
    pub enum State {
        /// Waits for a person to approve it; nobody is chosen yet who gets it.
        Draft = "draft",
        /// Its readers are being copied; nothing leaves.
        Freezing = "freezing",
        /// Frozen, and waiting for its moment; it can still be called off without a trace in any inbox.
        Waiting = "waiting",
        /// Chunks of it are queued or running.
        Sending = "sending",
        /// Stopped by staff or by a reason that staff can read; resumed by staff.
        Paused = "paused",
        /// Every delivery was tried, some will be tried again.
        Sent = "sent",
        /// Every delivery has its last outcome.
        Settled = "settled",
        /// Called off: what had not left never will.
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// What staff can do to a mailing.
    pub enum Action {
        /// Let a draft go out.
        Approve = "approve",
        /// Stop after the mails that are under way.
        Pause = "pause",
        /// Go on.
        Resume = "resume",
        /// Stop for good.
        Cancel = "cancel",
    }
}

impl State {
    /// Whether an action makes sense now.
    #[must_use]
    pub const fn allows(self, action: Action) -> bool {
        match action {
            Action::Approve => matches!(self, Self::Draft),
            Action::Pause => matches!(self, Self::Freezing | Self::Waiting | Self::Sending | Self::Sent),
            Action::Resume => matches!(self, Self::Paused),
            Action::Cancel => !matches!(self, Self::Settled | Self::Cancelled),
        }
    }

    /// Whether its deliveries may leave now.
    #[must_use]
    pub const fn may_send(self) -> bool {
        matches!(self, Self::Sending | Self::Sent)
    }
}

crate::words! {
    /// The outcome of a delivery so far.
    pub enum Outcome {
        /// Not tried yet.
        Pending = "pending",
        /// The relay took it (2xx after the final dot).
        Accepted = "accepted",
        /// The relay said "not now" (4xx); it is tried again later.
        Deferred = "deferred",
        /// The relay refused it for good (5xx).
        Refused = "refused",
        /// The connection broke after the final dot: it may have arrived, and is sent again under its Message-ID.
        Unknown = "unknown",
        /// Its reader left, or the address was suppressed, before it was taken up.
        Withheld = "withheld",
        /// The relay kept saying "not now" until the time for it was over.
        Expired = "expired",
        /// The mailing was cancelled first.
        Cancelled = "cancelled",
        /// The mail catcher took it before there was a mail provider: it reached nobody.
        Caught = "caught",
    }
}

impl Outcome {
    /// Whether nothing more will happen to it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Deferred | Self::Unknown)
    }

    /// What it means for the posts that it brings: its reader had them when it arrived or may have, is on its way, or was
    /// called off by staff.
    #[must_use]
    pub const fn before(self) -> Before {
        match self {
            Self::Pending | Self::Accepted | Self::Deferred | Self::Unknown | Self::Cancelled => Before::Had,
            Self::Refused | Self::Expired => Before::Failed,
            Self::Withheld | Self::Caught => Before::Nothing,
        }
    }
}

crate::words! {
    /// Why a confirmed subscription is not among a mailing's deliveries.
    pub enum ExclusionReason {
        /// The address must not be mailed.
        Suppressed = "suppressed",
        /// The subscriber was erased.
        Erased = "erased",
        /// The reader has paused the list.
        Paused = "paused",
        /// The reader chose to be mailed less often than the list is, and gets it later.
        Slower = "slower",
        /// The reader is owed nothing of it: they had it, it was there before they joined, or it is about other topics.
        NothingNew = "nothing-new",
    }
}

/// How many deliveries one job of a mailing takes, so that all lanes have some of a short mailing and a long one does
/// not keep a lane for long.
#[must_use]
pub const fn chunk_size(deliveries: i64, lanes: i64) -> i64 {
    let share = (deliveries + lanes - 1) / lanes;
    if share > LARGEST_CHUNK {
        LARGEST_CHUNK
    } else if share < SMALLEST_CHUNK {
        SMALLEST_CHUNK
    } else {
        share
    }
}

/// What stands between the angle brackets of a delivery's Message-ID: the same in every try, in every process.
#[must_use]
pub fn message_id(mailing: MailingId, n: i64, host: &str) -> String {
    format!("{}.{n}@{host}", mailing.get().simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_mailing_is_shared_by_all_lanes_and_a_long_one_goes_in_small_pieces() {
        assert_eq!(chunk_size(5, 16), 10);
        assert_eq!(chunk_size(1_000, 16), 63);
        assert_eq!(chunk_size(1_000_000, 16), 500);
    }

    #[test]
    fn what_is_announced_is_for_all_but_those_who_chose_to_be_mailed_less_often() {
        let [instant, daily, weekly] =
            ["instant", "daily 09:00", "weekly mon 09:00"].map(|spelling| spelling.parse::<Cadence>().unwrap());

        for (audience, chosen, is_in) in [
            (Audience::Asked, None, true),
            (Audience::Asked, Some(instant), true),
            (Audience::Asked, Some(daily), true),
            (Audience::Asked, Some(weekly), false),
            (Audience::Cadence(daily), None, true),
            (Audience::Cadence(daily), Some(daily), true),
            (Audience::Cadence(daily), Some(weekly), false),
            (Audience::Cadence(weekly), Some(weekly), true),
            (Audience::Cadence(weekly), None, false),
        ] {
            assert_eq!(audience.includes(chosen, daily), is_in, "{audience} {chosen:?}");
        }
    }

    #[test]
    fn what_was_refused_is_owed_again_and_what_may_have_arrived_is_not() {
        let of = |before| {
            let all = Outcome::ALL.iter().filter(move |outcome| outcome.before() == before);
            all.map(|outcome| outcome.as_str()).collect::<Vec<_>>()
        };

        assert_eq!(of(Before::Failed), ["refused", "expired"]);
        assert_eq!(of(Before::Nothing), ["withheld", "caught"]);
        assert_eq!(
            of(Before::Had),
            ["pending", "accepted", "deferred", "unknown", "cancelled"]
        );
    }

    #[test]
    fn no_action_brings_a_mailing_back_that_is_over() {
        for over in [State::Settled, State::Cancelled] {
            assert!(Action::ALL.iter().all(|action| !over.allows(*action)), "{over}");
        }
    }
}
