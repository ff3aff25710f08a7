//! The one part of an address that differs from page to page: a list's short name, a token, a file's name.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::WebError;

/// That part, decoded. What cannot be decoded is the address of nothing.
#[derive(Debug, Clone)]
pub struct Path(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(part)) => Ok(Self(part)),
            Err(_) => Err(WebError::NotFound),
        }
    }
}
