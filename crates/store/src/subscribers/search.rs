//! Finding people: pages of subscribers by their addresses, or by the list that they are on.

use domain::{EmailAddress, ListId, SubscriberId, subscription::State};
use uuid::Uuid;

use super::{Row, Subscriber};
use crate::{Result, Tx, dialect::on};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select p.id, p.address, p.name, p.language, p.attributes, p.source, p.created_at, p.erased_at, p.version
             from subscriber p ",
            $rest
        )
    };
}

/// Subscribers whose addresses begin with a text in lower case, after an address and in the order of addresses. Those
/// who were erased have none, and are never among them.
///
/// # Errors
/// The database's.
pub async fn with_prefix(
    tx: &mut Tx,
    prefix: &str,
    after: Option<&EmailAddress>,
    most: u32,
) -> Result<Vec<Subscriber>> {
    on!(tx, c => sqlx::query_as(select!(
        "where p.address > $1 and p.address >= $2 and p.address < $3 order by p.address limit $4"
    ))
    .bind(after.map_or("", EmailAddress::as_str))
    .bind(prefix)
    .bind(end_of(prefix))
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Subscribers of a list whose subscriptions are in one state and whose addresses begin with a text in lower case, after
/// an id and in the order of ids.
///
/// # Errors
/// The database's.
pub async fn on_list(
    tx: &mut Tx,
    (list, state): (ListId, State),
    prefix: &str,
    after: Option<SubscriberId>,
    most: u32,
) -> Result<Vec<Subscriber>> {
    on!(tx, c => sqlx::query_as(select!(
        "join subscription s on s.subscriber_id = p.id
         where s.list_id = $1 and s.state = $2 and s.subscriber_id > $3 and p.address >= $4 and p.address < $5
         order by s.subscriber_id limit $6"
    ))
    .bind(list.get())
    .bind(state.as_str())
    .bind(after.map_or(Uuid::nil(), SubscriberId::get))
    .bind(prefix)
    .bind(end_of(prefix))
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// A text above all addresses that begin with `prefix`: addresses are ASCII without controls.
fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{7f}")
}
