//! Looking at mailings.

use domain::{
    ListId, MailingId,
    mailing::{ExclusionReason, Outcome},
};
use store::{
    deliveries::{self, Delivery},
    editions, exclusions,
    mailings::{self, Mailing},
    posts::Post,
};

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

/// What a mailing brings, in its order: to somebody, once it is frozen, and before that what it can bring.
///
/// # Errors
/// The database's.
pub async fn posts_of(service: &Service, id: MailingId) -> Result<Vec<Post>, store::Error> {
    service
        .db
        .read(|mut tx| async move {
            let brought = mailings::brought(&mut tx, id).await?;
            if brought.is_empty() {
                return mailings::posts(&mut tx, id).await;
            }
            Ok(brought)
        })
        .await
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

/// At most `most` deliveries of a mailing after a number, of one outcome where one is given. They name addresses: for
/// admins only.
///
/// # Errors
/// The database's.
pub async fn deliveries_of(
    service: &Service,
    id: MailingId,
    outcome: Option<Outcome>,
    after: i64,
    most: u32,
) -> Result<Vec<Delivery>, store::Error> {
    service
        .db
        .read(|mut tx| async move { deliveries::page(&mut tx, id, outcome, after, most).await })
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
