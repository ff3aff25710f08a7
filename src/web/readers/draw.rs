//! From a page to an answer.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{pages::policy, web::WebError};

/// A page.
pub(super) fn page(page: &impl Template) -> Result<Response, WebError> {
    Ok(Html(page.render()?).into_response())
}

/// A page with a status of its own.
pub(super) fn page_with(status: StatusCode, drawn: &impl Template) -> Result<Response, WebError> {
    Ok((status, page(drawn)?).into_response())
}

/// Lets other sites show an answer in a frame.
pub(super) fn framed(mut response: Response) -> Response {
    let policy = HeaderValue::from_static(policy::EMBED);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
