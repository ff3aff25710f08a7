//! Figures for Prometheus.
//!
//! They name no person, but say how much is mailed: so they are shown to the holder of an API token, or on the machine
//! itself ([`super::local`]).

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};
use service::tokens;

use super::{App, WebError, local::Local};

const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// A recorder for this process's figures; whoever starts the process installs it.
#[must_use]
pub fn recorder() -> PrometheusRecorder {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .expect("there are buckets")
        .build_recorder()
}

/// `GET /metrics`.
pub async fn show(State(app): State<App>, local: Result<Local, WebError>, headers: HeaderMap) -> Response {
    match may_see(&app, local, &headers).await {
        Ok(true) => {}
        Ok(false) => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            return (StatusCode::UNAUTHORIZED, challenge, "an API token is needed\n").into_response();
        }
        Err(error) => return error.into_response(),
    }
    app.metrics.run_upkeep();
    ([(header::CONTENT_TYPE, TEXT_FORMAT)], app.metrics.render()).into_response()
}

async fn may_see(app: &App, local: Result<Local, WebError>, headers: &HeaderMap) -> Result<bool, WebError> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(token) => Ok(tokens::recognise(&app.service, token).await?.is_some()),
        None => Ok(local.is_ok()),
    }
}
