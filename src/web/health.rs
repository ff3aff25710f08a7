//! Whether the process lives, and whether it can work.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde::Serialize;

use super::App;

/// What is ready, in words for whoever looks.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    database: &'static str,
    mail: &'static str,
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when the database answers and its tables are of this version, else 503. A missing mail provider
/// is named and does not make it unready: sign-ups are taken, and wait.
pub async fn ready(State(app): State<App>) -> impl IntoResponse {
    let (ready, database) = match app.service.db.is_current().await {
        Ok(true) => (true, "ok"),
        Ok(false) => (false, "waiting for migrations"),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database does not answer");
            (false, "not answering")
        }
    };
    let mail = match (app.service.settings.provider.is_some(), &app.catcher) {
        (false, _) => "waiting for a mail provider",
        (true, Some(_)) => "caught on this machine",
        (true, None) => "ok",
    };
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(Readiness { ready, database, mail }))
}
