//! One cadence of a list, and how far its mailings have come.
//!
//! A list has as many of these as its readers have cadences. At a slot it decides by the posts alone whether there is
//! anything for a mailing; who is owed what is found out reader by reader, by the rule in [`crate::owed`].

use std::time::Duration;

use crate::{Cadence, Millis, owed::look_back};

/// How many posts make a mailing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// With fewer new posts than this a slot passes.
    pub least: usize,
    /// A post that waited for this long goes out even so.
    pub longest_wait: Option<Duration>,
}

/// How far a list's mailings of one cadence have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What became ready up to this moment is owed no more.
    pub owed_since: Millis,
    /// The slot of the last mailing: what became ready later is new.
    pub mailed_until: Millis,
    /// When the first post became ready for which that mailing had no room.
    pub rest_since: Option<Millis>,
    /// What became ready since this moment may be owed to readers who came from another cadence after that mailing, or to
    /// those of a mailing that was called off before it was frozen.
    pub moved_since: Option<Millis>,
}

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A mailing.
    Mail,
    /// Nothing, because too little is new; what there is waits for the next slot.
    Gather,
    /// Nothing, because nothing is new.
    Nothing,
}

/// The moment at which a post becomes ready on a list whose mailings went out at those slots: now, but after all of them,
/// so that a post which becomes ready in the very moment of a mailing is new to the next.
#[must_use]
pub fn ready_at(now: Millis, mailed_until: impl IntoIterator<Item = Millis>) -> Millis {
    mailed_until.into_iter().fold(now, |now, slot| now.max(slot.offset(1)))
}

impl Progress {
    /// Where a cadence begins that gets its first readers now: they may have had the list at another before.
    #[must_use]
    pub fn begin(cadence: &Cadence, now: Millis) -> Self {
        Self {
            owed_since: now - look_back(cadence),
            mailed_until: now - look_back(cadence),
            rest_since: None,
            moved_since: None,
        }
    }

    /// What became ready up to this moment the next mailing leaves out.
    #[must_use]
    pub fn looks_back_to(&self) -> Millis {
        self.moved_since.into_iter().fold(self.owed_since, Millis::min)
    }

    /// What became ready up to this moment its readers have been mailed, each as far as it was theirs: whoever leaves this
    /// cadence for another may be owed the rest.
    #[must_use]
    pub fn settled_until(&self) -> Millis {
        let rest = self.rest_since.map(|at| at.offset(-1));
        rest.into_iter()
            .chain(self.moved_since)
            .fold(self.mailed_until, Millis::min)
    }

    /// Takes in readers who have been mailed what became ready up to a moment and no further: one who comes from another
    /// cadence, or those of a mailing that is called off before it is frozen. The next mailing brings what they are owed, and
    /// none is made because of it.
    pub fn take_in(&mut self, settled_until: Millis) {
        self.moved_since = self.moved_since.into_iter().chain([settled_until]).min();
    }

    /// What becomes of a slot, by the moments at which posts of the list became ready, in any order.
    #[must_use]
    pub fn decide(&self, ready: impl IntoIterator<Item = Millis>, measure: Measure, slot: Millis) -> Decision {
        let new = ready.into_iter().filter(|at| *at > self.mailed_until && *at <= slot);
        let (count, oldest) = new.fold((0, slot), |(count, oldest), at| (count + 1, oldest.min(at)));
        let waited = measure.longest_wait.is_some_and(|most| slot.since(oldest) >= most);
        if self.rest_since.is_some() || (count > 0 && (count >= measure.least || waited)) {
            Decision::Mail
        } else if count > 0 {
            Decision::Gather
        } else {
            Decision::Nothing
        }
    }

    /// How it stands once a mailing of a slot is made. Its own rest is not known before it is frozen: see
    /// [`Progress::leave`].
    #[must_use]
    pub fn after(&self, cadence: &Cadence, slot: Millis) -> Self {
        let oldest_rest = self.rest_since.map_or(Millis::MAX, |at| at.offset(-1));
        let looked_back = self.mailed_until - look_back(cadence);
        Self {
            owed_since: looked_back.min(oldest_rest).max(self.owed_since),
            mailed_until: slot,
            rest_since: None,
            moved_since: None,
        }
    }

