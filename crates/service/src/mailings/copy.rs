//! Copying the next readers of a mailing: what was decided about each becomes a delivery or an exclusion.

use std::collections::HashMap;

use domain::{MailingId, Millis, PostId, SubscriberId, mailing::Audience};
use store::{
    Tx,
    deliveries::{self, NewDelivery, Step},
    editions::{self, EditionPosts},
    mailings::Mailing,
    paces,
    posts::PoolPost,
};

use super::choose::Choice;

/// Decides about the next readers of a mailing, at most `most`, and writes it down. Gives what was added, and the last of
/// them; none when nobody is left.
pub(super) async fn copy(
    tx: &mut Tx,
    mailing: &Mailing,
    choice: &Choice<'_>,
    most: i64,
) -> Result<Option<(Step, SubscriberId)>, store::Error> {
    let now = tx.now();
    let decided = choice
        .decide(tx, (mailing.frozen_at, mailing.freeze_after), now, most)
        .await?;
    let Some(last) = decided.last().map(|(candidate, _)| candidate.subscriber) else {
        return Ok(None);
    };
    let mut editions = Editions::load(tx, mailing.id).await?;
    let (mut delivered, mut left_out, mut rest_since) = (Vec::new(), Vec::new(), None::<Millis>);
    for (candidate, verdict) in &decided {
        match verdict {
            Ok(share) => {
                rest_since = rest_since.into_iter().chain(share.rest_since).min();
                delivered.push(NewDelivery {
                    subscriber: candidate.subscriber,
                    subscription: candidate.subscription,
                    edition: editions.of(&share.brings, &choice.pool),
                });
            }
            Err(reason) => left_out.push((candidate.subscriber, *reason)),
        }
    }
    editions.write(tx).await?;
    deliveries::deliver_to(tx, mailing.id, mailing.counters.deliveries + 1, &delivered).await?;
    deliveries::leave_out(tx, mailing.id, &left_out).await?;
    if let (Audience::Cadence(cadence), Some(rest_since)) = (mailing.audience, rest_since) {
        paces::leave(tx, mailing.list, &cadence, rest_since).await?;
    }
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    let step = Step {
        candidates: count(decided.len()),
        deliveries: count(delivered.len()),
        excluded: count(left_out.len()),
    };
    Ok(Some((step, last)))
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
