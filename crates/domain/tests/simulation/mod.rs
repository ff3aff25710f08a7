//! A list in memory: it asks the domain's rules what the service asks them, and writes down what came of it.

use std::{sync::LazyLock, time::Duration};

use domain::{
    Cadence, Millis, Topics,
    owed::{Before, Pause, Post, Reader},
    pace::{Decision, Measure, Progress, ready_at},
};
use jiff::tz::TimeZone;

pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
pub(crate) const READERS: usize = 4;
const MEASURE: Measure = Measure {
    least: 2,
    longest_wait: Some(Duration::from_secs(5 * 24 * 60 * 60)),
};
/// The cadences of the list; the first is its own.
pub(crate) const CADENCES: [&str; 5] = [
    "weekly mon,thu 09:00",
    "instant",
    "daily 02:30",
    "weekly sat 18:00",
    "monthly last fri 07:00",
];
/// Some days before clocks in Paris are set back: 4 October 2026 at 08:00 UTC.
const START: i64 = 1_791_100_800_000;

/// Something that happens.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    Join(usize),
    Leave(usize),
    /// For a number of days.
    Pause(usize, u32),
    Choose(usize, usize),
    /// A post becomes ready at once, unless it is held.
    Publish {
        topic: usize,
        held: bool,
    },
    /// Staff let the oldest held post go.
    Release,
    Announce {
        post: usize,
        also_slower: bool,
    },
    /// Nobody looks at the clock for a number of hours.
    Outage(u32),
    /// The provider refuses the next few mails.
    Refuse(usize),
}

/// A person, as the log knows them.
#[derive(Debug, Default)]
pub(crate) struct Person {
    /// When they joined and left.
    pub(crate) stays: Vec<(Millis, Option<Millis>)>,
    pub(crate) pauses: Vec<Pause>,
    pub(crate) cadence: usize,
    /// Whether anything happened that may cost them a post once it is stale.
    pub(crate) is_disturbed: bool,
}

impl Person {
    pub(crate) fn joined_at(&self) -> Option<Millis> {
        let last = self.stays.last().filter(|(_, left)| left.is_none());
        last.map(|(joined, _)| *joined)
    }

    pub(crate) fn was_paused(&self, at: Millis) -> bool {
        self.pauses.iter().any(|pause| pause.from < at && at < pause.until)
    }
}

/// What made a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    Slot { slot: Millis },
    Asked { also_slower: bool },
}

#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) reader: usize,
    /// The cadence that they had then.
    pub(crate) cadence: usize,
    pub(crate) posts: Vec<usize>,
    pub(crate) at: Millis,
    pub(crate) why: Why,
    pub(crate) is_refused: bool,
}

pub(crate) struct Simulation {
    pub(crate) now: Millis,
    /// How many posts there is room for in a mail.
    pub(crate) most: usize,
    /// When each became ready, and what it is about.
    pub(crate) posts: Vec<(Option<Millis>, Topics)>,
    pub(crate) people: Vec<Person>,
    pub(crate) log: Vec<Delivery>,
    pub(crate) mailed_slots: Vec<(usize, Millis)>,
    paces: Vec<Pace>,
    away_until: Millis,
    refusing: usize,
}

struct Pace {
    cadence: Cadence,
    progress: Progress,
    next: Millis,
}

impl Simulation {
    pub(crate) fn new(most: usize) -> Self {
        let now = Millis::from(START);
        let pace = |spelling: &&str| {
            let cadence: Cadence = spelling.parse().unwrap();
            Pace {
                next: next_slot(&cadence, now),
                progress: Progress::begin(&cadence, now),
                cadence,
            }
        };
        Self {
            now,
            most,
            posts: Vec::new(),
            people: (0..READERS).map(|_| Person::default()).collect(),
            log: Vec::new(),
            mailed_slots: Vec::new(),
            paces: CADENCES.iter().map(pace).collect(),
            away_until: now,
            refusing: 0,
        }
    }

