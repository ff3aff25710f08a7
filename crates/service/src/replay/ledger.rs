//! The ledger of a feed in memory: what becomes of the posts that its looks show.

use domain::{
    Millis, Topics,
    pace::ready_at,
    post::{Fate, Ledger as Known, Marks, New, Readiness, Sight, Source, State, Twin, after_look, judge},
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
    /// When it became ready: from then on a mailing may bring it.
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
        entry.move_to(fate, seen_at);
        entry
    }

    /// Moves it to its fate; one that becomes ready by that is said to be so since `ready_now`.
    pub(super) fn move_to(&mut self, fate: Fate, ready_now: Millis) {
        self.ready_at = match fate.state.readiness(self.ready_at) {
            Readiness::Never => None,
            Readiness::Before(at) => Some(at),
            Readiness::Now => Some(ready_now),
        };
        (self.state, self.reason, self.settles_at) = (fate.state, fate.reason, fate.settles_at);
    }
}

impl Ledger {
    /// Writes down what a look shows.
    pub(super) fn look(&mut self, setup: &Setup, look: &Look) {
        // Feeds show the newest first.
        let items: Vec<&Item> = look.items.iter().rev().collect();
        let sights = self.sort(&items);
        let mut shown = Vec::new();
        let mut unseen = Vec::new();
        for (item, sight) in items.into_iter().zip(sights) {
            match sight {
                Sight::Shown(place) => {
                    self.entries[place].topics = item.categories.iter().collect();
                    self.entries[place].item = item.clone();
                    shown.push(place);
                }
                Sight::Twin(place) => unseen.push((item, Some(self.twin(place)))),
                Sight::New => unseen.push((item, None)),
                Sight::Repeated => {}
            }
        }
        self.take_back(look.at, &shown);
        self.add(setup, look.at, &unseen);
        self.connected_at.get_or_insert(look.at);
    }

    fn sort(&self, items: &[&Item]) -> Vec<Sight<usize>> {
        let mut known = Known::default();
        for (place, entry) in self.entries.iter().enumerate() {
            let marks = marks(&entry.item);
            known.add_shown(marks.identity, place);
            if let Some(link) = marks.canonical_link {
                known.add_page(link, place);
            }
            known.add_fingerprint(marks.fingerprint, place);
        }
        known.sort(&items.iter().map(|item| marks(item)).collect::<Vec<_>>())
    }

    /// Makes the posts ready that have settled; they queue behind the mailings that went out.
    pub(super) fn settle(&mut self, now: Millis, mailed_until: impl Iterator<Item = Millis>) {
        let at = ready_at(now, mailed_until);
        let mut due: Vec<&mut Entry> = (self.entries.iter_mut())
            .filter(|entry| entry.state == State::Settling && entry.settles_at.is_some_and(|settles| settles <= now))
            .collect();
        for entry in &mut due {
            entry.move_to(Fate::settled(), at);
        }
    }

    /// When the next post has settled.
    pub(super) fn next_settling(&self) -> Option<Millis> {
        let settling = self.entries.iter().filter(|entry| entry.state == State::Settling);
        settling.filter_map(|entry| entry.settles_at).min()
    }

    fn twin(&self, place: usize) -> Twin {
        Twin {
            source: Source::SameFeed,
            state: self.entries[place].state,
        }
    }

    fn add(&mut self, setup: &Setup, now: Millis, unseen: &[(&Item, Option<Twin>)]) {
        let topics: Vec<Topics> = unseen
            .iter()
            .map(|(item, _)| item.categories.iter().collect())
            .collect();
        let new = unseen.iter().zip(&topics).map(|((item, twin), categories)| {
            let new = New {
                published_at: item.published,
                categories,
                connected_at: self.connected_at,
                included: &setup.included,
                excluded: &setup.excluded,
                settling: setup.rules.settling(),
            };
            (new, *twin)
        });
        let verdicts = judge(new, now);
        let added = unseen.iter().zip(verdicts);
        self.entries
            .extend(added.map(|((item, _), verdict)| Entry::new(item, now, verdict.fate().clone())));
    }

    fn take_back(&mut self, now: Millis, shown: &[usize]) {
        let seen: Vec<Millis> = shown.iter().map(|place| self.entries[*place].seen_at).collect();
        for (place, entry) in self.entries.iter_mut().enumerate() {
            let standing = (entry.state, entry.seen_at);
            if let Some(fate) = after_look(standing, shown.contains(&place), seen.iter().copied(), now) {
                entry.move_to(fate, now);
            }
        }
    }
}

fn marks(item: &Item) -> Marks<'_> {
    Marks {
        identity: item.identity.as_str(),
        canonical_link: item.canonical_link.as_deref(),
        fingerprint: &item.fingerprint,
    }
}
