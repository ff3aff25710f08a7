//! The JSON API for staff and admins, at `/api/v1`.
//!
//! A file here is a resource: its handlers read the request, call one use case and show what it gave. What a request may
//! look like and what is answered stands in the OpenAPI description, which is made of the same code ([`openapi`]).

pub mod auth;
pub mod cadence;
pub mod events;
pub mod extract;
pub mod feeds;
pub mod idempotency;
pub mod jobs;
pub mod list_ref;
pub mod lists;
pub mod mailings;
pub mod openapi;
pub mod paging;
pub mod posts;
pub mod problem;
pub mod subscribers;
pub mod suppressions;
pub mod tokens;
pub mod words;

use axum::{Extension, Router, middleware};
use utoipa_axum::router::OpenApiRouter;

pub use auth::{Admin, Caller, Staff};
pub use extract::{Body, Path, Query};
pub use list_ref::{ListAt, ListRef};
pub use paging::{Cursor, Limit, Page};
pub use problem::{Kind, Problem};

use super::App;
use openapi::Description;

/// The routes of the API.
pub fn router(app: &App) -> Router<App> {
    let (routes, description) = routes().split_for_parts();
    routes
        .layer(middleware::from_fn_with_state(app.clone(), idempotency::once))
        .layer(Extension(Description::new(description)))
}

/// Every route with its description.
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame()).nest("/api/v1", resources())
}

fn resources() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(openapi::router())
        .merge(lists::router())
        .merge(subscribers::router())
        .merge(suppressions::router())
        .merge(feeds::router())
        .merge(posts::router())
        .merge(mailings::router())
        .merge(jobs::router())
        .merge(tokens::router())
        .merge(events::router())
}
