//! Reading the log, the latest lines first.

use domain::{EventId, ListId, Millis, SubscriberId};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Result, Tx,
    column::{JsonText, Maybe},
    dialect::on,
};

/// One line of the log as it is read.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// Names it.
    #[sqlx(try_from = "Uuid")]
    pub id: EventId,
    /// When.
    #[sqlx(try_from = "i64")]
    pub at: Millis,
    /// Who, as [`super::Actor`] writes it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The kind of row that it was done to.
    pub subject: String,
    /// That row's id.
    pub subject_id: Uuid,
    /// The list that it concerns.
    #[sqlx(rename = "list_id", try_from = "Maybe<Uuid>")]
    pub list: Option<ListId>,
    /// The person whom it concerns.
    #[sqlx(rename = "subscriber_id", try_from = "Maybe<Uuid>")]
    pub subscriber: Option<SubscriberId>,
    /// From which network address.
    pub came_from: Option<String>,
    /// What there is to know beyond that.
    #[sqlx(try_from = "JsonText")]
    pub detail: Map<String, Value>,
}

/// What the lines are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Anything.
    Anything,
    /// The row of that id.
    Subject(Uuid),
    /// That person.
    Subscriber(SubscriberId),
}

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "select id, at, actor, action, subject, subject_id, list_id, subscriber_id, came_from, detail from event
             where id < $1 ",
            $condition,
            " order by id desc limit $2"
        )
    };
}

/// The lines about something before an id, the latest first.
///
/// # Errors
/// The database's.
pub async fn page(tx: &mut Tx, about: About, before: Option<EventId>, most: u32) -> Result<Vec<Line>> {
    let before = before.map_or(Uuid::max(), EventId::get);
    let (sql, id) = match about {
        About::Anything => (select!(""), None),
        About::Subject(id) => (select!("and subject_id = $3"), Some(id)),
        About::Subscriber(id) => (select!("and subscriber_id = $3"), Some(id.get())),
    };
    Ok(on!(tx, c => {
        let query = sqlx::query_as(sql).bind(before).bind(i64::from(most));
        match id {
            Some(id) => query.bind(id).fetch_all(c).await,
            None => query.fetch_all(c).await,
        }
    })?)
}
