//! Feeds as real programs write them, each with the posts that must come out, and files that are no feeds.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::{fmt::Write as _, fs, path::Path};

use paperround_feed::{ParseError, ParsedFeed, parse};

fn read(name: &str, address: &str) -> Result<ParsedFeed, ParseError> {
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name)).unwrap();
    parse(&bytes, None, &address.parse().unwrap())
}

fn parse_text(text: &str) -> Result<ParsedFeed, ParseError> {
    parse(text.as_bytes(), None, &"https://blog.example/feed".parse().unwrap())
}

/// Everything that a feed says, one thing a line.
fn show(feed: &ParsedFeed) -> String {
    let mut text = format!("{:?}: {} ({})", feed.format, feed.title, feed.items.len());
    let mut line = |name: &str, value: Option<&dyn std::fmt::Display>| {
        if let Some(value) = value {
            write!(text, "\n{name}: {value}").unwrap();
        }
    };
    line("site", feed.site_url.as_ref().map(|url| url as _));
    line("language", feed.language.as_ref().map(|language| language as _));
    line("generator", feed.generator.as_ref().map(|generator| generator as _));
    for item in &feed.items {
        line("\n#", Some(&item.identity));
        line("guid", item.guid.as_ref().map(|guid| guid as _));
        line("link", item.link.as_ref().map(|link| link as _));
        line("canonical", item.canonical_link.as_ref().map(|link| link as _));
        line("title", Some(&item.title));
        line("published", item.published.as_ref().map(|at| at as _));
        line("updated", item.updated.as_ref().map(|at| at as _));
        line("author", item.author.as_ref().map(|author| author as _));
        line("categories", Some(&item.categories.join(" | ")));
        line("image", item.image_url.as_ref().map(|url| url as _));
        line("shows", item.image_alt.as_ref().map(|alt| alt as _));
        line("minutes", item.minutes.as_ref().map(|minutes| minutes as _));
        line("excerpt", Some(&item.excerpt));
        line(if item.is_summary { "summary" } else { "html" }, Some(&item.html));
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

macro_rules! reads {
    ($($test:ident: $file:literal from $address:literal)+) => {$(
        #[test]
        fn $test() {
            let feed = read($file, $address).unwrap();

            insta::with_settings!({ snapshot_path => "corpus", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!($file, show(&feed));
            });
        }
    )+};
}

reads! {
    a_site_builders_feed_is_read: "site-builder.xml" from "https://www.wellandgood.example/blog-feed.xml"
    an_empty_channel_is_a_feed_without_posts: "empty-channel.xml" from "https://quiet.example/blog-feed.xml"
    wordpress_is_read: "wordpress.xml" from "https://harbour.example/feed/"
    ghost_is_read: "ghost.xml" from "https://slow.example/rss/"
    blogger_is_read: "blogger.xml" from "https://oldshoes.example/feeds/posts/default"
    jekyll_is_read: "jekyll.xml" from "https://werkstatt.example/feed.xml"
    atom_with_xhtml_in_latin_1_is_read: "xhtml.xml" from "http://notes.example/atom"
    substack_is_read: "substack.xml" from "https://allotment.example/feed"
    squarespace_is_read: "squarespace.xml" from "https://www.fernandthread.example/journal?format=rss"
    medium_is_read: "medium.xml" from "https://medium.com/feed/@orla"
    hugo_is_read: "hugo.xml" from "https://tides.example/posts/index.xml"
    a_hand_written_feed_is_read: "hand-written.xml" from "http://bell.example/rss.xml"
    what_is_encoded_twice_comes_out_as_the_characters_meant: "encoded-twice.xml" from "https://salt.example/feed"
    windows_1252_is_read: "windows-1252.xml" from "https://post.example/feed"
    windows_1252_that_says_it_is_utf_8_is_read: "wrongly-utf-8.xml" from "https://post.example/feed"
    utf_16_is_read: "utf-16.xml" from "https://post.example/feed"
    a_json_feed_of_the_first_version_is_read: "feed-1.0.json" from "https://lamp.example/feed.json"
    a_json_feed_is_read: "feed.json" from "https://nightshift.example/feed.json"
    tricks_come_out_harmless: "tricks.xml" from "https://tricks.example/feed"
    items_are_identified_by_guid_then_link_then_title_and_date: "identities.xml" from "https://id.example/feed"
}

#[test]
fn a_web_page_is_named_as_such_with_the_feed_that_it_links() {
    let page =
        r#"<!-- hi --><!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head>"#;

    let error = parse_text(page).unwrap_err();

    assert_eq!(
        error.to_string(),
        "this address is a web page, not a feed; it names this feed, use that address: https://blog.example/rss"
    );
    assert_eq!(
        parse_text("<html><p>Nothing here").unwrap_err().to_string(),
        "this address is a web page, not a feed; it names no feed; look on the site for a link named RSS or feed"
    );
}

#[test]
fn documents_that_are_no_feeds_are_told_apart() {
    assert_eq!(parse_text(" \n\t"), Err(ParseError::Empty));
    assert_eq!(parse_text("Hello"), Err(ParseError::NotAFeed));
    assert_eq!(parse_text("\u{89}PNG"), Err(ParseError::NotAFeed));
    assert_eq!(
        parse_text("<opml version='2.0'><body/></opml>"),
        Err(ParseError::NotAFeed)
    );
    assert_eq!(parse_text(r#"{"error":"not found"}"#), Err(ParseError::NotAFeed));
    assert!(matches!(
        parse_text(r#"{"version":,}"#),
        Err(ParseError::BrokenJson { .. })
    ));
}

#[test]
fn a_damaged_feed_is_refused_with_its_line_and_what_to_do_next() {
    let broken = "<rss version='2.0'>\n<channel>\n<item><title>a</item>\n</channel></rss>";

    assert_eq!(
        parse_text(broken).unwrap_err().to_string(),
        "the feed is damaged at line 3, so nothing in it can be read; save the newest post of the blog again, and if that \
         does not help, ask the support of the blog's program, who will want to know: ill-formed document: expected \
         `</title>`, but `</item>` was found"
    );
}

#[test]
fn a_feed_that_breaks_off_is_told_apart_from_one_that_is_damaged() {
    for cut_off in [
        "<rss version='2.0'>\n<channel>\n<item><title>a</title>",
        "<rss version='2.0'>\n<channel>\n<item><title>a</tit",
        r#"{"version":"https://jsonfeed.org/version/1","items":["#,
    ] {
        assert_eq!(parse_text(cut_off), Err(ParseError::CutOff), "{cut_off}");
    }
}

#[test]
fn entities_that_a_feed_declares_are_refused_unread() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
        <rss version="2.0"><channel><title>&lol2;</title></channel></rss>"#;
    let external = r#"<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel/></rss>"#;
    let harmless = r#"<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
        <rss version="0.91"><channel><title>A&nbsp;B</title></channel></rss>"#;

    assert_eq!(parse_text(bomb), Err(ParseError::Entities));
    assert_eq!(parse_text(external), Err(ParseError::Entities));
    assert_eq!(parse_text(harmless).unwrap().title, "A B");
}

#[test]
fn deep_nesting_is_refused_in_xml_and_json_and_flattened_in_html() {
    let xml = format!("<rss version='2.0'><channel>{}", "<x>".repeat(100_000));
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"x\":{}",
        "[".repeat(100_000)
    );
    let hostile = "<div><ul><li><b id=x>".repeat(20_000);
    let html = format!(
        "<rss version='2.0'><channel><item><description><![CDATA[{hostile}deep]]></description></item></channel></rss>"
    );

    assert_eq!(parse_text(&xml), Err(ParseError::TooDeep));
    assert!(matches!(parse_text(&json), Err(ParseError::BrokenJson { .. })));
    let feed = parse_text(&html).unwrap();
    assert_eq!(feed.items[0].excerpt, "deep");
    assert!(feed.items[0].html.len() < hostile.len());
}

#[test]
fn only_the_first_five_hundred_items_are_looked_at() {
    let item = |n: usize| format!("<item><guid>{n}</guid><title>Post {n}</title><author>A</author></item>");
    let items: String = (0..600).map(item).collect();
    let feed = parse_text(&format!("<rss version='2.0'><channel>{items}</channel></rss>")).unwrap();
    let json = (0..600)
        .map(|n| format!("{{\"id\":{n}}}"))
        .collect::<Vec<_>>()
        .join(",");
    let json = parse_text(&format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{json}]}}"
    ))
    .unwrap();

    assert_eq!(feed.items.len(), 500);
    assert_eq!(feed.items[499].title, "Post 499");
    assert_eq!(json.items.len(), 500);
}

