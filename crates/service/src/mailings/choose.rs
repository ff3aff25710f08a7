//! Which readers of a mailing get which of its posts: the domain's rule over what the store knows of a few thousand
//! readers at a time.

use std::collections::HashMap;

use domain::{
    Cadence, MailingId, Millis, PostId, SubscriberId, Topics,
    mailing::{Audience, ExclusionReason},
    owed::{Pause, Post, Reader, Share},
};
use store::{
    Tx,
    deliveries::{self, Candidate, NewDelivery, Step},
    editions::{self, EditionPosts},
    lists::List,
    mailings::{self, Mailing, PoolPost},
    messages, paces,
};

/// A mailing on its way to being frozen.
pub(super) struct Choice<'a> {
    mailing: &'a Mailing,
    list: &'a List,
    pool: Vec<PoolPost>,
    /// What each post of the pool is about, as far as readers can choose it.
    topics: Vec<Topics>,
}

/// A range of readers: after one, up to another.
type Range = (Option<SubscriberId>, SubscriberId);

impl<'a> Choice<'a> {
    pub(super) async fn load(tx: &mut Tx, mailing: &'a Mailing, list: &'a List) -> Result<Self, store::Error> {
        let pool = mailings::pool(tx, mailing.id).await?;
        let offered = &list.settings.rules.topics;
        Ok(Self {
            topics: pool.iter().map(|post| post.topics().common(offered)).collect(),
            mailing,
            list,
            pool,
        })
    }

    /// The cadence of the list's readers who chose none.
    const fn own(&self) -> &Cadence {
        &self.list.settings.cadence
    }

    /// Decides about the next readers, at most `most`, and writes it down. Gives what was added, and the last of them;
    /// none when nobody is left.
    pub(super) async fn step(&self, tx: &mut Tx, most: i64) -> Result<Option<(Step, SubscriberId)>, store::Error> {
        let Mailing {
            list,
            audience,
            freeze_after: after,
            frozen_at,
            ..
        } = *self.mailing;
        let from = (list, self.own());
        let candidates = deliveries::candidates(tx, from, &audience, (frozen_at, after), most).await?;
        let Some(last) = candidates.last().map(|candidate| candidate.subscriber) else {
            return Ok(None);
        };
        let had = self.had(tx, (after, last)).await?;
        let pauses = deliveries::pauses_between(tx, list, (after, last)).await?;
        let pool: Vec<Post<'_>> = (self.pool.iter().zip(&self.topics))
            .map(|(post, topics)| Post {
                ready_at: post.ready_at,
                topics,
            })
            .collect();
        let mut editions = Editions::load(tx, self.mailing.id).await?;
        let (mut delivered, mut left_out, mut rest_since) = (Vec::new(), Vec::new(), None::<Millis>);
        for candidate in &candidates {
            let pauses = pauses.get(&candidate.subscription).map_or(&[][..], Vec::as_slice);
            let had = had.get(&candidate.subscriber).map_or(&[][..], Vec::as_slice);
            match self.verdict(candidate, &pool, (pauses, had), tx.now()) {
                Ok(share) => {
                    rest_since = rest_since.into_iter().chain(share.rest_since).min();
                    delivered.push(NewDelivery {
                        subscriber: candidate.subscriber,
                        subscription: candidate.subscription,
                        edition: editions.of(&share.brings, &self.pool),
                    });
                }
                Err(reason) => left_out.push((candidate.subscriber, reason)),
            }
        }
        editions.write(tx).await?;
        deliveries::deliver_to(tx, self.mailing.id, self.mailing.counters.deliveries + 1, &delivered).await?;
        deliveries::leave_out(tx, self.mailing.id, &left_out).await?;
        if let (Audience::Cadence(cadence), Some(rest_since)) = (audience, rest_since) {
            paces::leave(tx, list, &cadence, rest_since).await?;
        }
        let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
        let step = Step {
            candidates: count(candidates.len()),
            deliveries: count(delivered.len()),
            excluded: count(left_out.len()),
        };
        Ok(Some((step, last)))
    }

