//! The readers' pages: the forms, and what mailed links lead to.
//!
//! A handler here reads its request, calls one use case and draws one page. Opening a page changes nothing; what changes
//! something is a POST. Every sign-up is answered alike, whoever it is about.

mod access;
pub(super) mod api;
mod browser;
mod confirm;
mod draw;
mod embed;
mod face;
mod fields;
mod how_often;
mod lists;
mod preferences;
mod rates;
mod referrer;
mod signup;
mod unsubscribe;

use axum::{
    Router,
    http::{Method, header},
    middleware,
    routing::{get, post},
};
use domain::{Keys, Purpose, Token};
use store::events::{Actor, Origin};
use tower_http::cors::CorsLayer;
use uuid::Uuid;

pub use api::{Accepted, SubscriptionRequest};

use super::{App, Client, WebError};
use rates::Rates;

/// All routes for readers.
pub fn router(app: &App) -> Router<App> {
    let rates = Rates::new(app.service.db.clock().clone());
    let cors = CorsLayer::new()
        .allow_origin(app.web.cors_origins.clone())
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE]);
    let signups = Router::new()
        .route("/subscribe", post(signup::subscribe))
        .route("/embed/{list}", post(embed::subscribe))
        .route("/confirm/{token}/fresh", post(confirm::ask_afresh))
        .route_layer(middleware::from_fn_with_state(rates.clone(), rates::limit));
    let api = Router::new()
        .route("/api/v1/subscriptions", post(api::subscribe))
        .route_layer(middleware::from_fn_with_state(rates, rates::limit))
        .route_layer(cors);
    Router::new()
        .route("/lists/{list}", get(lists::show))
        .route("/embed/{list}", get(embed::show))
        .route("/confirm/{token}", get(confirm::show).post(confirm::press))
        .route("/unsubscribe/{token}", get(unsubscribe::show).post(unsubscribe::press))
        .route("/unsubscribe/{token}/undo", post(unsubscribe::undo))
        .route("/preferences/{token}", get(preferences::show).post(preferences::press))
        .route("/access/{token}", get(access::door).post(access::open))
        .route("/own-data/{token}", get(access::show).post(access::press))
        .merge(signups)
        .merge(api)
}

/// The row that a link's token names.
fn row<I: From<Uuid>>(keys: &Keys, purpose: Purpose, token: &str) -> Result<I, WebError> {
    Token::verify(keys, purpose, token)
        .map(I::from)
        .map_err(|_| WebError::DeadLink)
}

/// Who a change of a reader's is written down for.
fn reader(client: &Client) -> Origin {
    Origin {
        actor: Actor::Reader,
        address: known(client).map(|address| address.to_string()),
    }
}

/// The client's address, where the request came over a network.
fn known(client: &Client) -> Option<std::net::IpAddr> {
    Some(client.address).filter(|address| !address.is_unspecified())
}
