//! Requests to the real router, without a network.

use std::net::SocketAddr;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use axum_extra::extract::cookie::Key;
use paperround::web::{self, Parts, TrustedProxies, WebSettings};
use service::Service;
use tower::ServiceExt;
use url::form_urlencoded;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// The web server in front of a service.
pub(crate) struct Web {
    router: Router,
}

impl Web {
    pub(crate) fn new(service: Service) -> Self {
        let web = WebSettings {
            public_url: service.settings.public_url.clone(),
            trusted_proxies: TrustedProxies::new(["127.0.0.0/8".parse().unwrap()]),
            cors_origins: vec!["https://elmstreet.example".parse().unwrap()],
        };
        let recorder = web::metrics::recorder();
        let app = web::App::new(Parts {
            cookie_key: Key::from(&service.keys.cookie_key()),
            metrics: recorder.handle(),
            catcher: None,
            demo: None,
            web,
            service,
        });
        Self {
            router: web::router(app),
        }
    }

    /// Sends a request as a browser at 203.0.113.77 does.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let peer: SocketAddr = "203.0.113.77:5000".parse().unwrap();
        if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.into()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Opens a page with cookies.
    pub(crate) async fn get_with(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(path, fields)).await
    }
}

/// A request that sends a form.
pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

impl Answer {
    /// A header's value; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie that it sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> &str {
        self.header("set-cookie").split(';').next().unwrap()
    }

    /// The heading of the page.
    pub(crate) fn heading(&self) -> &str {
        let start = self.body.split("<h1").nth(1).unwrap_or_default();
        let start = start.split_once('>').map_or("", |(_, rest)| rest);
        start.split("</h1>").next().unwrap_or_default()
    }
}
