//! What goes wrong in pages: one variant for each status.
//!
//! The answer is a page of fixed text. What happened inside rides along with the answer and is logged once, where the
//! request's line is written.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::rejection::{FormRejection, JsonRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::pages::message::Message;

/// Why a request gets no page.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// 400: a form that cannot be read.
    #[error("the form cannot be read: {0}")]
    BadRequest(String),
    /// 403: a form on another site that may not post here.
    #[error("refused: {0}")]
    Forbidden(&'static str),
    /// 403: a page for the machine itself, asked for from elsewhere.
    #[error("this page is shown on the machine itself only")]
    NotLocal,
    /// 404: nothing is at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// 404: a form that names no list, or an archived one.
    #[error("there is no such list")]
    UnknownList,
    /// 405: the page is there, but not for this method.
    #[error("there is nothing at this address for this method")]
    MethodNotAllowed,
    /// 410: a link that is damaged, used up or too old.
    #[error("the link no longer works")]
    DeadLink,
    /// 413: a body over the limit.
    #[error("the body is too large")]
    TooLarge,
    /// 415: a body of a type that no form has.
    #[error("the body is of a type that no form has")]
    UnsupportedMediaType,
    /// 429: too many requests from one network; the answer says after how many seconds to come back.
    #[error("too many requests from one network")]
    TooManyRequests {
        /// After how many seconds to come back.
        retry_after: u64,
    },
    /// 500: a defect of ours, or a database that answers with an error.
    #[error(transparent)]
    Internal(Box<dyn std::error::Error + Send + Sync>),
    /// 500: a handler panicked.
    #[error("a handler panicked: {0}")]
    Panicked(String),
    /// 503: the database cannot be reached or is locked; the answer says when to come back.
    #[error(transparent)]
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
    /// 503: it took too long.
    #[error("the answer took too long")]
    TooSlow,
}

/// What happened inside, for the log: rides with a response of status 500 and above.
#[derive(Debug, Clone)]
pub struct Failure(pub Arc<WebError>);

impl WebError {
    /// Sorts any error of a use case: an unreachable database below it asks for patience, all else is a defect.
    pub fn from_service(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        if store::is_unavailable(&error) {
            Self::Unavailable(error.into())
        } else {
            Self::Internal(error.into())
        }
    }

    /// The answer's status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) | Self::NotLocal => StatusCode::FORBIDDEN,
            Self::NotFound | Self::UnknownList => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::DeadLink => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) | Self::Panicked(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable(_) | Self::TooSlow => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// After how many seconds the same may work.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after } => Some(*retry_after),
            Self::Unavailable(_) | Self::TooSlow => Some(10),
            _ => None,
        }
    }

    const fn message(&self) -> Message {
        match self {
            Self::BadRequest(_) | Self::TooLarge | Self::UnsupportedMediaType | Self::Forbidden(_) => {
                Message::BAD_REQUEST
            }
            Self::NotLocal => Message::LOCAL,
            Self::NotFound | Self::MethodNotAllowed => Message::NOT_FOUND,
            Self::UnknownList => Message::UNKNOWN_LIST,
            Self::DeadLink => Message::DEAD_LINK,
            Self::TooManyRequests { .. } => Message::TOO_MANY_REQUESTS,
            Self::Internal(_) | Self::Panicked(_) | Self::Unavailable(_) | Self::TooSlow => Message::BUSY,
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let page = self.message().render().unwrap_or_default();
        let mut response = (self.status(), Html(page)).into_response();
        if let Some(seconds) = self.retry_after() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status().is_server_error() {
            response.extensions_mut().insert(Failure(Arc::new(self)));
        }
        response
    }
}

impl From<store::Error> for WebError {
    fn from(error: store::Error) -> Self {
        Self::from_service(error)
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

macro_rules! from_rejections {
    ($($rejection:ty),+) => {$(
        impl From<$rejection> for WebError {
            fn from(rejection: $rejection) -> Self {
                match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
                    StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
                    _ => Self::BadRequest(rejection.body_text()),
                }
            }
        }
    )+};
}

from_rejections!(FormRejection, JsonRejection, QueryRejection);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the use case failed")]
    struct UseCase(#[source] store::Error);

    #[test]
    fn an_unreachable_database_asks_to_come_back_and_other_errors_do_not() {
        let gone = store::Error::Unreadable("x".to_owned());
        let defect = WebError::from_service(UseCase(gone)).into_response();
        let busy = WebError::TooSlow.into_response();

        assert_eq!(defect.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(defect.headers().get(header::RETRY_AFTER), None);
        assert_eq!(busy.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(busy.headers()[header::RETRY_AFTER], "10");
    }

    #[test]
    fn what_happened_inside_is_for_the_log_and_not_in_the_answer() {
        let error = WebError::Internal("password is hunter2".into());

        let response = error.into_response();

        let logged = response.extensions().get::<Failure>().unwrap().0.to_string();
        assert_eq!(logged, "password is hunter2");
    }
}
