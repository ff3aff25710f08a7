//! What other programs tell us without a token of the API: that there is something new in a feed.
//!
//! The address is the secret, and it can do one thing. What is sent along is not read: it may be anything that a blog's
//! settings let one send, and the feed itself is asked. However often it is called, one look is on its way at a time, and
//! the blog is left alone for some seconds between two.

use axum::{
    Router,
    body::Bytes,
    extract::{Extension, Path, State},
    http::StatusCode,
    routing::post,
};
use domain::{FeedId, Purpose, Token};
use service::feeds::{self, ConnectError};
use store::events::{Actor, Origin};

use super::{App, Client, WebError};

/// Its route: open to requests of other sites, because it takes nobody's word for anything.
pub const FEED: &str = "/hooks/feeds/{token}";

/// All hooks.
pub fn router() -> Router<App> {
    Router::new().route(FEED, post(look_at_feed))
}

/// The body is taken up to the limit of all bodies, and dropped.
async fn look_at_feed(
    State(app): State<App>,
    Path(token): Path<String>,
    Extension(client): Extension<Client>,
    _body: Bytes,
) -> Result<StatusCode, WebError> {
    let feed = Token::verify(&app.service.keys, Purpose::FeedHook, &token)
        .map(FeedId::from)
        .map_err(|_| WebError::NotFound)?;
    let origin = Origin {
        actor: Actor::Hook,
        address: Some(client.address)
            .filter(|address| !address.is_unspecified())
            .map(|address| address.to_string()),
    };
    match feeds::look_soon(&app.service, &origin, feed).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(ConnectError::Unknown) => Err(WebError::NotFound),
        Err(error) => Err(WebError::from_service(error)),
    }
}
