//! Feeds and pages that are made to do harm, or to cost time; the network's own tricks are in `fetching.rs`.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use paperround_feed::{ParseError, clean, parse, read_page, reading_minutes};
use url::Url;

/// What even an unoptimised build on a busy machine needs less than; with quadratic work each of these takes many times longer.
const LONG: Duration = Duration::from_secs(180);

const MIB: usize = 1024 * 1024;

fn base() -> Url {
    Url::parse("https://blog.example/post/").unwrap()
}

fn cleaned(html: &str) -> String {
    clean(html, &base())
}

/// `piece` as often as it fits into so many bytes.
fn endless(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

fn feed_of(html: &str) -> Vec<u8> {
    format!("<rss version='2.0'><channel><item><guid>1</guid><description><![CDATA[{html}]]></description></item></channel></rss>")
        .into_bytes()
}

#[test]
fn scripts_in_links_lose_their_address_however_they_are_spelt() {
    for link in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \n javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\r\nscript:alert(1)",
        "java&Tab;script:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;&#97;vascript:alert(1)",
        "&#x6A;avascript&#58;alert(1)",
        "\u{1}javascript:alert(1)",
        "javascript://blog.example/%0aalert(1)",
        "vbscript:msgbox(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "DATA:text/html,<script>alert(1)</script>",
        "feed:javascript:alert(1)",
        "blob:https://blog.example/x",
        "file:///etc/passwd",
    ] {
        let link = link.replace('"', "&quot;");
        assert_eq!(
            cleaned(&format!("<p><a href=\"{link}\">x</a></p>")),
            "<p><a>x</a></p>",
            "{link:?}"
        );
        assert_eq!(
            cleaned(&format!("<p><img src=\"{link}\">x</p>")),
            "<p>x</p>",
            "{link:?}"
        );
    }
}

#[test]
fn styles_cannot_leave_their_post() {
    for html in [
        "<p style=\"position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:2147483647\">x</p>",
        "<p style=\"margin:-9999px;transform:scale(99)\">x</p>",
        "<p style='background:url(https://evil.example/seen.gif)'>x</p>",
        "<p class=\"unsubscribe\" id=\"footer\">x</p>",
        "<style>body{display:none}</style><p>x</p>",
        "<STYLE>@import 'https://evil.example/x.css';</STYLE ><p>x</p>",
        "<link rel=stylesheet href=https://evil.example/x.css><p>x</p>",
        "<svg><style>*{display:none}</style></svg><p>x</p>",
        "<base href=\"https://evil.example/\"><meta http-equiv=refresh content=\"0;url=https://evil.example/\"><p>x</p>",
    ] {
        assert_eq!(cleaned(html), "<p>x</p>", "{html}");
    }
}

#[test]
fn end_tags_of_the_mails_own_elements_do_not_end_them() {
    assert_eq!(
        cleaned("</style></script></td></tr></table></body></html><p>x"),
        "<p>x</p>"
    );
    assert_eq!(
        cleaned("<p>x</p><!-- <![endif]--> --><!--[if mso]><p>y</p><![endif]-->"),
        "<p>x</p> --&gt;"
    );
    assert_eq!(
        cleaned("<title></title><style></style><p>x</p></plaintext>"),
        "<p>x</p>"
    );
}

