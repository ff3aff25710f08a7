//! The page that a browser says it comes from.

use axum::http::{HeaderMap, header};
use url::Url;

/// The longest address that is taken whole, in bytes.
const LONGEST: usize = 500;

/// The address of a page on the web, without the login that may stand in it. Of one that is too long, its site.
pub(super) fn read(headers: &HeaderMap) -> Option<Url> {
    let mut page = Url::parse(headers.get(header::REFERER)?.to_str().ok()?).ok()?;
    if !matches!(page.scheme(), "http" | "https") {
        return None;
    }
    page.set_username("").ok()?;
    page.set_password(None).ok()?;
    if page.as_str().len() > LONGEST {
        page = page.join("/").ok()?;
    }
    (page.as_str().len() <= LONGEST).then_some(page)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read_from(referrer: &str) -> Option<String> {
        let value = HeaderValue::from_str(referrer).unwrap();
        read(&HeaderMap::from_iter([(header::REFERER, value)])).map(String::from)
    }

    #[test]
    fn a_page_on_the_web_is_taken_without_its_login() {
        for (referrer, page) in [
            ("https://elmstreet.example/", Some("https://elmstreet.example/")),
            (
                "http://elmstreet.example/blog?p=1",
                Some("http://elmstreet.example/blog?p=1"),
            ),
            (
                "https://ann:secret@elmstreet.example/blog",
                Some("https://elmstreet.example/blog"),
            ),
            ("android-app://com.example.reader/", None),
            ("javascript:alert(1)", None),
            ("about:client", None),
            ("/blog", None),
            ("", None),
        ] {
            assert_eq!(read_from(referrer).as_deref(), page, "{referrer}");
        }
    }

    #[test]
    fn of_an_address_that_is_too_long_the_site_is_taken() {
        let path = "a".repeat(LONGEST);
        let host = vec!["a".repeat(60); 9].join(".");

        assert_eq!(
            read_from(&format!("https://elmstreet.example/{path}")).as_deref(),
            Some("https://elmstreet.example/")
        );
        assert_eq!(read_from(&format!("https://{host}/")), None);
    }
}
