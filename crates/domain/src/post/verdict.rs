//! What a look makes of the items that its feed did not show before, all of them together.

use super::{Fate, MOST_NEW_AT_ONCE, New, State};
use crate::Millis;

/// Where the list has a post from that comes again under another identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the same feed.
    SameFeed,
    /// From another feed.
    OtherFeed,
    /// Staff named it by its address.
    Named,
}

/// A post of the list that an item is in another guise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Twin {
    /// Where the list has it from.
    pub source: Source,
    /// Where it stands.
    pub state: State,
}

/// What an item is taken for, with its fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A new post, or one of the feed's first look.
    New(Fate),
    /// One of too many new posts at once: a blog that moved must not mail its archive.
    Flood(Fate),
    /// A post that the feed showed before under another identity: a person should see a feed that was rewritten.
    Rewritten(Fate),
    /// A post that the list has from elsewhere: two feeds of one list may well show the same post, and one that staff
    /// named by its address may come in the feed later.
    Copy(Fate),
}

impl Verdict {
    /// What becomes of it.
    #[must_use]
    pub const fn fate(&self) -> &Fate {
        match self {
            Self::New(fate) | Self::Flood(fate) | Self::Rewritten(fate) | Self::Copy(fate) => fate,
        }
    }

    fn of(new: &New<'_>, twin: Option<Twin>, now: Millis) -> Self {
        match twin {
            None => Self::New(new.fate(now)),
            Some(twin) if new.connected_at.is_none() && twin.source == Source::SameFeed => Self::New(new.fate(now)),
            Some(_) if new.connected_at.is_none() => Self::Copy(new.fate(now)),
            // Naming it had no consequences yet, so it keeps nobody from getting it.
            Some(Twin {
                source: Source::Named,
                state: State::Baseline,
            }) => Self::New(new.fate(now)),
            Some(twin) => twin.verdict(),
        }
    }
}

impl Twin {
    fn verdict(self) -> Verdict {
        match self.source {
            Source::SameFeed => {
                let stands = match self.state {
                    State::Baseline => "was there before",
                    State::Settling | State::Ready => "is about to be mailed",
                    State::Held => "is held already",
                    State::Mailed => "was mailed already",
                    State::Skipped => "was left out",
                    State::Gone => "was taken back",
                };
                let reason = format!("looks like a post that {stands}: was the feed rewritten?");
                Verdict::Rewritten(Fate::new(State::Held, reason))
            }
            Source::OtherFeed => Verdict::Copy(match self.state {
                State::Baseline => Fate::new(State::Baseline, "another feed of this list had it from the beginning"),
                State::Settling | State::Held | State::Ready => Fate::new(
                    State::Skipped,
                    "another feed of this list has brought it, and it waits there",
                ),
                State::Mailed => Fate::new(
                    State::Skipped,
                    "was mailed already: another feed of this list brought it",
                ),
                State::Skipped => Fate::new(State::Skipped, "was left out when another feed of this list brought it"),
                State::Gone => Fate::new(
                    State::Held,
                    "was taken back from another feed of this list: is it meant to be mailed?",
                ),
            }),
            Source::Named => Verdict::Copy(match self.state {
                State::Mailed => Fate::new(State::Skipped, "was mailed already: staff named it by its address"),
                State::Skipped | State::Gone | State::Baseline => {
                    Fate::new(State::Skipped, "was left out when staff named it by its address")
                }
                State::Settling | State::Held | State::Ready => {
                    Fate::new(State::Skipped, "waits already: staff named it by its address")
                }
            }),
        }
    }
}