    /// Notes that a post which became ready then found no room for a reader. However old it is, the next mailing brings it.
    pub fn leave(&mut self, rest_since: Option<Millis>) {
        self.rest_since = self.rest_since.into_iter().chain(rest_since).min();
        let before_the_rest = self.rest_since.map_or(Millis::MAX, |at| at.offset(-1));
        self.owed_since = self.owed_since.min(before_the_rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn progress(mailed_until: i64) -> Progress {
        Progress {
            owed_since: 0.into(),
            mailed_until: mailed_until.into(),
            rest_since: None,
            moved_since: None,
        }
    }

    fn measure(least: usize, days: Option<u32>) -> Measure {
        Measure {
            least,
            longest_wait: days.map(|days| DAY * days),
        }
    }

    #[test]
    fn a_slot_without_news_passes_and_one_with_too_little_gathers() {
        let decide = |ready: &[i64], measure| {
            let ready = ready.iter().map(|at| Millis::from(*at));
            progress(1_000).decide(ready, measure, 2_000.into())
        };

        assert_eq!(decide(&[], measure(1, None)), Decision::Nothing);
        assert_eq!(decide(&[1_000, 2_001], measure(1, None)), Decision::Nothing);
        assert_eq!(decide(&[2_000], measure(1, None)), Decision::Mail);
        assert_eq!(decide(&[1_500], measure(2, None)), Decision::Gather);
        assert_eq!(decide(&[1_500, 1_001], measure(2, None)), Decision::Mail);
    }

    #[test]
    fn a_post_that_waited_long_enough_goes_out_alone() {
        let slot = Millis::from(1_000) + DAY * 3;
        let decide = |days| progress(0).decide([Millis::from(1_000)], measure(2, Some(days)), slot);

        assert_eq!(decide(4), Decision::Gather);
        assert_eq!(decide(3), Decision::Mail);
    }

    #[test]
    fn what_found_no_room_is_mailed_at_the_next_slot_though_nothing_is_new() {
        let mut progress = progress(1_000);
        progress.leave(None);
        progress.leave(Some(700.into()));
        progress.leave(Some(900.into()));

        assert_eq!(progress.decide([], measure(5, None), 2_000.into()), Decision::Mail);
        let daily = "daily 09:00".parse().unwrap();
        assert_eq!(progress.after(&daily, 2_000.into()).owed_since, 0.into());
    }

    #[test]
    fn whoever_comes_from_another_cadence_is_owed_since_its_last_mailing_and_no_mailing_is_made_for_them() {
        let (slow, mut fast) = (
            progress(300),
            Progress {
                owed_since: 900.into(),
                ..progress(1_000)
            },
        );

        fast.take_in(slow.settled_until());

        assert_eq!(fast.looks_back_to(), 300.into());
        assert_eq!(
            fast.settled_until(),
            300.into(),
            "who goes on to a third cadence is owed as much there"
        );
        assert_eq!(fast.decide([], measure(1, None), 2_000.into()), Decision::Nothing);
        let mut after = fast.after(&Cadence::Instant, 2_000.into());
        assert_eq!((after.moved_since, after.owed_since), (None, 900.into()));
        after.leave(Some(400.into()));
        assert_eq!(
            after.looks_back_to(),
            399.into(),
            "what found no room of it is not lost"
        );
    }

    #[test]
    fn a_post_that_becomes_ready_in_the_moment_of_a_mailing_is_new_to_the_next() {
        let slot = Millis::from(1_000);

        let at = ready_at(slot, [slot, 900.into()]);

        assert_eq!(
            progress(1_000).decide([at], measure(1, None), 2_000.into()),
            Decision::Mail
        );
        assert_eq!(ready_at(1_200.into(), [slot]), 1_200.into());
    }
}
