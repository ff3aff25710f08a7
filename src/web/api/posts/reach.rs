//! Whom an announcement of a post would reach, before it is made.

use axum::{Json, extract::State};
use domain::PostId;
use serde::Serialize;
use service::mailings;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::web::{
    App,
    api::{Path, Problem, Staff, cadence::with_offset},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(reach))
}

/// Whom an announcement reaches now, and who gets the post later. Readers who have paused the list are in neither.
#[derive(Debug, Serialize, ToSchema)]
struct Reach {
    /// How many readers get it at once.
    now: i64,
    /// Those who chose to be mailed less often than the list is, by what they chose.
    later: Vec<ReachedLater>,
}

/// Readers who get a post at their slot.
#[derive(Debug, Serialize, ToSchema)]
struct ReachedLater {
    /// What they chose.
    #[schema(example = "weekly thu 09:00")]
    cadence: String,
    /// The same as people say it.
    #[schema(example = "every Thursday at 09:00")]
    words: String,
    /// How many they are.
    readers: i64,
    /// When they get it, by the clock of the list's zone.
    #[schema(required, value_type = Option<Timestamp>, example = "2026-11-26T09:00:00+01:00")]
    at: Option<String>,
}

/// Whom an announcement of a post would reach
#[utoipa::path(get, path = "/posts/{post}/reach", tag = "posts", params(("post" = Uuid, Path, description = "The post's id")),
    responses((status = OK, body = Reach)))]
async fn reach(_: Staff, State(app): State<App>, Path(id): Path<PostId>) -> Result<Json<Reach>, Problem> {
    let reach = mailings::reach(&app.service, id).await?;
    Ok(Json(reach.into()))
}

impl From<mailings::Reach> for Reach {
    fn from(reach: mailings::Reach) -> Self {
        Self {
            now: reach.now,
            later: reach.later.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<mailings::Later> for ReachedLater {
    fn from(later: mailings::Later) -> Self {
        Self {
            cadence: later.cadence.spelling(),
            words: later.cadence.words(),
            readers: later.readers,
            at: later.at.as_ref().map(with_offset),
        }
    }
}
