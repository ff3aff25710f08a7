//! Addresses of databases and mail providers as they may be shown.

use url::{Url, form_urlencoded};

const HIDDEN: &str = "hidden";

/// The address with `hidden` in the place of a password, be it before the host or in the query. None when it cannot be
/// read: half an address may have a password in any place.
#[must_use]
pub fn hide_password(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    let query = url.query().map(hide_in_query);
    let is_shown_whole = url.password().is_none() && url.query() == query.as_deref();
    if is_shown_whole {
        return Some(address.to_owned());
    }
    if url.password().is_some() {
        url.set_password(Some(HIDDEN))
            .expect("an address with a password has a host");
    }
    url.set_query(query.as_deref());
    Some(url.into())
}

/// PostgreSQL's addresses may have every part in the query (manual, section 34.1.1.2).
fn hide_in_query(query: &str) -> String {
    let shown = query.split('&').map(|pair| {
        let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name);
        match name.filter(|name| name.to_ascii_lowercase().contains("password")) {
            Some(name) => format!("{name}={HIDDEN}"),
            None => pair.to_owned(),
        }
    });
    shown.collect::<Vec<_>>().join("&")
}