    pub(crate) fn happen(&mut self, event: &Event) {
        let now = self.now;
        match *event {
            Event::Join(reader) => {
                let person = &mut self.people[reader];
                if person.joined_at().is_none() {
                    person.stays.push((now, None));
                }
            }
            Event::Leave(reader) => {
                let last = self.people[reader].stays.last_mut();
                if let Some((_, left)) = last.filter(|(_, left)| left.is_none()) {
                    *left = Some(now);
                }
            }
            Event::Pause(reader, days) => {
                let until = now + DAY * days;
                self.people[reader].pauses.push(Pause { from: now, until });
                self.people[reader].is_disturbed = true;
            }
            Event::Choose(reader, cadence) => {
                let left = self.people[reader].cadence;
                if left != cadence {
                    let settled_until = self.paces[left].progress.settled_until();
                    self.paces[cadence].progress.take_in(settled_until);
                    self.people[reader].cadence = cadence;
                }
            }
            Event::Publish { topic, held } => {
                let topics = Topics::parse(["", "sleep", "food"][topic]);
                self.posts.push(((!held).then(|| self.ready_now()), topics));
            }
            Event::Release => {
                let now = self.ready_now();
                if let Some((ready_at, _)) = self.posts.iter_mut().find(|(ready_at, _)| ready_at.is_none()) {
                    *ready_at = Some(now);
                }
            }
            Event::Announce { post, also_slower } => self.announce(post, also_slower),
            Event::Outage(hours) => self.away_until = self.away_until.max(now + HOUR * hours),
            Event::Refuse(mails) => self.refusing = mails,
        }
        self.tick();
        // Things may happen in the moment of a slot, but no two in the same: the log could not tell which came first.
        self.now = self.now.offset(7);
    }

    /// From one full hour to the next, as a service that is awake does.
    pub(crate) fn pass(&mut self, hours: u32) {
        for _ in 0..hours {
            let since_full = self.now.get() % 3_600_000;
            self.now = self.now.offset(3_600_000 - since_full);
            self.tick();
        }
    }

    /// Whether a post is within a reader's topics: the second person reads about sleep only.
    pub(crate) fn is_about(&self, reader: usize, post: usize) -> bool {
        let topics = &self.posts[post].1;
        topics_of(reader).is_none_or(|chosen| topics.is_empty() || chosen.meets(topics))
    }

    fn ready_now(&self) -> Millis {
        ready_at(self.now, self.mailed_slots.iter().map(|(_, slot)| *slot))
    }

    fn announce(&mut self, post: usize, also_slower: bool) {
        let (now, ready_now) = (self.now, self.ready_now());
        let Some((ready_at, _)) = self.posts.get_mut(post) else {
            return;
        };
        ready_at.get_or_insert(ready_now);
        for reader in 0..READERS {
            let person = &self.people[reader];
            let is_slower = (self.paces[person.cadence].cadence).is_slower_than(&self.paces[0].cadence);
            let is_there = person.joined_at().is_some() && !person.was_paused(now);
            let is_wanted = self.is_about(reader, post) && !self.has_had(reader, post);
            if is_there && is_wanted && (also_slower || !is_slower) {
                self.deliver(reader, vec![post], Why::Asked { also_slower });
            }
        }
    }

    pub(crate) fn has_had(&self, reader: usize, post: usize) -> bool {
        let mut theirs = self.log.iter().filter(|mail| mail.reader == reader && !mail.is_refused);
        theirs.any(|mail| mail.posts.contains(&post))
    }

    fn before(&self, reader: usize, post: usize) -> Before {
        if self.has_had(reader, post) {
            Before::Had
        } else if self.failed(reader).any(|failed| failed == post) {
            Before::Failed
        } else {
            Before::Nothing
        }
    }

