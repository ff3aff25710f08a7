//! Mailings: one sending to one list, what it brings, and how far it has come.

use domain::{
    ListId, MailingId, Millis, SubscriberId,
    mailing::{Audience, Kind, Occasion, State},
    rules::Deadline,
};
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::{Flag, Maybe},
    dialect::on,
};

mod bring;
mod change;
mod counters;
mod take_back;

pub use bring::{brought, brought_to_nobody, pool, posts, that_brought};
pub use change::{
    approve, insert, lock, note_policy_refusal, prepare, record_step, set_send_at, set_state, take_range, touch,
};
pub use counters::Counters;
pub(crate) use counters::{Change, count};
pub use take_back::take_back;

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
    #[sqlx(try_from = "String")]
    pub occasion: Occasion,
    /// Whose readers it is for.
    #[sqlx(rename = "cadence", try_from = "String")]
    pub audience: Audience,
    /// Which of the list's slots it fills.
    pub slot: String,
    /// Whether it goes to those as well who chose to be mailed less often than the list is.
    #[sqlx(try_from = "Flag")]
    pub also_slower: bool,
    /// Whether it goes to those as well who had its posts.
    #[sqlx(try_from = "Flag")]
    pub again: bool,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub state: State,
    /// Where it goes on from, when it is paused. One that is cancelled has it as long as its readers are being taken out.
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
    /// Until when a draft waits for a person.
    #[sqlx(try_from = "Maybe<i64>")]
    pub approve_by: Option<Millis>,
    /// What happens to a draft then; it goes on waiting, for none.
    #[sqlx(try_from = "Maybe<String>")]
    pub on_deadline: Option<Deadline>,
    /// When its posts were looked at for the last time.
    #[sqlx(try_from = "Maybe<i64>")]
    pub prepared_at: Option<Millis>,
    /// Who joined later is not in it.
    #[sqlx(try_from = "i64")]
    pub frozen_at: Millis,
    /// The last reader that was copied.
    #[sqlx(try_from = "Maybe<Uuid>")]
    pub freeze_after: Option<SubscriberId>,
    /// The first number that no chunk has taken yet.
    pub next_n: i64,
    /// The delivery that was refused by policy for good since the mailing was last paused.
    pub policy_refused_n: Option<i64>,
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

impl Mailing {
    /// Whether its readers are still to be chosen: it is a draft or being frozen, or paused on the way.
    #[must_use]
    pub const fn is_unfrozen(&self) -> bool {
        let was = match self.resumes_as {
            Some(was) => was,
            None => self.state,
        };
        !matches!(self.state, State::Cancelled) && matches!(was, State::Draft | State::Freezing)
    }
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
    /// Whose readers it is for.
    pub audience: Audience,
    /// Which slot it fills: with the audience, unique on its list.
    pub slot: String,
    /// Whether it goes to those as well who chose to be mailed less often than the list is.
    pub also_slower: bool,
    /// Whether it goes to those as well who had its posts.
    pub again: bool,
    /// Whether it waits for a person first: until when, if not for ever, and what happens then.
    pub draft: Option<Draft>,
    /// Who asked for it.
    pub requested_by: String,
    /// Before this moment nothing of it leaves.
    pub send_at: Millis,
}

/// How long a draft waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draft {
    /// Until when; for ever, for none.
    pub approve_by: Option<Millis>,
    /// What happens then.
    pub then: Deadline,
}

macro_rules! columns {
    () => {
        "id, list_id, kind, occasion, cadence, slot, also_slower, again, state, resumes_as, reason, requested_by,
         created_at, send_at, approve_by, on_deadline, prepared_at, frozen_at, freeze_after, next_n, policy_refused_n,
         candidates, deliveries, excluded, accepted, deferred, refused, uncertain, withheld, expired, cancelled, caught,
         touched_at, finished_at, version"
    };
}
pub(crate) use columns;

/// Whether a mailing `m` is not frozen yet, as [`Mailing::is_unfrozen`] has it.
macro_rules! is_unfrozen {
    () => {
        "m.finished_at is null and coalesce(m.resumes_as, m.state) in ('draft', 'freezing')"
    };
}
pub(crate) use is_unfrozen;

/// Whether a mailing `m` reached nobody because the mail catcher took it.
macro_rules! was_only_caught {
    () => {
        "(m.caught > 0 and m.accepted + m.uncertain = 0)"
    };
}
pub(crate) use was_only_caught;

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

/// How many mailings are paused.
///
/// # Errors
/// The database's.
pub async fn count_paused(tx: &mut Tx) -> Result<i64> {
    Ok(
        on!(tx, c => sqlx::query_scalar("select count(*) from mailing where finished_at is null and state = $1")
        .bind(State::Paused.as_str())
        .fetch_one(c)
        .await)?,
    )
}

/// The drafts whose deadline has passed, the first first.
///
/// # Errors
/// The database's.
pub async fn overdue(tx: &mut Tx, most: u32) -> Result<Vec<MailingId>> {
    let now = tx.now();
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select id from mailing
         where finished_at is null and state = $1 and on_deadline = $2 and approve_by <= $3
         order by approve_by limit $4",
    )
    .bind(State::Draft.as_str())
    .bind(Deadline::Send.as_str())
    .bind(now.get())
    .bind(i64::from(most))
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Whether a mailing of a list that was made since a moment has gone out, or was let go, and not only to the mail catcher.
///
/// # Errors
/// The database's.
pub async fn any_let_go(tx: &mut Tx, list: ListId, since: Millis) -> Result<bool> {
    let one: Option<i64> = on!(tx, c => sqlx::query_scalar(concat!(
        "select cast(1 as bigint) from mailing m
         where m.list_id = $1 and m.created_at >= $2 and m.state not in ('draft', 'cancelled')
           and coalesce(m.resumes_as, '') <> 'draft' and not ", was_only_caught!(), " limit 1"
    ))
    .bind(list.get())
    .bind(since.get())
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}

/// When the first post became ready that a mailing for an audience can bring which is not frozen yet; none without one.
///
/// # Errors
/// The database's.
pub async fn unfrozen_since(tx: &mut Tx, list: ListId, audience: &Audience) -> Result<Option<Millis>> {
    let first: Option<i64> = on!(tx, c => sqlx::query_scalar(concat!(
        "select min(p.ready_at)
         from mailing m join mailing_post x on x.mailing_id = m.id join post p on p.id = x.post_id
         where m.list_id = $1 and m.cadence = $2 and ", is_unfrozen!()
    ))
    .bind(list.get())
    .bind(audience.to_string())
    .fetch_one(c)
    .await)?;
    Ok(first.map(Into::into))
}

/// Whether a draft for an audience waits for a person.
///
/// # Errors
/// The database's.
pub async fn draft_waits(tx: &mut Tx, list: ListId, audience: &Audience) -> Result<bool> {
    let one: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from mailing where list_id = $1 and cadence = $2 and state = 'draft' limit 1",
    )
    .bind(list.get())
    .bind(audience.to_string())
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}

/// The mailings of a list that are not over.
///
/// # Errors
/// The database's.
pub async fn open_of(tx: &mut Tx, list: ListId) -> Result<Vec<MailingId>> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select id from mailing where list_id = $1 and finished_at is null order by id",
    )
    .bind(list.get())
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}
