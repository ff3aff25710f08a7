//! The walk over time: from one moment at which something happens to the next.

use std::collections::{BTreeSet, HashSet};

use domain::{
    Cadence, Millis, Topics,
    owed::{self, Before, Reader},
    pace::{Decision, Progress},
    post::{Fate, INSTANT_GAP, State},
};

use super::{Brought, Mailing, NeverSent, Replay, Setup, ledger::Ledger};

/// Walks from the first look to the end.
#[must_use]
pub fn walk(setup: &Setup) -> Replay {
    let mut walk = Walk::new(setup);
    while let Some(at) = walk.next().filter(|at| *at <= setup.until) {
        walk.step(at);
    }
    walk.end()
}

/// A cadence of the list, and how far its mailings have come.
struct Pace {
    cadence: Cadence,
    progress: Progress,
    /// The next slot; for what is mailed right away, the earliest moment of its next mailing.
    next: Option<Millis>,
}

struct Walk<'a> {
    setup: &'a Setup,
    /// How many looks have been.
    looked: usize,
    ledger: Ledger,
    paces: Vec<Pace>,
    /// What each group of readers had, by the places of posts in the ledger.
    had: Vec<BTreeSet<usize>>,
    /// Posts that a mailing could have brought to somebody.
    offered: HashSet<usize>,
    mailings: Vec<Mailing>,
}

impl<'a> Walk<'a> {
    fn new(setup: &'a Setup) -> Self {
        // Whoever chose a cadence that is offered no more keeps it.
        let chosen = setup.readers.iter().map(|readers| readers.cadence);
        let mut cadences: Vec<Cadence> = std::iter::once(setup.cadence)
            .chain(setup.rules.choices.iter().copied())
            .chain(chosen)
            .collect();
        cadences.sort_by_key(Cadence::spelling);
        cadences.dedup();
        let pace = |cadence: Cadence| Pace {
            progress: Progress::begin(&cadence, setup.since),
            next: cadence.next_slot(setup.since, &setup.zone).map(|slot| slot.at),
            cadence,
        };
        Self {
            setup,
            looked: 0,
            ledger: Ledger::default(),
            paces: cadences.into_iter().map(pace).collect(),
            had: vec![BTreeSet::new(); setup.readers.len()],
            offered: HashSet::new(),
            mailings: Vec::new(),
        }
    }

    /// The next moment at which anything happens; none once nothing can come any more.
    fn next(&self) -> Option<Millis> {
        let look = self.setup.looks.get(self.looked).map(|look| look.at);
        let slots = self.paces.iter().filter_map(|pace| pace.next);
        look.into_iter().chain(self.ledger.next_settling()).chain(slots).min()
    }

    fn step(&mut self, now: Millis) {
        while let Some(look) = self.setup.looks.get(self.looked).filter(|look| look.at <= now) {
            self.ledger.look(self.setup, look);
            self.looked += 1;
        }
        let mailed_until = self.paces.iter().map(|pace| pace.progress.mailed_until);
        self.ledger.settle(now, mailed_until);
        for place in 0..self.paces.len() {
            self.plan(place, now);
        }
    }

    /// Makes the mailing that a pace owes its readers now, if it owes one.
    fn plan(&mut self, place: usize, now: Millis) {
        let pace = &mut self.paces[place];
        let is_instant = pace.cadence == Cadence::Instant;
        if pace.next.map_or(!is_instant, |at| at > now) {
            return;
        }
        let ready = self.ledger.entries.iter().filter_map(|entry| entry.ready_at);
        let measure = self.setup.rules.measure(&pace.cadence);
        let decision = pace.progress.decide(ready, measure, now);
        pace.next = match pace.cadence.next_slot(now, &self.setup.zone) {
            Some(slot) => Some(slot.at),
            None => (is_instant && decision == Decision::Mail).then(|| now + INSTANT_GAP),
        };
        if decision == Decision::Mail {
            self.mail(place, now);
        }
    }

