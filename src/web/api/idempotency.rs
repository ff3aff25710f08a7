//! `Idempotency-Key`: a POST that is sent twice under one key is done once, and answered alike.
//!
//! The answers of what was done are kept for a day at least; what was refused or failed did nothing, and can be tried
//! again. A request goes on when whoever sent it hangs up: they will come back for the answer.

use std::panic::resume_unwind;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::ApiTokenId;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use service::{
    Service,
    idempotency::{self, Known},
};
use sha2::{Digest, Sha256};

use super::{Caller, Kind, Problem};
use crate::web::{App, BODY_LIMIT};

/// Names the request.
pub const HEADER: &str = "idempotency-key";
/// Says of an answer that it is repeated.
pub const REPLAYED: &str = "idempotency-replayed";
const LONGEST: usize = 255;
/// No answer to a POST comes near.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// Changes nothing, and shows more than is worth keeping.
const CHANGES_NOTHING: &str = "/api/v1/feeds/preview";

/// Whether doing a request twice differs from doing it once.
pub fn matters(method: &Method, path: &str) -> bool {
    *method == Method::POST && path != CHANGES_NOTHING
}

/// What to keep of an answer in its place, for one that shows a secret.
#[derive(Debug, Clone)]
pub struct Kept(Box<RawValue>);

impl Kept {
    /// Keeps this.
    pub fn of(answer: &impl Serialize) -> Self {
        Self(to_raw_value(answer).expect("an answer is always valid JSON"))
    }
}

/// An answer as it is kept: its body to the byte, so that it is repeated as it was given.
#[derive(Serialize, Deserialize)]
struct Answer {
    location: Option<String>,
    body: Option<Box<RawValue>>,
}

/// A request under way.
struct Attempt {
    service: Service,
    token: ApiTokenId,
    key: String,
}

/// Does a named request once.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    if !matters(request.method(), request.uri().path()) || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    match attempt(app, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn attempt(app: App, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let key = parts.headers.get(HEADER).and_then(read_key).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST).field("Idempotency-Key", "a key is 1 to 255 visible ASCII characters")
    })?;
    let body = to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE).detail("the body is too large"))?;
    let hash: [u8; 32] = Sha256::new()
        .chain_update(parts.uri.to_string())
        .chain_update([0])
        .chain_update(&body)
        .finalize()
        .into();
    let attempt = Attempt {
        service: app.service.clone(),
        token: caller.token.id,
        key,
    };
    match idempotency::begin(&attempt.service, attempt.token, &attempt.key, &hash).await? {
        Known::Nothing => {
            let request = Request::from_parts(parts, Body::from(body));
            let done = tokio::spawn(async move { attempt.keep(next.run(request).await).await });
            done.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))
        }
        Known::Answered(status, answer) => replay(status, &answer),
        Known::Another => Err(Problem::of(Kind::KEY_REUSED)),
        Known::UnderWay => Err(Problem::of(Kind::KEY_UNDER_WAY).detail("wait for its answer, then ask again")),
        Known::Interrupted => {
            let detail = "nobody knows how far it came: look what it changed, then use another key";
            Err(Problem::of(Kind::KEY_INTERRUPTED).detail(detail))
        }
    }
}

fn read_key(value: &HeaderValue) -> Option<String> {
    let key = value.to_str().ok()?.trim();
    (!key.is_empty() && key.len() <= LONGEST && key.bytes().all(|b| b.is_ascii_graphic())).then(|| key.to_owned())
}

impl Attempt {
    /// Keeps the answer of what was done before it is given; forgets a request that did nothing.
    async fn keep(&self, response: Response) -> Result<Response, Problem> {
        if !response.status().is_success() {
            idempotency::forget(&self.service, self.token, &self.key).await?;
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        let body = to_bytes(body, LARGEST_ANSWER)
            .await
            .map_err(|error| Problem::from_service(Unread(error)))?;
        let kept = match parts.extensions.remove::<Kept>() {
            Some(Kept(value)) => Some(value),
            None => serde_json::from_slice(&body).ok(),
        };
        let location = parts
            .headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok());
        let answer = Answer {
            location: location.map(str::to_owned),
            body: kept,
        };
        let answer = serde_json::to_string(&answer).expect("an answer is always valid JSON");
        idempotency::finish(&self.service, self.token, &self.key, parts.status.as_u16(), &answer).await?;
        Ok(Response::from_parts(parts, Body::from(body)))
    }
}

/// An answer of our own that could not be read back.
#[derive(Debug, thiserror::Error)]
#[error("the answer could not be read back")]
struct Unread(#[source] axum::Error);

fn replay(status: u16, answer: &str) -> Result<Response, Problem> {
    let unreadable = |error: serde_json::Error| Problem::from(store::Error::Unreadable(error.to_string()));
    let answer: Answer = serde_json::from_str(answer).map_err(unreadable)?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = match answer.body {
        Some(body) => {
            let json = HeaderValue::from_static("application/json");
            (status, [(header::CONTENT_TYPE, json)], Box::<str>::from(body)).into_response()
        }
        None => status.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    if let Some(location) = answer.location.and_then(|location| location.try_into().ok()) {
        headers.insert(header::LOCATION, location);
    }
    Ok(response)
}
