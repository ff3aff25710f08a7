//! The web server's frame: what surrounds every page and every answer.
//!
//! Pages and API are routers of their own, merged in [`router`]. From outside in, a request passes the log with its
//! request id, the panic catcher, the security headers, the resolution of the client's address, the guard against
//! forms on other sites, and the limits of time and size.

pub mod access;
pub mod api;
pub mod assets;
pub mod errors;
pub mod guard;
pub mod health;
pub mod hooks;
pub mod inbox;
pub mod local;
pub mod metrics;
pub mod path;
pub mod proxies;
pub mod readers;
pub mod security;
pub mod snippets;
pub mod state;

use std::{any::Any, sync::Arc, time::Duration};

use ::metrics::SetRecorderError;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use axum_extra::extract::cookie::Key;
use metrics_exporter_prometheus::PrometheusRecorder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    demo::{self, Demo},
    startup::House,
};

pub use errors::WebError;
pub use path::Path;
pub use proxies::{Client, TrustedProxies};
pub use state::{App, Parts, WebSettings};

/// How long a request may take before it is answered with 503.
const PATIENCE: Duration = Duration::from_secs(30);
/// How large a request's body may be, where a route does not say otherwise.
pub(crate) const BODY_LIMIT: usize = 16 * 1024;

/// The state of the web server over an opened installation.
///
/// # Errors
/// When this process collects figures already.
pub fn app(
    house: &House,
    web: &WebSettings,
    demo: Option<Arc<Demo>>,
) -> Result<App, SetRecorderError<PrometheusRecorder>> {
    let recorder = metrics::recorder();
    let handle = recorder.handle();
    ::metrics::set_global_recorder(recorder)?;
    let service = house.service.clone();
    Ok(App::new(Parts {
        cookie_key: Key::from(&service.keys.cookie_key()),
        web: web.clone(),
        metrics: handle,
        catcher: house.catcher.clone(),
        demo,
        service,
    }))
}

/// The whole web server.
pub fn router(app: App) -> Router {
    let mut routes = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .route("/assets/{name}", get(assets::show))
        .merge(readers::router(&app))
        .merge(hooks::router())
        .merge(api::router(&app));
    if app.catcher.is_some() {
        routes = routes.merge(inbox::router(&app));
    }
    if app.demo.is_some() {
        routes = routes.merge(demo::pages(&app));
    }
    frame(routes, app)
}

/// Puts routes into the frame: every router of the house goes through here once.
pub fn frame(routes: Router<App>, app: App) -> Router {
    routes
        .fallback(async || WebError::NotFound)
        .method_not_allowed_fallback(async || WebError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(lose_patience))
        .layer(middleware::from_fn_with_state(app.clone(), guard::refuse_other_sites))
        .layer(middleware::from_fn_with_state(app.clone(), proxies::find_client))
        .layer(middleware::from_fn(security::add_headers))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(middleware::from_fn(api::problem::in_the_api))
        .layer(middleware::from_fn_with_state(app.clone(), access::log))
        .with_state(app)
}

async fn lose_patience(request: Request, next: Next) -> Response {
    tokio::time::timeout(PATIENCE, next.run(request))
        .await
        .unwrap_or_else(|_| WebError::TooSlow.into_response())
}

fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = (panic.downcast_ref::<String>().map(String::as_str)).or_else(|| panic.downcast_ref().copied());
    WebError::Panicked(message.unwrap_or("no message").to_owned()).into_response()
}
