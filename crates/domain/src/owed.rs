//! What a list owes a reader: the rule by which no reader gets a post twice and none misses one.
//!
//! Owed is what became ready since the reader joined, outside their pauses and within their topics, and that they did
//! not get yet. A list keeps a post for its readers for as long as their cadence looks back, so that what was refused
//! or left over comes with one of the next mailings, and not a year later.

use std::time::Duration;

use crate::{Cadence, Millis, Topics};

/// A time in which a reader gets nothing, and after which nothing of it is made up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// From this moment.
    pub from: Millis,
    /// Until this moment, which is outside.
    pub until: Millis,
}

impl Pause {
    /// Whether a moment lies in it.
    #[must_use]
    pub fn covers(&self, at: Millis) -> bool {
        self.from <= at && at < self.until
    }
}

/// What decides about a reader of a list.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// When they joined; for an import, the import itself.
    pub joined_at: Millis,
    /// Their pauses, past and present.
    pub pauses: &'a [Pause],
    /// What they want to read about; everything unless they chose.
    pub topics: Option<&'a Topics>,
}

/// What decides about a post.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// When it became ready on the list.
    pub ready_at: Millis,
    /// Which of the list's topics it is about; one about none of them is for everybody.
    pub topics: &'a Topics,
}

/// What became of a post for a reader before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It was never on its way to them, or never left.
    Nothing,
    /// It was refused, or put off for too long: it is owed again.
    Failed,
    /// They had it, or are about to.
    Had,
}

/// What a reader gets in one mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Share {
    /// The posts by their place in the pool, in the order in which they became ready.
    pub brings: Vec<usize>,
    /// When the first post became ready for which there was no room. None while the mail repeats one that failed before:
    /// whoever cannot be reached waits for the next mailing that has something new, and makes none by themselves.
    pub rest_since: Option<Millis>,
}

impl Reader<'_> {
    /// Whether they get nothing at a moment, whatever they are owed.
    #[must_use]
    pub fn is_paused(&self, at: Millis) -> bool {
        self.pauses.iter().any(|pause| pause.covers(at))
    }

    /// Whether a post is for them, read or not.
    #[must_use]
    pub fn is_owed(&self, post: &Post<'_>) -> bool {
        post.ready_at >= self.joined_at
            && !self.is_paused(post.ready_at)
            && self
                .topics
                .is_none_or(|chosen| post.topics.is_empty() || chosen.meets(post.topics))
    }

    /// Their share of a pool of posts, which stand in the order in which they became ready: the first `most` that are
    /// owed and that they have not had.
    #[must_use]
    pub fn share(&self, pool: &[Post<'_>], before: impl Fn(usize) -> Before, most: usize) -> Share {
        let is_due = |place: &usize| self.is_owed(&pool[*place]) && before(*place) != Before::Had;
        let mut owed = (0..pool.len()).filter(is_due);
        let brings: Vec<usize> = owed.by_ref().take(most).collect();
        let repeats = brings.iter().any(|place| before(*place) == Before::Failed);
        Share {
            rest_since: owed.next().filter(|_| !repeats).map(|place| pool[place].ready_at),
            brings,
        }
    }
}

/// How far back a mailing of a cadence looks for posts that a reader has not had: some of its periods, so that a post
/// which was refused or left over has more than one chance, and nothing comes when it is stale.
#[must_use]
pub const fn look_back(cadence: &Cadence) -> Duration {
    const DAY: u64 = 24 * 60 * 60;
    Duration::from_secs(match cadence {
        Cadence::Instant => 7 * DAY,
        Cadence::Daily { .. } => 14 * DAY,
        Cadence::Weekly { .. } => 35 * DAY,
        Cadence::Monthly { .. } => 100 * DAY,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(pauses: &[Pause]) -> Reader<'_> {
        Reader {
            joined_at: 100.into(),
            pauses,
            topics: None,
        }
    }

    /// They had the post of that place, and none of the others.
    fn had(had: usize) -> impl Fn(usize) -> Before {
        move |place| {
            if place == had { Before::Had } else { Before::Nothing }
        }
    }

    fn places(share: &Share) -> &[usize] {
        &share.brings
    }

    #[test]
    fn a_reader_is_owed_what_became_ready_since_they_joined_and_outside_their_pauses() {
        let none = Topics::default();
        let pool = [99, 100, 200, 299, 300].map(|ready_at| Post {
            ready_at: ready_at.into(),
            topics: &none,
        });
        let pauses = [Pause {
            from: 200.into(),
            until: 300.into(),
        }];

        let share = reader(&pauses).share(&pool, |_| Before::Nothing, 10);

        assert_eq!(places(&share), [1, 4]);
        assert_eq!(share.rest_since, None);
    }

    #[test]
    fn what_they_had_is_left_out_and_what_finds_no_room_waits_the_oldest_first() {
        let none = Topics::default();
        let pool = [101, 102, 103, 104, 105].map(|ready_at| Post {
            ready_at: ready_at.into(),
            topics: &none,
        });

        let share = reader(&[]).share(&pool, had(1), 2);

        assert_eq!(places(&share), [0, 2]);
        assert_eq!(share.rest_since, Some(104.into()));
    }

    #[test]
    fn a_mail_that_repeats_what_was_refused_leaves_no_rest_that_would_have_it_repeated_at_once() {
        let none = Topics::default();
        let pool = [101, 102].map(|ready_at| Post {
            ready_at: ready_at.into(),
            topics: &none,
        });
        let share = |before: [Before; 2]| reader(&[]).share(&pool, |place| before[place], 1);

        let repeated = share([Before::Failed, Before::Nothing]);
        let behind = share([Before::Nothing, Before::Failed]);

        assert_eq!((places(&repeated), repeated.rest_since), (&[0][..], None));
        assert_eq!((places(&behind), behind.rest_since), (&[0][..], Some(102.into())));
    }

    #[test]
    fn topics_leave_out_what_is_about_others_and_keep_what_is_about_none() {
        let [sleep, food, none] = ["sleep", "food", ""].map(Topics::parse);
        let pool = [&sleep, &food, &none].map(|topics| Post {
            ready_at: 101.into(),
            topics,
        });
        let chosen = Topics::parse("Food");
        let reader = Reader {
            topics: Some(&chosen),
            ..reader(&[])
        };

        assert_eq!(places(&reader.share(&pool, |_| Before::Nothing, 10)), [1, 2]);
    }
}
