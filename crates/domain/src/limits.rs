//! How many mails a relay takes, and who may have what is left of that.

/// How many mails a relay takes; none where there is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// In a second.
    pub per_second: Option<i64>,
    /// In a day, counted from its first mail.
    pub per_day: Option<i64>,
}

/// How many mails were drawn in the second and the day that are running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// In this second.
    pub second: i64,
    /// In this day.
    pub day: i64,
}

/// Who asks for room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimant {
    /// A mailing. It leaves the last tenth of each limit to single mails, so that nobody's confirmation waits behind it.
    Mailing,
    /// A mail that is not a mailing's.
    Single,
}

/// What is left for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// So many mails may leave, at least one.
    For(i64),
    /// None in this second.
    NotThisSecond,
    /// None in this day.
    NotThisDay,
}

impl Limits {
    /// What of `wanted` mails somebody may send now.
    #[must_use]
    pub fn room(&self, used: Used, claimant: Claimant, wanted: i64) -> Room {
        let left = |limit: Option<i64>, used| limit.map_or(i64::MAX, |most| most - claimant.leaves(most) - used);
        let (now, today) = (left(self.per_second, used.second), left(self.per_day, used.day));
        if today <= 0 {
            Room::NotThisDay
        } else if now <= 0 {
            Room::NotThisSecond
        } else {
            Room::For(wanted.min(now).min(today))
        }
    }
}

impl Claimant {
    /// What of a limit it must not touch.
    const fn leaves(self, limit: i64) -> i64 {
        match self {
            Self::Mailing => limit / 10,
            Self::Single => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        per_second: Some(20),
        per_day: Some(100),
    };

    #[test]
    fn a_mailing_leaves_the_last_tenth_of_each_limit_to_single_mails() {
        let room = |second, day, claimant| LIMITS.room(Used { second, day }, claimant, 50);

        assert_eq!(room(0, 0, Claimant::Mailing), Room::For(18));
        assert_eq!(room(0, 85, Claimant::Mailing), Room::For(5));
        assert_eq!(room(18, 18, Claimant::Mailing), Room::NotThisSecond);
        assert_eq!(room(18, 18, Claimant::Single), Room::For(2));
        assert_eq!(room(0, 90, Claimant::Mailing), Room::NotThisDay);
        assert_eq!(room(0, 90, Claimant::Single), Room::For(10));
    }

    #[test]
    fn where_there_is_no_limit_everybody_gets_what_they_want() {
        let used = Used {
            second: 1_000,
            day: 1_000_000,
        };

        assert_eq!(Limits::default().room(used, Claimant::Mailing, 50), Room::For(50));
    }
}
