//! What goes wrong in the API, as problem details (RFC 9457).
//!
//! Answers of status 500 and above have fixed text: what happened inside rides along and is logged once, where the
//! request's line is written.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::{WebError, errors::Failure};

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";
const API: &str = "/api/";

/// Why a request was not done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; `about:blank` where the status says it all.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "about:blank")]
    kind: &'static str,
    /// The kind in words, always the same.
    #[schema(value_type = String, example = "Not Found")]
    title: &'static str,
    /// The answer's status.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    status: u16,
    /// What it was this time, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "there is no such list")]
    detail: Option<String>,
    /// Which fields or parameters are wrong, where it is about those.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(skip)]
    challenge: Option<Challenge>,
    #[serde(skip)]
    retry_after: Option<u64>,
    #[serde(skip)]
    cause: Option<Arc<WebError>>,
}

/// What is wrong with one field or parameter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's path in the body, or the parameter's name.
    #[schema(example = "settings.zone")]
    field: String,
    /// What is wrong with it.
    detail: String,
}

/// What is wrong with the token that was shown, as `WWW-Authenticate` says it (RFC 6750, section 3).
#[derive(Debug, Clone, Copy)]
pub enum Challenge {
    /// There was none.
    NoToken,
    /// It opens nothing.
    InvalidToken,
    /// Its role does not allow this.
    InsufficientRole,
}

impl Challenge {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NoToken => r#"Bearer realm="Paperround""#,
            Self::InvalidToken => r#"Bearer realm="Paperround", error="invalid_token""#,
            Self::InsufficientRole => r#"Bearer realm="Paperround", error="insufficient_scope""#,
        }
    }
}

/// A kind of problem that programs may want to tell from others of the same status.
#[derive(Debug, Clone, Copy)]
pub struct Kind(StatusCode, &'static str, &'static str);

impl Kind {
    /// Somebody else changed it since it was read.
    pub const STALE: Self = Self(
        StatusCode::CONFLICT,
        "urn:paperround:problem:stale",
        "Changed in the meantime",
    );
    /// There is one like it.
    pub const TAKEN: Self = Self(StatusCode::CONFLICT, "urn:paperround:problem:taken", "Already there");
    /// The address must not be mailed.
    pub const BLOCKED: Self = Self(
        StatusCode::CONFLICT,
        "urn:paperround:problem:blocked",
        "Must not be mailed",
    );
    /// The state that it is in does not allow it.
    pub const STATE: Self = Self(StatusCode::CONFLICT, "urn:paperround:problem:state", "Not possible now");
    /// The idempotency key was used for another request.
    pub const KEY_REUSED: Self = Self(
        StatusCode::UNPROCESSABLE_ENTITY,
        "urn:paperround:problem:idempotency-key-reused",
        "The Idempotency-Key was used for another request",
    );
    /// The same request is under way.
    pub const KEY_UNDER_WAY: Self = Self(
        StatusCode::CONFLICT,
        "urn:paperround:problem:idempotency-key-under-way",
        "The request with this Idempotency-Key is not finished",
    );
    /// Nobody knows what became of the request.
    pub const KEY_INTERRUPTED: Self = Self(
        StatusCode::CONFLICT,
        "urn:paperround:problem:idempotency-key-interrupted",
        "The request with this Idempotency-Key was interrupted",
    );
}

impl Problem {
    /// A problem of which the status says it all.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: None,
            errors: Vec::new(),
            challenge: None,
            retry_after: None,
            cause: None,
        }
    }

    /// A problem of a kind of its own.
    #[must_use]
    pub fn of(Kind(status, kind, title): Kind) -> Self {
        Self {
            kind,
            title,
            ..Self::new(status)
        }
    }

    /// 404, for something that has a name.
    #[must_use]
    pub fn not_found(detail: impl ToString) -> Self {
        Self::new(StatusCode::NOT_FOUND).detail(detail)
    }

    /// 422, for one field of the body.
    #[must_use]
    pub fn invalid(field: &str, detail: impl ToString) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY).field(field, detail)
    }

    /// 500 or 503, for whatever a use case cannot help.
    pub fn from_service(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        WebError::from_service(error).into()
    }

    /// A problem that is ours, without a word about what happened.
    fn ours(status: StatusCode) -> Self {
        Self::new(status).detail(match status {
            StatusCode::SERVICE_UNAVAILABLE => "this cannot be answered right now: try again in a little while",
            _ => "something went wrong here; it was written down",
        })
    }

    /// Says what it was this time.
    #[must_use]
    pub fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Says what is wrong with a field or parameter.
    #[must_use]
    pub fn field(mut self, field: impl ToString, detail: impl ToString) -> Self {
        self.errors.push(FieldError {
            field: field.to_string(),
            detail: detail.to_string(),
        });
        self
    }

    /// Says how to prove who one is.
    #[must_use]
    pub fn challenge(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).expect("a problem is always valid JSON");
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        if let Some(challenge) = self.challenge {
            let challenge = HeaderValue::from_static(challenge.as_str());
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(Failure(cause));
        }
        response
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::from_service(error)
    }
}

impl From<WebError> for Problem {
    fn from(error: WebError) -> Self {
        let (status, retry_after) = (error.status(), error.retry_after());
        if status.is_client_error() {
            return Self {
                retry_after,
                ..Self::new(status).detail(error)
            };
        }
        Self {
            retry_after,
            cause: Some(Arc::new(error)),
            ..Self::ours(status)
        }
    }
}

/// Turns what the frame around all pages refuses (no such route, too slow, a panic, ...) into problems, for requests to
/// the API.
pub async fn in_the_api(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with(API);
    let response = next.run(request).await;
    let status = response.status();
    let is_page =
        (response.headers().get(header::CONTENT_TYPE)).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_api || !is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, _page) = response.into_parts();
    let problem = match status {
        StatusCode::NOT_FOUND => Problem::not_found("there is nothing at this address"),
        status if status.is_server_error() => Problem::ours(status),
        status => Problem::new(status),
    };
    let (problem, body) = problem.into_response().into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(problem.headers);
    Response::from_parts(parts, body)
}
