//! The cookie by which a browser is known again that signed up: a random id, signed, and nothing else.
//!
//! It is set alike on every answer to a sign-up. It only lets the confirmation's page press its own button.

use axum_extra::extract::{
    SignedCookieJar,
    cookie::{Cookie, SameSite},
};
use domain::signup::CONFIRM_WITHIN;
use uuid::Uuid;

use crate::web::App;

const NAME: &str = "browser";

/// The id in a browser's cookie.
pub(super) fn known(jar: &SignedCookieJar) -> Option<Uuid> {
    jar.get(NAME)?.value().parse().ok()
}

/// The browser's id, new where it has none, and the cookies to answer with.
pub(super) fn remember(app: &App, jar: SignedCookieJar) -> (Uuid, SignedCookieJar) {
    let random = app.service.db.random();
    let id = known(&jar).unwrap_or_else(|| Uuid::from_bytes(random.bytes()));
    let cookie = Cookie::build((NAME, id.simple().to_string()))
        .path("/")
        .http_only(true)
        .secure(app.web.is_https())
        .same_site(SameSite::Lax)
        .max_age(
            CONFIRM_WITHIN
                .try_into()
                .expect("a week is a time that a cookie can last"),
        );
    (id, jar.add(cookie))
}
