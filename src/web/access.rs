//! One line in the log for each request, with the route and never the path: paths carry the tokens of mailed links.

use std::time::{Duration, Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, info_span};

use super::{App, errors::Failure};

/// Names the request in the answer, so that somebody who saw an error can say which.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id and a span, measures it, and writes its line.
pub async fn log(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = app.service.db.random().uuid(app.service.now()).simple().to_string();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let span = info_span!("request", "request.id" = %id, %method, route);
    let started = Instant::now();

    let mut response = next.run(request).instrument(span.clone()).await;

    let took = started.elapsed();
    let status = response.status().as_u16();
    let labels = [
        ("method", method_label(method.as_str())),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("paperround_http_requests_total", &labels).increment(1);
    metrics::histogram!("paperround_http_request_seconds", &labels).record(took);
    span.in_scope(|| write(&response, status, tenths(took)));
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// A span in milliseconds with one decimal: more of them say nothing.
fn tenths(span: Duration) -> f64 {
    (span.as_secs_f64() * 10_000.0).round() / 10.0
}

/// A method of one's own must not make a time series of its own.
fn method_label(method: &str) -> String {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "other",
    }
    .to_owned()
}

fn write(response: &Response, status: u16, duration_ms: f64) {
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => {
            let error: &(dyn std::error::Error + 'static) = &**error;
            tracing::error!(status, duration_ms, error, "request failed");
        }
        None => tracing::info!(status, duration_ms, "request"),
    }
}
