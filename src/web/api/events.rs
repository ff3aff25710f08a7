//! The log: who did what, when, from where.

use axum::{Json, extract::State, http::StatusCode};
use domain::{EventId, ListId, SubscriberId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::events;
use store::events::{About, Line};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Admin, Cursor, Limit, Page, Problem, Query};
use crate::web::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(index))
}

/// One line of the log.
#[derive(Debug, Serialize, ToSchema)]
struct Event {
    #[schema(value_type = Uuid)]
    id: EventId,
    at: Timestamp,
    /// Who: `reader`, `token:` and the token's name, `command-line`, `hook` or `system`.
    #[schema(example = "token:website")]
    actor: String,
    /// What was done.
    #[schema(example = "list.create")]
    action: String,
    /// The kind of thing that it was done to.
    #[schema(example = "list")]
    subject: String,
    /// Its id; all zeros where it is no single one, as with a search through all subscribers.
    subject_id: Uuid,
    /// The list that it concerns.
    #[schema(required, value_type = Option<Uuid>)]
    list: Option<ListId>,
    /// The person whom it concerns.
    #[schema(required, value_type = Option<Uuid>)]
    subscriber: Option<SubscriberId>,
    /// The network address of the request, cut to its network after 90 days.
    #[schema(required)]
    from: Option<String>,
    /// What there is to know beyond that.
    #[schema(value_type = Object)]
    detail: Map<String, Value>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only what was done to the row of that id.
    subject: Option<Uuid>,
    /// Only what concerns that person; not together with `subject`.
    #[param(value_type = Option<Uuid>)]
    subscriber: Option<SubscriberId>,
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<EventId>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

impl Filter {
    fn about(&self) -> Result<About, Problem> {
        match (self.subject, self.subscriber) {
            (None, None) => Ok(About::Anything),
            (Some(id), None) => Ok(About::Subject(id)),
            (None, Some(id)) => Ok(About::Subscriber(id)),
            (Some(_), Some(_)) => Err(Problem::new(StatusCode::BAD_REQUEST)
                .field("subscriber", "ask for a subject or for a subscriber, not for both")),
        }
    }
}

/// What happened, the latest first
///
/// For admins.
#[utoipa::path(get, path = "/events", tag = "events", params(Filter), responses((status = OK, body = Page<Event>)))]
async fn index(_: Admin, State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<Page<Event>>, Problem> {
    let (about, before) = (filter.about()?, filter.after.map(|cursor| cursor.0));
    let found = events::page(&app.service, about, before, filter.limit.and_one()).await?;
    Ok(Json(Page::of(found, filter.limit, |line| line.id, Event::from)))
}

impl From<Line> for Event {
    fn from(line: Line) -> Self {
        Self {
            id: line.id,
            at: line.at.timestamp(),
            actor: line.actor,
            action: line.action,
            subject: line.subject,
            subject_id: line.subject_id,
            list: line.list,
            subscriber: line.subscriber,
            from: line.came_from,
            detail: line.detail,
        }
    }
}
