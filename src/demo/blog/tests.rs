//! The sample blog, page by page.

use askama::Template;

use super::*;
use crate::pages::{
    snippet::FormSnippet,
    tour::{Step, Tour},
};

const NOW: i64 = 1_795_354_260_000;

fn tour(step: Step, next_post: Option<&str>) -> Tour<'_> {
    Tour {
        start: "/demo",
        blog: "/demo/blog/",
        inbox: "/inbox",
        publish: "/demo/publish",
        next_post,
        step,
    }
}

fn site() -> Site<'static> {
    Site {
        blog: "/demo/blog",
        form: FormSnippet {
            public_url: "http://127.0.0.1:8080",
            list: "wellness",
            consent: "Yes, email me new posts.",
            wording: 1,
            privacy: Some("/demo/blog/privacy"),
        },
        tour: tour(Step::Subscribe, None),
    }
}

#[test]
fn three_posts_are_out_when_the_demo_begins_and_two_more_can_be_published() {
    let mut out = opening(NOW.into());
    assert_eq!(out.len(), 3);
    assert!(out.is_sorted_by(|a, b| a.published > b.published));

    let mut published = Vec::new();
    while let Some(post) = next(&out) {
        published.push(post.slug);
        out.insert(
            0,
            Entry {
                post,
                published: NOW.into(),
            },
        );
    }

    assert_eq!(published, ["desk-shoulders", "calm-cold-season"]);
}

#[test]
fn a_post_has_what_a_clinics_post_has() {
    for post in &POSTS {
        let entry = Entry {
            post,
            published: NOW.into(),
        };
        let html = PostPage { site: site(), entry }.render().unwrap();

        for part in [
            "<html lang=\"en\">",
            "Updated: 22 November 2026",
            "<h1>",
            "<h2>",
            "<ol>",
            "Written by",
            "Medically reviewed by",
        ] {
            assert!(html.contains(part), "{part} in {}", post.slug);
        }
        assert!(
            html.contains(&format!("/demo/blog/media/{}.png", post.slug)),
            "{}",
            post.slug
        );
    }
}

#[test]
fn the_form_on_the_blog_is_the_snippet_that_a_user_pastes() {
    let entries = opening(NOW.into());
    let snippet = site().form.render().unwrap();

    let html = Index {
        site: site(),
        entries: &entries,
    }
    .render()
    .unwrap();

    assert!(html.contains(&snippet));
    assert!(snippet.contains("Subscribe to our mailing list for more blogs sent straight to your inbox!"));
    assert!(snippet.contains(r#"action="http://127.0.0.1:8080/subscribe""#));
}

#[test]
fn the_feed_is_written_as_a_site_builder_writes_it() {
    let entries = opening(NOW.into());

    let xml = Feed {
        blog: "http://127.0.0.1:8080/demo/blog",
        entries: &entries,
    }
    .render()
    .unwrap();

    assert!(xml.contains("<generator>RSS for Node</generator>"));
    assert!(xml.contains("<title><![CDATA[Sleep &#38; light: a gentler way to fall asleep]]></title>"));
    assert!(xml.contains(r#"<guid isPermaLink="false">672e5c3d1fa09be7468d2c03</guid>"#));
    assert!(xml.contains("<pubDate>Mon, 16 Nov 2026 13:31:00 GMT</pubDate>"));
    assert!(xml.contains(r#"media/sleep-and-light.png" length="0" type="image/png"/>"#));
    assert_eq!(xml.matches("]]>").count(), 2 + 3 * entries.len());
}

#[test]
fn the_first_page_offers_the_next_post_until_all_are_out() {
    let page = |next_post| Start {
        tour: tour(Step::Publish, next_post),
        list: "/l/wellness",
        embed: "/embed/wellness",
    };

    let before = page(Some("Desk shoulders")).render().unwrap();
    let after = page(None).render().unwrap();

    assert!(before.contains("“Desk shoulders”"));
    assert!(before.contains(r#"action="/demo/publish""#));
    assert!(!after.contains(r#"action="/demo/publish""#));
}