    /// What a reader gets, or why they get nothing.
    fn verdict(
        &self,
        candidate: &Candidate,
        pool: &[Post<'_>],
        (pauses, had): (&[Pause], &[usize]),
        now: Millis,
    ) -> Result<Share, ExclusionReason> {
        let asked = self.mailing.audience == Audience::Asked;
        let is_slower = || {
            candidate
                .cadence
                .is_some_and(|cadence| cadence.is_slower_than(self.own()))
        };
        if candidate.is_erased {
            return Err(ExclusionReason::Erased);
        } else if candidate.is_suppressed {
            return Err(ExclusionReason::Suppressed);
        } else if pauses.iter().any(|pause| pause.covers(now)) {
            return Err(ExclusionReason::Paused);
        } else if asked && !self.mailing.also_slower && is_slower() {
            return Err(ExclusionReason::Slower);
        }
        // Who chose only topics that are no longer offered has chosen nothing.
        let offered = &self.list.settings.rules.topics;
        let topics = candidate.topics.as_ref().map(|topics| topics.common(offered));
        let reader = Reader {
            // What staff announce is for whoever is on the list now, also when it is older than their subscription.
            joined_at: if asked { Millis::MIN } else { candidate.joined_at },
            pauses: if asked { &[] } else { pauses },
            topics: topics.as_ref().filter(|topics| !topics.is_empty()),
        };
        let most = if asked {
            usize::MAX
        } else {
            usize::from(self.list.settings.rules.max_posts)
        };
        let share = reader.share(pool, |place| !self.mailing.again && had.contains(&place), most);
        if share.brings.is_empty() {
            Err(ExclusionReason::NothingNew)
        } else {
            Ok(share)
        }
    }

    /// Which posts of the pool readers of a range had, or are about to get: their places in it.
    async fn had(&self, tx: &mut Tx, range: Range) -> Result<HashMap<SubscriberId, Vec<usize>>, store::Error> {
        let places: HashMap<PostId, usize> = self.pool.iter().map(|post| post.id).zip(0..).collect();
        let mut had = HashMap::<SubscriberId, Vec<usize>>::new();
        for (subscriber, post) in messages::posts_welcomed_with(tx, self.mailing.list, range).await? {
            if let Some(place) = places.get(&post) {
                had.entry(subscriber).or_default().push(*place);
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
            return Ok(had);
        };
        for (subscriber, mailing, number) in deliveries::had_between(tx, (self.mailing.list, first), range).await? {
            if let Some(posts) = brought.get(&(mailing, number)) {
                had.entry(subscriber).or_default().extend(posts);
            }
        }
        Ok(had)
    }
}

/// The editions of a mailing by the posts that they bring.
struct Editions {
    mailing: MailingId,
    numbers: HashMap<Vec<PostId>, i64>,
    new: Vec<EditionPosts>,
}

impl Editions {
    async fn load(tx: &mut Tx, mailing: MailingId) -> Result<Self, store::Error> {
        let known = editions::of_mailing(tx, mailing).await?;
        Ok(Self {
            mailing,
            numbers: known
                .into_iter()
                .map(|edition| (edition.posts, edition.number))
                .collect(),
            new: Vec::new(),
        })
    }

    /// The number of the edition that brings these places of a pool, which is made if there is none.
    fn of(&mut self, brings: &[usize], pool: &[PoolPost]) -> i64 {
        let posts: Vec<PostId> = brings.iter().map(|place| pool[*place].id).collect();
        if let Some(number) = self.numbers.get(&posts) {
            return *number;
        }
        let number = i64::try_from(self.numbers.len()).unwrap_or(i64::MAX);
        self.numbers.insert(posts.clone(), number);
        self.new.push(EditionPosts {
            mailing: self.mailing,
            number,
            posts,
        });
        number
    }

    async fn write(&self, tx: &mut Tx) -> Result<(), store::Error> {
        for edition in &self.new {
            editions::add(tx, edition).await?;
        }
        Ok(())
    }
}
