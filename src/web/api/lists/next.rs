//! What the next mailings of a list would bring.

use axum::{Json, extract::State};
use domain::Cadence;
use serde::{Deserialize, Serialize};
use service::mailings::{self, Coming};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::web::{
    App,
    api::{ListAt, ListRef, Problem, Query, Staff, cadence::with_offset, mailings::shape::MailPreview, posts::Post},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(next)).routes(routes!(preview))
}

/// The next mailing of each cadence of a list, as things stand now.
#[derive(Debug, Serialize, ToSchema)]
struct NextMailings {
    /// The list's own cadence first, then those that readers may choose or chose.
    items: Vec<NextMailing>,
}

/// The next mailing of one cadence of a list.
#[derive(Debug, Serialize, ToSchema)]
struct NextMailing {
    #[schema(example = "weekly thu 09:00")]
    cadence: String,
    /// The same as people say it.
    #[schema(example = "every Thursday at 09:00")]
    words: String,
    /// Whether it is the list's own.
    own: bool,
    /// How many readers are mailed at it and have not paused the list.
    readers: i64,
    /// The next five moments at which it is due, by the clock of the list's zone. Empty for what is mailed right away, and
    /// for a list that cannot be mailed.
    #[schema(value_type = Vec<Timestamp>, max_items = 5, example = json!(["2026-11-26T09:00:00+01:00"]))]
    next_dates: Vec<String>,
    /// When its next mailing would be made; null for one that is mailed right away while nothing waits.
    #[schema(required, value_type = Option<Timestamp>, example = "2026-11-26T09:00:00+01:00")]
    at: Option<String>,
    outcome: NextOutcome,
    /// Whether it would wait for somebody to approve it.
    waits_for_approval: bool,
    /// What it would bring to anybody, the oldest first: of the posts that are ready or settle until then, what any of the
    /// first 5,000 readers would get. A mail brings as many of them as the list's `max_posts`, and no reader gets one twice.
    posts: Vec<Post>,
}

/// What becomes of the next mailing of a cadence.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum NextOutcome {
    /// It is made.
    Sent,
    /// Nothing is made, because there are fewer posts than the list's `min_posts`; they wait for the one after.
    Gathered,
    /// Nothing is made, because nothing is new.
    Nothing,
    /// Nothing is made, because no reader at this cadence is owed anything of what is new, or there is none.
    Nobody,
    /// Nothing is made, because the list lacks something (see its `missing`) or is archived.
    Impossible,
}

/// What the next mailings of a list would bring, by cadence
///
/// Nothing is changed.
#[utoipa::path(get, path = "/lists/{list}/next", tag = "lists",
    params(("list" = ListRef, Path, description = "The id or the short name")),
    responses((status = OK, body = NextMailings)))]
async fn next(_: Staff, State(app): State<App>, ListAt(list): ListAt) -> Result<Json<NextMailings>, Problem> {
    let next = mailings::next(&app.service, list.id).await?;
    let items = next.into_iter().map(Into::into).collect();
    Ok(Json(NextMailings { items }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichCadence {
    /// One of the list's cadences, as `/lists/{list}/next` writes it: by default its own.
    #[param(value_type = Option<String>, example = "weekly thu 09:00")]
    cadence: Option<Cadence>,
}

/// The next mail of a list as most of its readers would get it
///
/// Of its first 5,000 readers. While nobody is mailed at the cadence, as a reader would get it who has had nothing of it.
/// Answered with 404 while there is nothing to mail. Nothing is changed.
#[utoipa::path(get, path = "/lists/{list}/next/preview", tag = "lists",
    params(("list" = ListRef, Path, description = "The id or the short name"), WhichCadence),
    responses((status = OK, body = MailPreview)))]
async fn preview(
    _: Staff,
    State(app): State<App>,
    ListAt(list): ListAt,
    Query(WhichCadence { cadence }): Query<WhichCadence>,
) -> Result<Json<MailPreview>, Problem> {
    let content = mailings::preview_next(&app.service, list.id, cadence.as_ref()).await?;
    Ok(Json(content.into()))
}

impl From<mailings::Next> for NextMailing {
    fn from(next: mailings::Next) -> Self {
        Self {
            cadence: next.cadence.spelling(),
            words: next.cadence.words(),
            own: next.is_own,
            readers: next.readers,
            next_dates: next.dates.iter().map(with_offset).collect(),
            at: next.at.as_ref().map(with_offset),
            outcome: next.coming.into(),
            waits_for_approval: next.waits_for_approval,
            posts: next.posts.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Coming> for NextOutcome {
    fn from(coming: Coming) -> Self {
        match coming {
            Coming::Sent => Self::Sent,
            Coming::Gathered => Self::Gathered,
            Coming::Nothing => Self::Nothing,
            Coming::Nobody => Self::Nobody,
            Coming::Impossible => Self::Impossible,
        }
    }
}