    /// The posts of each mail to a reader that was refused, whether they came later or not.
    pub(crate) fn failed(&self, reader: usize) -> impl Iterator<Item = usize> {
        let refused = self
            .log
            .iter()
            .filter(move |mail| mail.reader == reader && mail.is_refused);
        refused.flat_map(|mail| mail.posts.iter().copied())
    }

    fn deliver(&mut self, reader: usize, posts: Vec<usize>, why: Why) {
        let is_refused = self.refusing > 0;
        self.refusing = self.refusing.saturating_sub(1);
        self.people[reader].is_disturbed |= is_refused;
        self.log.push(Delivery {
            reader,
            cadence: self.people[reader].cadence,
            posts,
            at: self.now,
            why,
            is_refused,
        });
    }

    fn tick(&mut self) {
        if self.now < self.away_until {
            return;
        }
        for place in 0..self.paces.len() {
            if self.paces[place].next <= self.now {
                self.take_slot(place);
            }
        }
    }

    fn take_slot(&mut self, place: usize) {
        let now = self.now;
        let ready: Vec<Millis> = self.posts.iter().filter_map(|(ready_at, _)| *ready_at).collect();
        let pace = &mut self.paces[place];
        let is_instant = pace.cadence == Cadence::Instant;
        let measure = if is_instant {
            Measure {
                least: 1,
                longest_wait: None,
            }
        } else {
            MEASURE
        };
        let slot = if is_instant {
            now
        } else {
            newest_slot(&pace.cadence, pace.next, now)
        };
        if !is_instant {
            pace.next = next_slot(&pace.cadence, slot);
        }
        if pace.progress.decide(ready, measure, slot) == Decision::Mail {
            if is_instant {
                pace.next = now + HOUR;
            }
            let owed_since = pace.progress.looks_back_to();
            pace.progress = pace.progress.after(&pace.cadence, slot);
            self.mail(place, slot, owed_since);
        }
    }

    fn mail(&mut self, place: usize, slot: Millis, owed_since: Millis) {
        self.mailed_slots.push((place, slot));
        let posts = self.posts.clone();
        let mut pool: Vec<(Millis, usize)> = (posts.iter().enumerate())
            .filter_map(|(post, (ready_at, _))| Some(((*ready_at)?, post)))
            .filter(|(ready_at, _)| *ready_at > owed_since && *ready_at <= slot)
            .collect();
        pool.sort_unstable();
        let facts = pool.iter().map(|(ready_at, post)| Post {
            ready_at: *ready_at,
            topics: &posts[*post].1,
        });
        let facts: Vec<Post<'_>> = facts.collect();
        for reader in 0..READERS {
            let person = &self.people[reader];
            let Some(joined_at) = person.joined_at().filter(|_| person.cadence == place) else {
                continue;
            };
            let topics = topics_of(reader);
            let rules = Reader {
                joined_at,
                pauses: &person.pauses,
                topics: topics.as_ref(),
            };
            if rules.is_paused(self.now) {
                continue;
            }
            let share = rules.share(&facts, |at| self.before(reader, pool[at].1), self.most);
            self.paces[place].progress.leave(share.rest_since);
            if !share.brings.is_empty() {
                let brings = share.brings.iter().map(|at| pool[*at].1).collect();
                self.deliver(reader, brings, Why::Slot { slot });
            }
        }
    }
}

fn topics_of(reader: usize) -> Option<Topics> {
    (reader == 1).then(|| Topics::parse("sleep"))
}

/// The next slot of a cadence that has slots; now for the other.
fn next_slot(cadence: &Cadence, after: Millis) -> Millis {
    static PARIS: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap());
    cadence.next_slot(after, &PARIS).map_or(after, |slot| slot.at)
}

fn newest_slot(cadence: &Cadence, first: Millis, now: Millis) -> Millis {
    let mut newest = first;
    loop {
        let next = next_slot(cadence, newest);
        if next > now {
            return newest;
        }
        newest = next;
    }
}
