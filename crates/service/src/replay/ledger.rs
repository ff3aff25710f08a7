//! The ledger of a feed in memory: what becomes of the posts that its looks show.

use std::collections::HashSet;

use domain::{
    Millis, Topics,
    pace::ready_at,
    post::{Fate, MOST_NEW_AT_ONCE, New, State, was_taken_back},
};
use feed::Item;

use super::{Look, Setup};

/// A post, with where it stands.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) item: Item,
    pub(super) topics: Topics,
    pub(super) state: State,
    pub(super) reason: String,
    pub(super) ready_at: Option<Millis>,
    seen_at: Millis,
    settles_at: Option<Millis>,
}

/// Every post that the feed showed, in the order in which it was first seen.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) entries: Vec<Entry>,
    connected_at: Option<Millis>,
}

impl Entry {
    fn new(item: &Item, seen_at: Millis, fate: Fate) -> Self {
        let mut entry = Self {
            item: item.clone(),
            topics: item.categories.iter().collect(),
            state: fate.state,
            reason: String::new(),
            ready_at: None,
            seen_at,
            settles_at: None,
        };
        entry.move_to(fate);
        entry
    }

    pub(super) fn move_to(&mut self, fate: Fate) {
        (self.state, self.reason, self.settles_at) = (fate.state, fate.reason, fate.settles_at);
        if !matches!(self.state, State::Ready | State::Mailed) {
            self.ready_at = None;
        }
    }

    const fn waits(&self) -> bool {
        matches!(self.state, State::Settling | State::Held | State::Ready)
    }

    /// Whether a mailing may bring it.
    pub(super) fn became_ready(&self) -> Option<Millis> {
        self.ready_at
            .filter(|_| matches!(self.state, State::Ready | State::Mailed))
    }
}

impl Ledger {
    /// Writes down what a look shows.
    pub(super) fn look(&mut self, setup: &Setup, look: &Look) {
        let (mut shown, mut new, mut twins) = (Vec::new(), Vec::new(), Vec::new());
        // Feeds show the newest first.
        for item in look.items.iter().rev() {
            if let Some(place) = self
                .entries
                .iter()
                .position(|entry| entry.item.identity == item.identity)
            {
                self.entries[place].topics = item.categories.iter().collect();
                self.entries[place].item = item.clone();
                shown.push(place);
            } else if self.has_twin(item) {
                twins.push(item);
            } else {
                new.push(item);
            }
        }
        self.take_back(look.at, &shown);
        let fates = self.fates(setup, look.at, &new);
        let new = new.into_iter().zip(fates);
        let twins = twins.into_iter().map(|item| (item, self.fate_of_twin()));
        let added: Vec<Entry> = new
            .chain(twins)
            .map(|(item, fate)| Entry::new(item, look.at, fate))
            .collect();
        self.entries.extend(added);
        self.connected_at.get_or_insert(look.at);
    }

    /// Makes the posts ready that have settled; they queue behind the mailings that went out.
    pub(super) fn settle(&mut self, now: Millis, mailed_until: impl Iterator<Item = Millis>) {
        let at = ready_at(now, mailed_until);
        let mut due: Vec<&mut Entry> = (self.entries.iter_mut())
            .filter(|entry| entry.state == State::Settling && entry.settles_at.is_some_and(|settles| settles <= now))
            .collect();
        for entry in &mut due {
            entry.move_to(Fate::new(State::Ready, "waits for the next mailing"));
            entry.ready_at = Some(at);
        }
    }

    /// When the next post has settled.
    pub(super) fn next_settling(&self) -> Option<Millis> {
        let settling = self.entries.iter().filter(|entry| entry.state == State::Settling);
        settling.filter_map(|entry| entry.settles_at).min()
    }

    fn has_twin(&self, item: &Item) -> bool {
        self.entries.iter().any(|entry| {
            let same_page = item.canonical_link.is_some() && entry.item.canonical_link == item.canonical_link;
            same_page || entry.item.fingerprint == item.fingerprint
        })
    }

    fn fate_of_twin(&self) -> Fate {
        if self.connected_at.is_none() {
            return Fate::new(State::Baseline, "was there when the feed was connected");
        }
        Fate::new(
            State::Held,
            "looks like a post that is here already: was the feed rewritten?",
        )
    }

    fn fates(&self, setup: &Setup, now: Millis, new: &[&Item]) -> Vec<Fate> {
        let fate = |item: &&Item| {
            let new = New {
                published_at: item.published,
                categories: &item.categories.iter().collect(),
                connected_at: self.connected_at,
                included: &setup.included,
                excluded: &setup.excluded,
                settling: setup.rules.settling(),
            };
            new.fate(now)
        };
        let mut fates: Vec<Fate> = new.iter().map(fate).collect();
        let would_be_mailed = |fate: &&mut Fate| fate.state == State::Settling;
        let fresh = fates.iter_mut().filter(would_be_mailed).count();
        if fresh > MOST_NEW_AT_ONCE {
            fates
                .iter_mut()
                .filter(would_be_mailed)
                .for_each(|fate| *fate = Fate::flood(fresh));
        }
        fates
    }

    /// Posts that wait and that the feed shows no more were taken back; one that is shown again is back.
    fn take_back(&mut self, now: Millis, shown: &[usize]) {
        let there: HashSet<usize> = shown.iter().copied().collect();
        let seen: Vec<Millis> = shown.iter().map(|place| self.entries[*place].seen_at).collect();
        for (place, entry) in self.entries.iter_mut().enumerate() {
            if there.contains(&place) {
                if entry.state == State::Gone {
                    entry.move_to(Fate::settling(now, "is back in the feed"));
                }
            } else if entry.waits() && entry.state != State::Held && was_taken_back(entry.seen_at, seen.iter().copied())
            {
                entry.move_to(Fate::new(State::Gone, "taken back: the feed no longer shows it"));
            }
        }
    }
}
