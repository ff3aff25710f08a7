//! What it means that a look shows a post no more, or again.

use super::{Fate, State};
use crate::Millis;

/// What a look makes of a post that the ledger has, where it changes anything: whether it shows the post, and when those
/// were first seen that it does show.
///
/// One that waits for a mailing and is shown no more, while an earlier one still is, was taken back: it did not merely drop
/// out at the end. One that is shown again is back. What is held stays held: whether it comes and goes, staff decide
/// about it.
#[must_use]
pub fn after_look(
    (state, first_seen): (State, Millis),
    is_shown: bool,
    others_first_seen: impl IntoIterator<Item = Millis>,
    now: Millis,
) -> Option<Fate> {
    match state {
        State::Gone if is_shown => Some(Fate::settling(now, "is back in the feed")),
        State::Settling | State::Ready if !is_shown => {
            let is_earlier = |other: Millis| other < first_seen;
            let was_taken_back = others_first_seen.into_iter().any(is_earlier);
            was_taken_back.then(|| Fate::new(State::Gone, "taken back: the feed no longer shows it"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(state: State, is_shown: bool, others: &[i64]) -> Option<State> {
        let others = others.iter().map(|at| Millis::from(*at));
        after_look((state, 5.into()), is_shown, others, 9.into()).map(|fate| fate.state)
    }

    #[test]
    fn a_post_is_taken_back_when_an_earlier_one_is_still_there() {
        for state in [State::Settling, State::Ready] {
            assert_eq!(after(state, false, &[6, 4]), Some(State::Gone));
            assert_eq!(after(state, false, &[6, 5]), None);
            assert_eq!(after(state, false, &[]), None);
            assert_eq!(after(state, true, &[4]), None);
        }
    }

    #[test]
    fn only_what_was_taken_back_returns_and_what_is_decided_or_held_stays() {
        assert_eq!(after(State::Gone, true, &[4]), Some(State::Settling));
        for state in [State::Baseline, State::Held, State::Mailed, State::Skipped] {
            assert_eq!(after(state, true, &[4]), None, "{state}");
            assert_eq!(after(state, false, &[4]), None, "{state}");
        }
    }
}
