//! Which readers of a mailing get which of its posts: the domain's rule over what the store knows of a few thousand
//! readers at a time. Deciding writes nothing.

use std::collections::HashMap;

use domain::{
    Cadence, MailingId, Millis, PostId, SubscriberId, Topics,
    mailing::{Audience, ExclusionReason},
    owed::{Before, Pause, Post, Reader, Share},
};
use store::{
    Tx,
    deliveries::{self, Candidate, Passed},
    editions,
    lists::List,
    mailings::{self, Mailing},
    messages,
    posts::{self, PoolPost},
};

/// Whom a mailing is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whom {
    pub(super) audience: Audience,
    /// Also those who chose to be mailed less often than the list is.
    also_slower: bool,
    /// Also those who had its posts.
    again: bool,
}

impl Whom {
    /// Those who are mailed at a cadence.
    pub(super) const fn at(cadence: Cadence) -> Self {
        Self {
            audience: Audience::Cadence(cadence),
            also_slower: false,
            again: false,
        }
    }

    pub(super) const fn of(mailing: &Mailing) -> Self {
        Self {
            audience: mailing.audience,
            also_slower: mailing.also_slower,
            again: mailing.again,
        }
    }
}

/// The choice that a mailing makes among posts for each of its readers.
pub(super) struct Choice<'a> {
    pub(super) list: &'a List,
    pub(super) whom: Whom,
    pub(super) pool: Vec<PoolPost>,
    /// What each post of the pool is about, as far as readers can choose it.
    topics: Vec<Topics>,
}

/// What was decided about a reader.
pub(super) type Verdict = (Candidate, Result<Share, ExclusionReason>);

/// A range of readers: after one, up to another.
type Range = (Option<SubscriberId>, SubscriberId);

impl<'a> Choice<'a> {
    pub(super) fn new(list: &'a List, whom: Whom, pool: Vec<PoolPost>) -> Self {
        let offered = &list.settings.rules.topics;
        Self {
            topics: pool.iter().map(|post| post.topics().common(offered)).collect(),
            list,
            whom,
            pool,
        }
    }

    pub(super) async fn load(tx: &mut Tx, mailing: &Mailing, list: &'a List) -> Result<Self, store::Error> {
        Ok(Self::new(
            list,
            Whom::of(mailing),
            mailings::pool(tx, mailing.id).await?,
        ))
    }

    /// The posts of those places of the pool, with their contents.
    pub(super) async fn posts(
        &self,
        tx: &mut Tx,
        places: impl IntoIterator<Item = usize>,
    ) -> Result<Vec<posts::Post>, store::Error> {
        let mut found = Vec::new();
        for place in places {
            found.extend(posts::find(tx, self.pool[place].id).await?);
        }
        Ok(found)
    }

    /// Decides about the next readers, at most `most`, who had joined by a moment, as they stand `at` another.
    pub(super) async fn decide(
        &self,
        tx: &mut Tx,
        (joined_by, after): (Millis, Option<SubscriberId>),
        at: Millis,
        most: i64,
    ) -> Result<Vec<Verdict>, store::Error> {
        let from = (self.list.id, self.own());
        let candidates = deliveries::candidates(tx, from, &self.whom.audience, (joined_by, after), most).await?;
        let Some(last) = candidates.last().map(|candidate| candidate.subscriber) else {
            return Ok(Vec::new());
        };
        let past = self.past(tx, (after, last)).await?;
        let pauses = deliveries::pauses_between(tx, self.list.id, (after, last)).await?;
        let pool: Vec<Post<'_>> = (self.pool.iter().zip(&self.topics))
            .map(|(post, topics)| Post {
                ready_at: post.ready_at,
                topics,
            })
            .collect();
        let decided = |candidate: Candidate| {
            let pauses = pauses.get(&candidate.subscription).map_or(&[][..], Vec::as_slice);
            let past = past.get(&candidate.subscriber).map_or(&[][..], Vec::as_slice);
            let verdict = self.verdict(&candidate, &pool, (pauses, past), at);
            (candidate, verdict)
        };
        Ok(candidates.into_iter().map(decided).collect())
    }