/// What becomes of items that a feed shows for the first time, all of them in one look and in its order; each with the
/// post of the list that it is in another guise, if there is one.
#[must_use]
pub fn judge<'a>(items: impl IntoIterator<Item = (New<'a>, Option<Twin>)>, now: Millis) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = items
        .into_iter()
        .map(|(new, twin)| Verdict::of(&new, twin, now))
        .collect();
    let would_be_mailed = |verdict: &Verdict| matches!(verdict, Verdict::New(fate) if fate.state == State::Settling);
    let fresh = verdicts.iter().filter(|verdict| would_be_mailed(verdict)).count();
    if fresh > MOST_NEW_AT_ONCE {
        let reason = format!("{fresh} new posts at once: was the blog moved or its feed rewritten?");
        for verdict in verdicts.iter_mut().filter(|verdict| would_be_mailed(verdict)) {
            *verdict = Verdict::Flood(Fate::new(State::Held, reason.clone()));
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Topics;

    /// The verdicts on as many items, each with that twin, in a feed that was connected before now.
    fn verdicts(count: usize, twin: Option<Twin>) -> Vec<Verdict> {
        verdicts_of(Some(1), std::iter::repeat_n(twin, count))
    }

    fn verdicts_of(connected_at: Option<i64>, twins: impl Iterator<Item = Option<Twin>>) -> Vec<Verdict> {
        let none = Topics::default();
        let new = New {
            published_at: None,
            categories: &none,
            connected_at: connected_at.map(Into::into),
            included: &none,
            excluded: &none,
            settling: Duration::ZERO,
        };
        judge(twins.map(|twin| (new, twin)), 9.into())
    }

    /// The verdict on one item with a twin of that source and state.
    fn verdict(source: Source, state: State) -> Verdict {
        verdicts(1, Some(Twin { source, state })).remove(0)
    }

    fn told(verdict: &Verdict) -> (State, &str) {
        (verdict.fate().state, &verdict.fate().reason)
    }

    #[test]
    fn five_new_posts_are_new_and_six_are_a_flood() {
        let (five, six) = (verdicts(5, None), verdicts(6, None));

        assert!(five.iter().all(|verdict| matches!(verdict, Verdict::New(_))));
        let flood = (
            State::Held,
            "6 new posts at once: was the blog moved or its feed rewritten?",
        );
        assert!(six.iter().all(|verdict| told(verdict) == flood), "{six:?}");
        assert!(six.iter().all(|verdict| matches!(verdict, Verdict::Flood(_))));
    }

    #[test]
    fn a_post_under_a_new_identity_in_its_own_feed_is_held_and_told_as_what_it_was() {
        let words = [
            (State::Baseline, "was there before"),
            (State::Settling, "is about to be mailed"),
            (State::Held, "is held already"),
            (State::Ready, "is about to be mailed"),
            (State::Mailed, "was mailed already"),
            (State::Skipped, "was left out"),
            (State::Gone, "was taken back"),
        ];
        for (state, words) in words {
            let verdict = verdict(Source::SameFeed, state);

            let reason = format!("looks like a post that {words}: was the feed rewritten?");
            assert_eq!(told(&verdict), (State::Held, &*reason));
            assert!(matches!(verdict, Verdict::Rewritten(_)));
        }
    }

    #[test]
    fn a_post_of_another_feed_is_told_as_what_became_of_it_there() {
        let waits = "another feed of this list has brought it, and it waits there";
        let expected = [
            (
                State::Baseline,
                State::Baseline,
                "another feed of this list had it from the beginning",
            ),
            (State::Settling, State::Skipped, waits),
            (State::Held, State::Skipped, waits),
            (State::Ready, State::Skipped, waits),
            (
                State::Mailed,
                State::Skipped,
                "was mailed already: another feed of this list brought it",
            ),
            (
                State::Skipped,
                State::Skipped,
                "was left out when another feed of this list brought it",
            ),
            (
                State::Gone,
                State::Held,
                "was taken back from another feed of this list: is it meant to be mailed?",
            ),
        ];
        for (twin, state, reason) in expected {
            let verdict = verdict(Source::OtherFeed, twin);

            assert_eq!(told(&verdict), (state, reason));
            assert!(matches!(verdict, Verdict::Copy(_)));
        }
    }

    #[test]
    fn a_post_that_was_only_named_by_its_address_is_new_and_one_that_was_mailed_is_not() {
        let named = |state| verdict(Source::Named, state);

        assert!(matches!(named(State::Baseline), Verdict::New(fate) if fate.state == State::Settling));
        let words = [
            (State::Mailed, "was mailed already: staff named it by its address"),
            (State::Ready, "waits already: staff named it by its address"),
            (State::Skipped, "was left out when staff named it by its address"),
        ];
        for (state, reason) in words {
            assert_eq!(told(&named(state)), (State::Skipped, reason));
        }
    }

    #[test]
    fn what_the_first_look_shows_was_there_whatever_else_the_list_has() {
        let twins = [Source::OtherFeed, Source::Named].map(|source| {
            Some(Twin {
                source,
                state: State::Mailed,
            })
        });

        let verdicts = verdicts_of(None, [None].into_iter().chain(twins));

        let first = (State::Baseline, "was there when the feed was connected");
        assert!(verdicts.iter().all(|verdict| told(verdict) == first), "{verdicts:?}");
    }
}
