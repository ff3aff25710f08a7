//! Mailings: one sending to one list, what it brings, and how far it has come.

use domain::{
    ListId, MailingId, Millis, PostId, SubscriberId,
    mailing::{Kind, Occasion, State},
};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on, posts};

mod change;
mod counters;

pub use change::{insert, lock, record_step, set_send_at, set_state, take_range, touch};
pub use counters::Counters;
pub(crate) use counters::{Change, count};

/// A mailing.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Mailing {
    /// Names it.
    #[sqlx(try_from = "Uuid")]
    pub id: MailingId,
    /// The list that it goes to.
    #[sqlx(rename = "list_id", try_from = "Uuid")]
    pub list: ListId,
    /// What it brings.
    #[sqlx(try_from = "String")]
    pub kind: Kind,
    /// What made it due.
    #[sqlx(rename = "cadence", try_from = "String")]
    pub occasion: Occasion,
    /// Which of the list's slots it fills.
    pub slot: String,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// Where it goes on from, when it is paused.
    #[sqlx(try_from = "Maybe<String>")]
    pub resumes_as: Option<State>,
    /// Why it waits or is paused, in words for staff.
    pub reason: Option<String>,
    /// Who asked for it.
    pub requested_by: String,
    /// When it was made.
    #[sqlx(try_from = "i64")]
    pub created_at: Millis,
    /// Before this moment nothing of it leaves.
    #[sqlx(try_from = "i64")]
    pub send_at: Millis,
    /// Who joined later is not in it.
    #[sqlx(try_from = "i64")]
    pub frozen_at: Millis,
    /// The last reader that was copied.
    #[sqlx(try_from = "Maybe<Uuid>")]
    pub freeze_after: Option<SubscriberId>,
    /// The first number that no chunk has taken yet.
    pub next_n: i64,
    /// How many of each outcome.
    #[sqlx(flatten)]
    pub counters: Counters,
    /// When something last happened to it, or is due to.
    #[sqlx(try_from = "i64")]
    pub touched_at: Millis,
    /// When its last delivery had its last outcome, or it was cancelled.
    #[sqlx(try_from = "Maybe<i64>")]
    pub finished_at: Option<Millis>,
    /// Counts the changes.
    pub version: i64,
}

/// A mailing that is about to be made.
#[derive(Debug, Clone)]
pub struct New {
    /// The list that it goes to.
    pub list: ListId,
    /// What it brings.
    pub kind: Kind,
    /// What made it due.
    pub occasion: Occasion,
    /// Which of the list's slots it fills: with the occasion, unique on its list.
    pub slot: String,
    /// Who asked for it.
    pub requested_by: String,
    /// Before this moment nothing of it leaves.
    pub send_at: Millis,
}

macro_rules! columns {
    () => {
        "id, list_id, kind, cadence, slot, state, resumes_as, reason, requested_by, created_at, send_at, frozen_at,
         freeze_after, next_n, candidates, deliveries, excluded, accepted, deferred, refused, uncertain, withheld,
         expired, cancelled, touched_at, finished_at, version"
    };
}
pub(crate) use columns;

/// The mailing of that id.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: MailingId) -> Result<Option<Mailing>> {
    Ok(
        on!(tx, c => sqlx::query_as(concat!("select ", columns!(), " from mailing where id = $1"))
        .bind(id.get())
        .fetch_optional(c)
        .await)?,
    )
}

/// The mailings of a list, or of all lists, the newest first, before an id.
///
/// # Errors
/// The database's.
pub async fn page(tx: &mut Tx, list: Option<ListId>, before: Option<MailingId>, most: u32) -> Result<Vec<Mailing>> {
    Ok(on!(tx, c => sqlx::query_as(concat!(
        "select ", columns!(), " from mailing where ($1 is null or list_id = $1) and id < $2 order by id desc limit $3"
    ))
    .bind(list.map(ListId::get))
    .bind(before.map_or(Uuid::max(), MailingId::get))
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?)
}

/// The mailings that wait for their moment or for a mail provider, the longest untouched first.
///
/// # Errors
/// The database's.
pub async fn waiting(tx: &mut Tx, most: u32) -> Result<Vec<Mailing>> {
    Ok(on!(tx, c => sqlx::query_as(concat!(
        "select ", columns!(), " from mailing where finished_at is null and state = $1 order by touched_at limit $2"
    ))
    .bind(State::Waiting.as_str())
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?)
}

/// The posts that a mailing brings, in their order.
///
/// # Errors
/// The database's.
pub async fn posts(tx: &mut Tx, id: MailingId) -> Result<Vec<posts::Post>> {
    Ok(on!(tx, c => sqlx::query_as(posts::select!(
        "join mailing_post m on m.post_id = p.id where m.mailing_id = $1 order by m.position"
    ))
    .bind(id.get())
    .fetch_all(c)
    .await)?)
}

/// The mailings that brought a post, the newest first.
///
/// # Errors
/// The database's.
pub async fn that_brought(tx: &mut Tx, post: PostId) -> Result<Vec<MailingId>> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select mailing_id from mailing_post where post_id = $1 order by mailing_id desc",
    )
    .bind(post.get())
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}