#[test]
fn nesting_without_end_takes_bounded_time_and_room() {
    let start = Instant::now();

    for piece in [
        "<div>",
        "<b><i>",
        "<table><tr><td>",
        "<ul><li>",
        "<svg><math>",
        "</p>",
        "<!--",
        "<x ",
    ] {
        let html = endless(piece, MIB / 2);
        let out = cleaned(&html);

        assert!(out.len() <= html.len() * 2, "{piece}");
        assert_eq!(read_page(&html, &base()).minutes, None, "{piece}");
    }
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

#[test]
fn a_feed_of_ten_mebibytes_of_open_tags_is_read_in_bounded_time() {
    let start = Instant::now();

    let feed = parse(&feed_of(&endless("<div>", 10 * MIB)), None, &base()).unwrap();

    assert!(feed.items[0].html.len() < 1000);
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

/// Very many attributes with different names.
fn attributes() -> String {
    (0..300_000).fold(String::new(), |mut text, n| {
        write!(text, " a{n:x}").unwrap();
        text
    })
}

#[test]
fn a_tag_with_very_many_attributes_takes_bounded_time() {
    let many = attributes();
    let start = Instant::now();

    for html in [
        format!("<p>before</p><p {many}>after</p>"),
        format!("<p>before</p><p x='>' y=\">\"{many}>after"),
        format!("<p>before</p><!-- > --><p\n{many}>after"),
        format!("<p>before</p></p{many}>after"),
        format!("<p>before</p><script>'<p x=\"' </script{many}>after"),
        format!("<p>before</p><script><!--<script></script x=\" </script{many}>after"),
        format!("<p>before</p><textarea><p x='</textarea{many}>after"),
    ] {
        let out = cleaned(&html);
        assert!(out.starts_with("<p>before</p>"), "{out}");
        assert!(!out.contains("after"), "{out}");
        assert_eq!(reading_minutes(&html), None);
    }
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

#[test]
fn what_is_long_but_no_crowd_of_attributes_is_read_to_its_end() {
    let words = "a / 'b' \"c\" = d ".repeat(5_000);
    let quoted = words.replace('"', "&quot;");

    for html in [
        format!("<p title=\"{quoted}\">x</p><p>end</p>"),
        format!("<!--[if gte mso 9]><xml>{words}</xml><![endif]--><p>end</p>"),
        format!("<script>{words}</script><p>end</p>"),
        format!("<style>{words}</style><p>end</p>"),
        format!("{words}<p>end</p>"),
        format!("<pre>{}</pre><p>end</p>", "a<b >c \n".repeat(5_000)),
    ] {
        assert!(cleaned(&html).ends_with("<p>end</p>"), "{}", &html[..40]);
    }
}

#[test]
fn an_element_of_a_feed_with_very_many_attributes_is_refused() {
    let many = (0..300_000).fold(String::new(), |mut text, n| {
        write!(text, " a{n:x}=''").unwrap();
        text
    });
    let start = Instant::now();

    let error = parse(
        format!("<rss version='2.0'{many}><channel/></rss>").as_bytes(),
        None,
        &base(),
    )
    .unwrap_err();

    assert!(matches!(error, ParseError::BrokenXml { line: 1, .. }), "{error}");
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

#[test]
fn no_text_of_a_feed_or_a_page_has_a_nul_in_it_however_it_is_spelt() {
    let rss = |nul: &str| {
        format!(
            "<rss version='2.0'><channel><title>Bl{nul}og</title><link>https://blog.example/{nul}</link>\
             <language>e{nul}n</language><generator>a{nul}b</generator><item><guid>a{nul}</guid><title>On{nul}e</title>\
             <link>https://blog.example/a{nul}b</link><author>An{nul}n</author><category>Sl{nul}eep</category>\
             <description>A{nul}nd so &lt;b&gt;on&lt;/b&gt;</description></item></channel></rss>"
        )
    };
    let atom = |nul: &str| {
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Bl{nul}og</title><entry><id>a{nul}</id>\
             <title type='text'>On{nul}e</title><link href='https://blog.example/a{nul}b'/><author><name>An{nul}n</name></author>\
             <category term='Sl{nul}eep'/><content type='html'>A{nul}nd so &lt;b&gt;on&lt;/b&gt;</content></entry></feed>"
        )
    };
    let json = |nul: &str| {
        format!(
            r#"{{"version":"https://jsonfeed.org/version/1.1","title":"Bl{nul}og","language":"e{nul}n","items":[{{"id":"a{nul}",
            "title":"On{nul}e","url":"https://blog.example/a{nul}b","authors":[{{"name":"An{nul}n"}}],"tags":["Sl{nul}eep"],
            "image":"https://blog.example/{nul}.png","content_html":"<p>A{nul}nd so <b>on</b></p>","summary":"A{nul}nd"}}]}}"#
        )
    };
    for document in [
        rss("\0"),
        atom("\0"),
        json("\\u0000"),
        rss("&amp;#0;"),
        atom("&amp;#0;"),
    ] {
        let feed = parse(document.as_bytes(), None, &base()).unwrap();
        assert_eq!(feed.items.len(), 1, "{document:?}");
        let read = format!("{feed:?}");
        assert!(!read.contains("\\0") && !read.contains("\\u{0}"), "{read}");
    }
    for document in [rss("&#0;"), json("\0")] {
        let reason = parse(document.as_bytes(), None, &base())
            .map_or_else(|error| error.to_string(), |feed| format!("{feed:?}"));
        assert!(!reason.contains('\0') && !reason.contains("\\0"), "{reason}");
    }

    let page = read_page(
        "<title>On&#0;e</title><meta name=author content='An&#0;n'><p>text",
        &base(),
    );
    assert!(!format!("{page:?}").contains("\\0"), "{page:?}");
}