#[test]
fn posts_with_nothing_but_words_are_told_apart_by_them() {
    let text = "<rss version='2.0'><channel><item><description>One.</description></item>\
        <item><description>Two.</description></item></channel></rss>";

    assert_eq!(parse_text(text).unwrap().items.len(), 2);
}

#[test]
fn rubbish_in_elements_that_do_not_matter_fails_nothing() {
    let text = r#"<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:podcast="https://podcastindex.org/namespace/1.0">
        <channel><managingEditor>（desk@blog.example）</managingEditor><podcast:person role="wizard">M</podcast:person>
        <item><guid>1</guid><title>Fine</title><author>山田（yamada@blog.example）</author>
        <media:thumbnail url="/a.jpg" time="99999999999999999999999"/><media:description/>
        <podcast:person role="wizard">M</podcast:person><pubDate>the day before yesterday</pubDate></item></channel></rss>"#;

    let feed = parse_text(text).unwrap();

    assert_eq!(feed.items[0].title, "Fine");
    assert_eq!(
        feed.items[0].image_url.as_ref().unwrap().as_str(),
        "https://blog.example/a.jpg"
    );
    assert_eq!(feed.items[0].published, None);
}

#[test]
fn pictures_are_found_wherever_the_formats_put_them() {
    for (inside, path, shows) in [
        (
            "<media:group><media:content url='/s.jpg' medium='image' width='300'/>\
             <media:content url='/film.mp4' type='video/mp4' width='1920'/>\
             <media:content url='/l.jpg' medium='image' width='1200'><media:description>Two boats at low tide</media:description>\
             </media:content><media:content url='/original.jpg' medium='image' width='7000'/></media:group>",
            "/l.jpg",
            Some("Two boats at low tide"),
        ),
        (
            "<media:content url='/a.jpg' medium='image'><media:title>DSC_0042.jpg</media:title></media:content>",
            "/a.jpg",
            None,
        ),
        (
            "<itunes:image href='/cover.jpg'/><enclosure url='/talk.mp3' type='audio/mpeg'/>",
            "/cover.jpg",
            None,
        ),
        (
            "<media:thumbnail url='/thumb.jpg'/><enclosure url='/e.jpg' type='image/jpeg'/>",
            "/e.jpg",
            None,
        ),
        (
            "<enclosure url='https://pixel.wp.com/b.gif' type='image/gif'/><description>&lt;img src='/t.png' alt='A tide table'&gt;</description>",
            "/t.png",
            Some("A tide table"),
        ),
    ] {
        let feed = parse_text(&format!(
            "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>\
             <channel><item><title>Tides</title>{inside}</item></channel></rss>"
        ))
        .unwrap();

        let item = &feed.items[0];
        assert_eq!(item.image_url.as_ref().map(|url| url.path()), Some(path), "{inside}");
        assert_eq!(item.image_alt.as_deref(), shows, "{inside}");
    }
}

#[test]
fn only_a_full_text_has_a_reading_time() {
    let words = "word ".repeat(300);
    let feed = parse_text(&format!(
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>\
         <item><guid>1</guid><content:encoded>{words}</content:encoded></item>\
         <item><guid>2</guid><description>{words}</description></item></channel></rss>"
    ))
    .unwrap();

    assert_eq!(feed.items[0].minutes, Some(2));
    assert_eq!(feed.items[1].minutes, None);
}
