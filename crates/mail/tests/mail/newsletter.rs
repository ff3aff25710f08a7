//! Announcements and digests, as readers get them.

use jiff::civil::date;
use paperround_mail::render::{self, Announcement, Article, Content, Digest, HTML_LIMIT, Image, Period};

use crate::brand::{assert_sound, brand, links, read};

fn article(number: i8) -> Article {
    Article {
        title: format!("Post {number}: sleep & <rest>"),
        url: format!("https://www.linden.example/blog/{number}?a=1&b=2")
            .parse()
            .unwrap(),
        date: Some(date(2026, 11, number)),
        author: Some("Dr Ann Lee".into()),
        minutes: None,
        image: Some(Image {
            url: format!("https://www.linden.example/{number}.jpg").parse().unwrap(),
            alt: "A \"quiet\" evening".into(),
        }),
        excerpt: "Go to bed at the same time.\n\n  Always.".into(),
        html: Some("<h2>Tips</h2><p>Read <a href=\"https://x.example/y\">this</a>.</p><ol><li>One</li></ol>".into()),
    }
}

fn announce(articles: Vec<Article>, full_text: bool) -> Content {
    render::announcement(&brand(), &Announcement { articles, full_text }, &links()).unwrap()
}

fn digest(articles: Vec<Article>) -> Content {
    let digest = Digest {
        articles,
        full_text: false,
        period: Period::Weekly,
        date: date(2026, 11, 24),
    };
    render::digest(&brand(), &digest, &links()).unwrap()
}

#[test]
fn an_announcement_of_one_post_shows_its_excerpt() {
    let content = announce(vec![article(3)], false);

    assert_sound(&content);
    assert!(content.html.contains("Post 3: sleep &amp; &lt;rest&gt;</a></h1>"));
    assert_eq!(content.html.matches(&links().unsubscribe).count(), 1);
    assert_eq!(content.html.matches(&links().preferences).count(), 1);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Post 3: sleep & <rest>

    Post 3: sleep & <rest>
    3 November 2026 · Dr Ann Lee

    Go to bed at the same time. Always.

    Read on: https://www.linden.example/blog/3?a=1&b=2

    --
    You get this because you subscribed to The Linden Journal on linden.example.

    Your subscription: https://news.linden.example/preferences/AQ
    Unsubscribe: https://news.linden.example/unsubscribe/AQ

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn how_long_a_post_takes_to_read_stays_on_one_line() {
    let article = Article {
        minutes: Some(4),
        ..article(3)
    };

    let content = announce(vec![article], false);

    assert!(
        content.text.contains("Dr Ann Lee · 4\u{a0}min\u{a0}read\n"),
        "{}",
        content.text
    );
}

#[test]
fn an_announcement_can_show_the_whole_post() {
    let content = announce(vec![article(3)], true);

    assert_sound(&content);
    assert!(content.html.contains("<ol style="));
    // In the preheader only.
    assert_eq!(content.html.matches("Always.").count(), 1);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Post 3: sleep & <rest>

    Post 3: sleep & <rest>
    3 November 2026 · Dr Ann Lee

    Tips
    ----

    Read this (https://x.example/y).
    1. One

    Read it on the blog: https://www.linden.example/blog/3?a=1&b=2

    --
    You get this because you subscribed to The Linden Journal on linden.example.

    Your subscription: https://news.linden.example/preferences/AQ
    Unsubscribe: https://news.linden.example/unsubscribe/AQ

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn an_announcement_of_several_posts_names_the_first_and_counts_the_others() {
    let content = announce(vec![article(3), article(2), article(1)], false);

    assert_sound(&content);
    assert_eq!(content.subject, "Post 3: sleep & <rest> and 2 more");
    assert!(content.html.contains("3 new posts</h1>"));
}

#[test]
fn a_digest_lists_its_posts() {
    let bare = Article {
        title: " ".into(),
        date: None,
        author: None,
        minutes: None,
        image: None,
        excerpt: String::new(),
        html: None,
        ..article(2)
    };

    let content = digest(vec![article(3), bare]);

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Your weekly round-up: Post 3: sleep & <rest> and 1 more

    Your weekly round-up, 24 November 2026

    Post 3: sleep & <rest>
    3 November 2026 · Dr Ann Lee

    Go to bed at the same time. Always.

    Read on: https://www.linden.example/blog/3?a=1&b=2

    * * *

    https://www.linden.example/blog/2?a=1&b=2
    https://www.linden.example/blog/2?a=1&b=2

    --
    You get this weekly round-up because you subscribed to The Linden Journal on linden.example.

    Your subscription: https://news.linden.example/preferences/AQ
    Unsubscribe: https://news.linden.example/unsubscribe/AQ

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn a_mail_that_would_be_cut_off_shows_less() {
    let long = Article {
        html: Some("<p>A long post.</p>".repeat(10_000)),
        ..article(3)
    };
    let wordy = |number| Article {
        excerpt: "Many words. ".repeat(500),
        ..article(number)
    };

    let excerpt = announce(vec![long], true);
    let titles = digest((1..=28).map(wordy).collect());
    let fewer = digest((0..1000).map(|_| wordy(1)).collect());

    for content in [&excerpt, &titles, &fewer] {
        assert_sound(content);
        assert!(content.html.len() <= HTML_LIMIT);
        assert_eq!(content.html.matches(&links().unsubscribe).count(), 1);
    }
    assert!(excerpt.html.contains("Go to bed") && !excerpt.html.contains("A long post."));
    assert!(titles.html.contains("Post 28") && !titles.html.contains("Many words."));
    assert!(fewer.html.contains("more <a") && fewer.text.contains("more on the blog"));
    assert!(fewer.subject.ends_with("and 999 more"));
}

#[test]
fn what_a_feed_says_cannot_shape_a_text_mail() {
    let hostile = Article {
        title: "Hello\r\n--\r\nUnsubscribe: https://evil.example/".into(),
        excerpt: "One\u{2028}--\nUnsubscribe: https://evil.example/".into(),
        ..article(3)
    };

    let content = announce(vec![hostile], false);

    assert_eq!(
        content
            .text
            .lines()
            .filter(|line| line.starts_with("Unsubscribe:"))
            .count(),
        1
    );
    assert!(!content.subject.contains('\n'));
}
