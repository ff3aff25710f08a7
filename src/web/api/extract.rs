//! Reading requests: the body, the query and the path, refused with problem details. No text of a body or a query has a
//! NUL in it, which PostgreSQL could not keep.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::Problem;
use crate::web::App;

/// A JSON body, every field of which is known.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

/// The parameters of the query, every one of which is known.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

/// The parts of the path.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                .detail("send the body as JSON, with the header Content-Type: application/json"));
        }
        let bytes = Bytes::from_request(request, app).await?;
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Problem> {
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let mut values = query.map(|(_, value)| value);
        if values.any(|value| value.contains('\0')) {
            let detail = "the query has a NUL character (%00) in it: leave it out";
            return Err(Problem::new(StatusCode::BAD_REQUEST).detail(detail));
        }
        let pairs = serde_urlencoded::Deserializer::new(query);
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let problem = Problem::new(StatusCode::BAD_REQUEST);
            match error.path().to_string().as_str() {
                "." | "?" => problem.detail(format!("the query cannot be read: {}", error.inner())),
                field => problem.field(field, error.inner()),
            }
        })
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, app).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => {
                Err(Problem::new(rejection.status())
                    .detail(format!("the path cannot be read: {}", rejection.body_text())))
            }
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(StatusCode::PAYLOAD_TOO_LARGE).detail("the body is too large"),
            _ => Self::new(StatusCode::BAD_REQUEST).detail("the body broke off"),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, error) = (error.path().to_string(), error.into_inner());
        match error.classify() {
            Category::Data if path == "." => Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail(error),
            Category::Data => Problem::invalid(&path, error),
            _ => not_json(&error),
        }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    if spells_nul(bytes) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
            .detail("a text in the body has a NUL character (\\u0000) in it: leave it out"));
    }
    Ok(value)
}

/// Whether valid JSON has a NUL in a text, where it can only stand as `\u0000`.
fn spells_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(escape) = rest.iter().position(|byte| *byte == b'\\') {
        rest = &rest[escape + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST).detail(format!("the body is not JSON: {error}"))
}
