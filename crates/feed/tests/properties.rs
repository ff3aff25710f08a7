//! Whatever goes in, what comes out of cleaning is harmless, and parsing ends in a value.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use paperround_feed::{clean, excerpt, parse, plain_text, read_page, reading_minutes};
use proptest::prelude::*;
use url::Url;

fn base() -> Url {
    Url::parse("https://blog.example/post/").unwrap()
}

/// Pieces that hostile markup is made of, put together at random.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z<>\"'/= &;:]{0,8}",
        Just("<script>".to_owned()),
        Just("</script>".to_owned()),
        Just("<style>".to_owned()),
        Just("<svg><title>".to_owned()),
        Just("<math><mtext>".to_owned()),
        Just("<img src=x onerror=alert(1)>".to_owned()),
        Just("<a href=\"java\tscript:alert(1)\">".to_owned()),
        Just("<a href='&#x6a;avascript:x' title='<script>'>".to_owned()),
        Just("<p onclick='x()' style='x:expression(1)'>".to_owned()),
        Just("<iframe src='//evil.example'>".to_owned()),
        Just("<table><tr><td>".to_owned()),
        Just("</table>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<noscript><p title=\"</noscript><script>x</script>\">".to_owned()),
        Just("<textarea></div>".to_owned()),
        Just("<div><b><ul><li>".to_owned()),
        Just("\0&lt;script&gt;".to_owned()),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// Pieces that the head of a page is made of, put together at random with hostile ones.
fn page() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "og:title",
        "og:image",
        "og:image:secure_url",
        "og:image:alt",
        "og:image:width",
        "twitter:image",
        "og:url",
        "author",
        "article:author",
        "article:published_time",
        "description",
    ]);
    let meta = (
        names,
        "\\PC{0,20}|(https?|data|javascript)://[a-z@:/.]{0,12}|2026-1[0-9]-[0-9T:Z+]{0,16}",
    )
        .prop_map(|(name, content)| format!("<meta property=\"{name}\" content=\"{content}\">"));
    let piece = prop_oneof![
        4 => meta,
        1 => markup(),
        1 => "<(article|main|body|/article|/main|title|/title|base href=[a-z:/]{0,9}|link rel=canonical href=[a-z:/]{0,9})>",
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

/// The start tags of cleaned HTML. Its text and attributes contain no bare `<`, so splitting is exact.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(tag, _)| tag)
}

proptest! {
    #[test]
    fn cleaned_html_has_no_scripts_handlers_or_odd_links(html in markup()) {
        let cleaned = clean(&html, &base());

        for tag in tags(&cleaned) {
            let lower = tag.to_ascii_lowercase();
            let name = lower.trim_start_matches('/').split(' ').next().unwrap_or_default();
            prop_assert!(!["script", "style", "iframe", "svg", "math", "form", "object"].contains(&name), "{cleaned}");
            prop_assert!(!lower.contains(" on") || lower.contains("title="), "{cleaned}");
            prop_assert!(!lower.contains("javascript:") && !lower.contains(" style="), "{cleaned}");
            for link in lower.split(" href=\"").skip(1).chain(lower.split(" src=\"").skip(1)) {
                prop_assert!(["http://", "https://", "mailto:"].iter().any(|scheme| link.starts_with(scheme)), "{cleaned}");
            }
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing(html in markup()) {
        let once = clean(&html, &base());

        prop_assert_eq!(clean(&once, &base()), once);
    }

    #[test]
    fn parsing_never_panics(text in "(<rss version=\"2.0\"><channel>|<feed>|\\{\"version\":|)[ -~\\n<>/&;é（]{0,200}", author in "\\PC{0,40}") {
        let _ = parse(text.as_bytes(), None, &base());
        let feed = format!("<rss version='2.0'><channel><managingEditor>{author}</managingEditor></channel></rss>");
        let _ = parse(feed.as_bytes(), None, &base());
    }

    #[test]
    fn parsing_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, Some("text/xml; charset=utf-16"), &base());
    }

    #[test]
    fn an_excerpt_is_a_beginning_of_its_text(html in markup(), max in 1_usize..60) {
        let text = plain_text(&html);
        let short = excerpt(&text, max);

        prop_assert!(short.chars().count() <= max.max(1));
        prop_assert!(text.starts_with(short.trim_end_matches('…')));
    }

    #[test]
    fn reading_a_page_never_panics_and_names_only_web_addresses(html in page()) {
        let facts = read_page(&html, &base());

        for url in facts.canonical.iter().chain(&facts.picture) {
            prop_assert!(matches!(url.scheme(), "http" | "https"), "{url}");
        }
        for text in [&facts.title, &facts.description, &facts.author].into_iter().flatten() {
            prop_assert!(!text.is_empty() && !text.chars().any(char::is_control), "{text:?}");
        }
    }

    #[test]
    fn reading_takes_no_longer_than_all_of_the_words(html in markup()) {
        let most = plain_text(&html).split(' ').count().div_ceil(230);

        prop_assert!(reading_minutes(&html).is_none_or(|minutes| minutes as usize <= most.max(1)));
    }

    #[test]
    fn a_date_never_makes_a_post_fail(date in "\\PC{0,30}|[0-9]{1,4}[-/. ](Nov|[0-9]{1,2})[-/. ][0-9]{1,5}[T ]?[0-9:.]{0,12} ?(GMT|[+-][0-9:]{0,6}|)") {
        let escaped = date.replace('&', "&amp;").replace('<', "&lt;");
        let feed = format!("<rss version='2.0'><channel><item><title>A</title><pubDate>{escaped}</pubDate></item></channel></rss>");

        prop_assert_eq!(parse(feed.as_bytes(), None, &base()).unwrap().items.len(), 1);
    }
}