    /// How many posts a mail brings at most.
    pub(super) fn most(&self) -> usize {
        self.whom.audience.most_posts(&self.list.settings.rules)
    }

    /// The cadence of the list's readers who chose none.
    const fn own(&self) -> &Cadence {
        &self.list.settings.cadence
    }

    /// What a reader gets, or why they get nothing.
    fn verdict(
        &self,
        candidate: &Candidate,
        pool: &[Post<'_>],
        (pauses, past): (&[Pause], &[(usize, Before)]),
        at: Millis,
    ) -> Result<Share, ExclusionReason> {
        let asked = self.whom.audience == Audience::Asked;
        let is_slower = || !self.whom.audience.includes(candidate.cadence, *self.own());
        if candidate.is_erased {
            return Err(ExclusionReason::Erased);
        } else if candidate.is_suppressed {
            return Err(ExclusionReason::Suppressed);
        } else if pauses.iter().any(|pause| pause.covers(at)) {
            return Err(ExclusionReason::Paused);
        } else if !self.whom.also_slower && is_slower() {
            return Err(ExclusionReason::Slower);
        }
        let offered = &self.list.settings.rules.topics;
        let chosen = candidate.topics.as_ref();
        let topics = chosen.and_then(|topics| topics.chosen_among(offered));
        let reader = Reader {
            // What staff announce is for whoever is on the list now, also when it is older than their subscription.
            joined_at: if asked { Millis::MIN } else { candidate.joined_at },
            pauses: if asked { &[] } else { pauses },
            topics: topics.as_ref(),
        };
        let before = |place| {
            if self.whom.again {
                Before::Nothing
            } else {
                before(past, place)
            }
        };
        let share = reader.share(pool, before, self.most());
        if share.brings.is_empty() {
            Err(ExclusionReason::NothingNew)
        } else {
            Ok(share)
        }
    }

    /// What became of posts of the pool for readers of a range before, by their places in it.
    async fn past(
        &self,
        tx: &mut Tx,
        range: Range,
    ) -> Result<HashMap<SubscriberId, Vec<(usize, Before)>>, store::Error> {
        let list = self.list.id;
        let places: HashMap<PostId, usize> = self.pool.iter().map(|post| post.id).zip(0..).collect();
        let mut past = HashMap::<SubscriberId, Vec<(usize, Before)>>::new();
        for (subscriber, post, outcome) in messages::posts_welcomed_with(tx, list, range).await? {
            if let Some(place) = places.get(&post).filter(|_| outcome.counts_as_had()) {
                past.entry(subscriber).or_default().push((*place, Before::Had));
            }
        }
        let ids: Vec<PostId> = self.pool.iter().map(|post| post.id).collect();
        let brought: HashMap<(MailingId, i64), Vec<usize>> = editions::that_brought(tx, &ids)
            .await?
            .into_iter()
            .map(|edition| {
                let posts = edition.posts.iter().filter_map(|post| places.get(post).copied());
                ((edition.mailing, edition.number), posts.collect())
            })
            .collect();
        let Some(first) = brought.keys().map(|(mailing, _)| *mailing).min() else {
            return Ok(past);
        };
        for passed in deliveries::passed_between(tx, (list, first), range).await? {
            let Passed { mailing, edition, .. } = passed;
            if let Some(posts) = brought.get(&(mailing, edition)) {
                let became = passed.outcome.before();
                let known = past.entry(passed.subscriber).or_default();
                known.extend(posts.iter().map(|place| (*place, became)));
            }
        }
        Ok(past)
    }
}

/// What became of the post of a place: one that failed once and came another time was had.
fn before(past: &[(usize, Before)], place: usize) -> Before {
    if past.contains(&(place, Before::Had)) {
        Before::Had
    } else if past.contains(&(place, Before::Failed)) {
        Before::Failed
    } else {
        Before::Nothing
    }
}
