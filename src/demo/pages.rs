//! The demo's first page, and its button that publishes, for the machine itself.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    middleware,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{Demo, blog::Start};
use crate::web::{App, WebError, local};

/// The pages.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::to("/demo")))
        .route("/demo", get(start))
        .route("/demo/publish", post(publish))
        .route_layer(middleware::from_fn_with_state(app.clone(), local::only))
}

async fn start(State(app): State<App>) -> Result<Response, WebError> {
    let demo = demo(&app)?;
    let tour = demo.tour().await?;
    let page = Start {
        tour: tour.strip(),
        list: &demo.addresses.list,
        embed: &demo.addresses.embed,
    };
    Ok(Html(page.render()?).into_response())
}

async fn publish(State(app): State<App>) -> Result<Redirect, WebError> {
    let demo = demo(&app)?;
    demo.publish().await.map_err(WebError::from_service)?;
    Ok(Redirect::to(&demo.addresses.inbox))
}

fn demo(app: &App) -> Result<&Arc<Demo>, WebError> {
    app.demo.as_ref().ok_or(WebError::NotFound)
}
