//! Looking at mailings.

use std::collections::HashMap;

use domain::{ListId, MailingId, PostId, mailing::ExclusionReason};
use serde_json::json;
use store::{
    Tx,
    deliveries::{self, Addressed, Asked, Delivery},
    editions,
    events::{self, Event, Origin, Subject},
    exclusions, lists,
    mailings::{self, Mailing},
    posts::Post,
};

use super::{act::ActError, choose::Choice, survey::survey};
use crate::Service;

/// The mailing of that id.
///
/// # Errors
/// The database's.
pub async fn by_id(service: &Service, id: MailingId) -> Result<Option<Mailing>, store::Error> {
    service
        .db
        .read(|mut tx| async move { mailings::find(&mut tx, id).await })
        .await
}

/// At most `most` mailings of a list, or of all, the newest first, before an id.
///
/// # Errors
/// The database's.
pub async fn page(
    service: &Service,
    list: Option<ListId>,
    before: Option<MailingId>,
    most: u32,
) -> Result<Vec<Mailing>, store::Error> {
    service
        .db
        .read(|mut tx| async move { mailings::page(&mut tx, list, before, most).await })
        .await
}

/// What a mailing brings to anybody, in its order; one that is being frozen to anybody who was copied so far, and before
/// that to any of its first 5,000 readers, as things stand now. One that is over and brought nothing shows what it was for.
///
/// # Errors
/// The database's.
pub async fn posts_of(service: &Service, id: MailingId) -> Result<Vec<Post>, store::Error> {
    service
        .db
        .read(|mut tx| async move {
            let Some(mailing) = mailings::find(&mut tx, id).await? else {
                return Ok(Vec::new());
            };
            // Whoever was copied is about to get its posts, and would not be owed them once more.
            if mailing.is_unfrozen() && mailings::brought(&mut tx, id).await?.is_empty() {
                would_bring(&mut tx, &mailing).await
            } else {
                brought_or_meant(&mut tx, id).await
            }
        })
        .await
}

/// What a mailing brings to anybody, or else what it was for.
pub(crate) async fn brought_or_meant(tx: &mut Tx, id: MailingId) -> Result<Vec<Post>, store::Error> {
    match mailings::brought(tx, id).await? {
        brought if brought.is_empty() => mailings::posts(tx, id).await,
        brought => Ok(brought),
    }
}

async fn would_bring(tx: &mut Tx, mailing: &Mailing) -> Result<Vec<Post>, store::Error> {
    let Some(list) = lists::find(tx, mailing.list).await? else {
        return Ok(Vec::new());
    };
    let now = tx.now();
    let choice = Choice::load(tx, mailing, &list).await?;
    let survey = survey(tx, &choice, now).await?;
    choice.posts(tx, survey.owed).await
}

/// What one delivery of a mailing brings, in its order.
///
/// # Errors
/// The database's.
pub async fn posts_of_delivery(service: &Service, id: MailingId, n: i64) -> Result<Vec<Post>, store::Error> {
    service
        .db
        .read(|mut tx| async move { editions::posts_of_delivery(&mut tx, id, n).await })
        .await
}

/// Deliveries of a mailing, without what tells who their readers are.
///
/// # Errors
/// When there is no such mailing.
pub async fn deliveries_of(service: &Service, id: MailingId, asked: Asked) -> Result<Vec<Delivery>, ActError> {
    service
        .db
        .read(|mut tx| async move {
            mailings::find(&mut tx, id).await?.ok_or(ActError::Unknown)?;
            Ok(deliveries::page(&mut tx, id, asked).await?)
        })
        .await
}

/// Deliveries of a mailing with the addresses of their readers, for admins: the look leaves a line in the log.
///
/// # Errors
/// When there is no such mailing.
pub async fn look_at_readers(
    service: &Service,
    origin: &Origin,
    id: MailingId,
    asked: Asked,
) -> Result<Vec<Addressed>, ActError> {
    service
        .db
        .write(|mut tx| async move {
            mailings::find(&mut tx, id).await?.ok_or(ActError::Unknown)?;
            let found = deliveries::page_with_addresses(&mut tx, id, asked).await?;
            let detail = json!({ "shown": found.len() });
            let event = Event::new("mailing.look-at-readers", Subject::Mailing(id)).with(detail);
            events::record(&mut tx, origin, event).await?;
            Ok(found)
        })
        .await
}

/// How many readers were left out of a mailing, and why.
///
/// # Errors
/// The database's.
pub async fn exclusions_of(service: &Service, id: MailingId) -> Result<Vec<(ExclusionReason, i64)>, store::Error> {
    service
        .db
        .read(|mut tx| async move { exclusions::count_by_reason(&mut tx, id).await })
        .await
}

/// One of several contents of a mailing, and how many readers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionReaders {
    /// Its number in the mailing, from 0.
    pub number: i64,
    /// What it brings.
    pub posts: Vec<PostId>,
    /// How many readers get it.
    pub deliveries: i64,
}

/// The editions of a mailing of which not all readers get the same; none where all do.
///
/// # Errors
/// The database's.
pub async fn editions_of(service: &Service, id: MailingId) -> Result<Vec<EditionReaders>, store::Error> {
    service
        .db
        .read(|mut tx| async move {
            let editions = editions::of_mailing(&mut tx, id).await?;
            if editions.len() < 2 {
                return Ok(Vec::new());
            }
            let counts: HashMap<i64, i64> = deliveries::count_by_edition(&mut tx, id).await?.into_iter().collect();
            let with_readers = editions.into_iter().map(|edition| EditionReaders {
                deliveries: counts.get(&edition.number).copied().unwrap_or_default(),
                number: edition.number,
                posts: edition.posts,
            });
            Ok(with_readers.collect())
        })
        .await
}