    /// One mailing: each reader of the pace gets their share of what it can bring.
    fn mail(&mut self, place: usize, now: Millis) {
        let setup = self.setup;
        let pace = &mut self.paces[place];
        let owed_since = pace.progress.looks_back_to();
        pace.progress = pace.progress.after(&pace.cadence, now);
        let pool = pool(&self.ledger, owed_since, now);
        let offered = &setup.rules.topics;
        let topics: Vec<Topics> = pool
            .iter()
            .map(|(_, place)| self.ledger.entries[*place].topics.common(offered))
            .collect();
        let facts: Vec<owed::Post<'_>> = (pool.iter().zip(&topics))
            .map(|((ready_at, _), topics)| owed::Post {
                ready_at: *ready_at,
                topics,
            })
            .collect();

        let mut readers_of = vec![0_u64; pool.len()];
        let mut reached = 0;
        for (group, had) in setup.readers.iter().zip(&mut self.had) {
            if group.cadence != pace.cadence || group.joined_at > now {
                continue;
            }
            let topics = group.topics.as_ref().and_then(|topics| topics.chosen_among(offered));
            let reader = Reader {
                joined_at: group.joined_at,
                pauses: &group.pauses,
                topics: topics.as_ref(),
            };
            if reader.is_paused(now) {
                continue;
            }
            let most = usize::from(setup.rules.max_posts);
            let before = |at: usize| {
                if had.contains(&pool[at].1) {
                    Before::Had
                } else {
                    Before::Nothing
                }
            };
            let share = reader.share(&facts, before, most);
            pace.progress.leave(share.rest_since);
            if !share.brings.is_empty() {
                reached += group.count;
            }
            for at in share.brings {
                readers_of[at] += group.count;
                had.insert(pool[at].1);
            }
        }

        self.offered.extend(pool.iter().map(|(_, place)| *place));
        if reached == 0 {
            // A mailing that is not made uses up no hour.
            let pace = &mut self.paces[place];
            pace.next = pace.next.filter(|_| pace.cadence != Cadence::Instant);
            return;
        }
        let mut posts = Vec::new();
        for ((_, place), readers) in pool.iter().zip(readers_of).filter(|(_, readers)| *readers > 0) {
            let entry = &mut self.ledger.entries[*place];
            entry.move_to(Fate::new(State::Mailed, "was mailed"), now);
            posts.push(Brought {
                post: (&entry.item).into(),
                readers,
            });
        }
        self.mailings.push(Mailing {
            at: now.timestamp(),
            cadence: self.paces[place].cadence,
            readers: reached,
            posts,
        });
    }

    fn end(self) -> Replay {
        let next = self.paces.iter().filter_map(|pace| pace.next).min();
        let zone = &self.setup.zone;
        let moment = |at: Millis| {
            at.timestamp()
                .to_zoned(zone.clone())
                .strftime("%-d %B %Y, %H:%M")
                .to_string()
        };
        let reason = |place: usize, state: State, reason: &str| match (state, next) {
            (State::Ready, _) if self.offered.contains(&place) => "was ready, but owed to no reader".to_owned(),
            (State::Ready, Some(at)) => format!("waits for a mailing, on {} at the earliest", moment(at)),
            _ => reason.to_owned(),
        };
        let entries = self.ledger.entries.iter().enumerate();
        let never_sent = entries.filter(|(_, entry)| entry.state != State::Mailed);
        Replay {
            since: self.setup.since.timestamp(),
            until: self.setup.until.timestamp(),
            readers: self.setup.readers.iter().map(|group| group.count).sum(),
            never_sent: never_sent
                .map(|(place, entry)| NeverSent {
                    post: (&entry.item).into(),
                    state: entry.state,
                    reason: reason(place, entry.state, &entry.reason),
                })
                .collect(),
            mailings: self.mailings,
        }
    }
}

/// What a mailing can bring: when each post became ready, and its place in the ledger, in the order of mailings.
fn pool(ledger: &Ledger, owed_since: Millis, until: Millis) -> Vec<(Millis, usize)> {
    let mut pool: Vec<(Millis, usize)> = (ledger.entries.iter().enumerate())
        .filter_map(|(place, entry)| Some((entry.ready_at?, place)))
        .filter(|(ready_at, _)| *ready_at > owed_since && *ready_at <= until)
        .collect();
    pool.sort_by_key(|(ready_at, place)| {
        let published = ledger.entries[*place].item.published.unwrap_or_default();
        (*ready_at, published, *place)
    });
    pool
}
