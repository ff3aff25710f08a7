//! Dead jobs: work that was put aside because it failed too often.

use axum::{Json, extract::State, http::StatusCode};
use domain::{JobId, Millis, Queue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::dead_jobs::{self, RetryError};
use store::jobs::DeadJob as Row;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Cursor, Kind, Limit, Page, Path, Problem, Query, Staff};
use crate::web::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(index)).routes(routes!(retry))
}

/// A job that was put aside.
#[derive(Debug, Serialize, ToSchema)]
struct DeadJob {
    #[schema(value_type = Uuid)]
    id: JobId,
    #[schema(example = "feeds")]
    queue: String,
    #[schema(example = "poll-feed")]
    kind: String,
    /// What it was to do.
    #[schema(value_type = Object)]
    payload: Value,
    /// How often it was tried.
    attempts: i64,
    /// How often a process died over it.
    takeovers: i64,
    /// What went wrong the last time. Staff do not see it where it may tell an address.
    #[schema(required)]
    error: Option<String>,
    created_at: Timestamp,
    died_at: Timestamp,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<(Millis, JobId)>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// Dead jobs, the latest first
#[utoipa::path(get, path = "/jobs/dead", tag = "jobs", params(Filter), responses((status = OK, body = Page<DeadJob>)))]
async fn index(
    Staff(staff): Staff,
    State(app): State<App>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<DeadJob>>, Problem> {
    let after = filter.after.map(|cursor| cursor.0);
    let found = dead_jobs::page(&app.service, after, filter.limit.and_one()).await?;
    let show = |row| DeadJob::new(row, staff.may_see_people());
    Ok(Json(Page::of(found, filter.limit, |job| (job.died_at, job.id), show)))
}

/// Try a dead job again
///
/// It waits again as if it had never been tried.
#[utoipa::path(post, path = "/jobs/{job}/retry", tag = "jobs", params(("job" = Uuid, Path, description = "The job's id")),
    responses((status = NO_CONTENT, description = "It waits for a worker")))]
async fn retry(Staff(staff): Staff, State(app): State<App>, Path(id): Path<JobId>) -> Result<StatusCode, Problem> {
    dead_jobs::retry(&app.service, &staff.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl DeadJob {
    fn new(row: Row, may_see_people: bool) -> Self {
        let is_about_one_person = [Queue::SignUps, Queue::Messages]
            .iter()
            .any(|queue| queue.as_str() == row.queue);
        Self {
            id: row.id,
            queue: row.queue,
            kind: row.kind,
            // A payload that is no JSON is a reason to be here.
            payload: serde_json::from_str(&row.payload).unwrap_or(Value::String(row.payload)),
            attempts: row.attempts,
            takeovers: row.takeovers,
            error: row.error.filter(|_| may_see_people || !is_about_one_person),
            created_at: row.created_at.timestamp(),
            died_at: row.died_at.timestamp(),
        }
    }
}

impl From<RetryError> for Problem {
    fn from(error: RetryError) -> Self {
        match error {
            RetryError::Unknown => Self::not_found(error),
            RetryError::Replaced => Self::of(Kind::STATE).detail(error),
            RetryError::Store(error) => error.into(),
        }
    }
}
