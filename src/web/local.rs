//! Pages for the machine itself: caught mail, the demo's buttons, figures without a token.
//!
//! Such a page is shown when the public address is on this machine too, the request came from this machine past no
//! proxy, and it names this machine as its host. The last keeps out a web page whose own name was pointed here (DNS
//! rebinding).

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, Client, WebError};

/// Proof that a request came from the machine itself.
#[derive(Debug, Clone, Copy)]
pub struct Local;

impl FromRequestParts<App> for Local {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let client = parts.extensions.get::<Client>().copied();
        let is_direct = client.is_some_and(|client| client.is_direct_and_local);
        if app.web.is_local() && is_direct && names_this_machine(&parts.headers) {
            Ok(Self)
        } else {
            Err(WebError::NotLocal)
        }
    }
}

/// Refuses whatever does not come from the machine itself.
pub async fn only(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match Local::from_request_parts(&mut parts, &app).await {
        Ok(Local) => next.run(Request::from_parts(parts, body)).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    is_loopback_host(without_port)
}

/// Whether a host's name or address means this machine.
#[must_use]
pub fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_few_names() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]", "::1"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "",
            "localhost.example.org",
            "0.0.0.0",
            "192.168.1.4",
            "127.0.0.1.nip.io",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }

    #[test]
    fn the_port_does_not_matter() {
        let named = |host: &str| names_this_machine(&HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]));

        assert!(named("localhost:8080") && named("[::1]:8080") && named("127.0.0.1"));
        assert!(!named("evil.example:8080") && !named(""));
    }
}
