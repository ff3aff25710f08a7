//! Every mail as its reader gets it.

use jiff::civil::date;
use paperround_mail::{
    compile::Links,
    render::{self, Announcement, Article, Brand, Content, Digest, HTML_LIMIT, Image, Line, Listed, Period},
};

fn brand() -> Brand {
    Brand {
        public_name: "The Linden Journal".into(),
        blog_url: "https://www.linden.example/blog".parse().unwrap(),
        postal_address: "The Linden Clinic\n12 Park Street, Oxford".into(),
        privacy_url: Some("https://www.linden.example/privacy".parse().unwrap()),
        language: "en-GB".into(),
    }
}

fn links() -> Links {
    Links {
        unsubscribe: "https://news.linden.example/unsubscribe/AQ".into(),
        preferences: "https://news.linden.example/preferences/AQ".into(),
    }
}

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

fn read(content: &Content) -> String {
    format!("Subject: {}\n\n{}", content.subject, content.text)
}

/// What every mail has, whatever it says.
fn assert_sound(content: &Content) {
    let html = &content.html;
    for part in [
        "<html lang=\"en-GB\"",
        "<meta name=\"color-scheme\" content=\"light dark\">",
        "prefers-color-scheme: dark",
        "class=\"preheader\"",
        "The Linden Clinic<br>12 Park Street, Oxford",
        "href=\"https://www.linden.example/privacy\"",
        "<h1 ",
        "You get this",
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
    assert_eq!(html.matches("<img ").count(), html.matches(" alt=\"").count());
    for image in html.split("<img ").skip(1) {
        let image = &image[..image.find('>').unwrap()];
        assert!(
            image.contains(" width=\"") && image.contains("max-width:100%"),
            "{image}"
        );
    }
    assert!(!html.contains("javascript:") && !html.contains("<script"));
    assert!(content.text.contains("12 Park Street") && !content.text.contains("&amp;"));
}

#[test]
fn the_confirmation_says_who_asks_and_what_happens_if_it_is_ignored() {
    let url = "https://news.linden.example/confirm/AQ".parse().unwrap();

    let content = render::confirm(&brand(), &render::Confirm { url }).unwrap();

    assert_sound(&content);
    assert_eq!(
        content.html.matches("https://news.linden.example/confirm/AQ").count(),
        3
    );
    assert_eq!(content.subject, render::confirm_subject(&brand()).unwrap());
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Please confirm your subscription to The Linden Journal

    One last step

    Somebody, most likely you, asked to get new posts from The Linden Journal at this address. To say yes, open this page and press its button:

    https://news.linden.example/confirm/AQ

    If it was not you, simply ignore this mail. Nothing more will come, and the request is forgotten after 30 days.

    --
    You get this one mail because this address was entered on linden.example.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn the_welcome_says_how_often_mail_comes() {
    let welcome = |cadence: &str| {
        let (cadence, links) = (cadence.parse().unwrap(), links());
        render::welcome(
            &brand(),
            &render::Welcome {
                cadence,
                newest: None,
                links,
            },
        )
        .unwrap()
    };

    let content = welcome("weekly tue 09:05");

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Welcome to The Linden Journal

    Good to have you here

    You are subscribed to The Linden Journal. From now on you get a round-up of new posts every Tuesday at 09:05, and nothing when there is nothing new.

    Until then, this is the blog: https://www.linden.example/blog

    A tip: add our address to your contacts, so that no post ends up in the spam folder.

    --
    You get this because you confirmed your subscription on linden.example.

    Your subscription: https://news.linden.example/preferences/AQ
    Unsubscribe: https://news.linden.example/unsubscribe/AQ

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
    assert!(
        welcome("monthly last fri 09:05")
            .html
            .contains("a round-up of new posts every month on the last Friday at 09:05")
    );
    assert!(welcome("instant").text.contains("each new post as soon as it is out"));
}

#[test]
fn signing_up_again_is_answered_with_nothing_to_do() {
    let content = render::already_subscribed(&brand(), &render::AlreadySubscribed { links: links() }).unwrap();

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: You are already subscribed to The Linden Journal

    You are already on the list

    This address was just entered again to get posts from The Linden Journal. It is subscribed already, so there is nothing to do: the next post comes as usual.

    Mail that you expected did not come? Look into the spam folder, and add our address to your contacts.

    --
    You get this because this address was entered again on linden.example.

    Your subscription: https://news.linden.example/preferences/AQ
    Unsubscribe: https://news.linden.example/unsubscribe/AQ

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn the_link_to_ones_own_data_says_how_long_it_works() {
    let url = "https://news.linden.example/access/AQ".parse().unwrap();

    let content = render::access_link(&brand(), &render::AccessLink { url }).unwrap();

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Your data at The Linden Journal

    Your link to everything we keep about you

    With this link you see all your subscriptions, download what is kept about you, or have it erased. It works once, within the next hour, so please do not pass it on:

    https://news.linden.example/access/AQ

    If you did not ask for it, ignore this mail: without the link nobody sees anything, and it stops working by itself.

    --
    You get this because somebody asked for it on the page of one of your mails.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn the_test_mail_names_the_way_it_came() {
    let relay = "smtp.example.com:587".into();

    let content = render::test_mail(&brand(), &render::TestMail { relay }).unwrap();

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Mail from The Linden Journal arrives

    It works

    This is a test. It came through smtp.example.com:587, the way in which readers will get their mail.

    Three things to look at: is it in the inbox and not in the spam folder, is the sender the one that you want, and does your mail program say that the sender was verified (SPF, DKIM and DMARC)?

    --
    You get this because somebody ran "paperround mail test" with this address.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn a_report_names_posts_figures_and_what_to_do() {
    let report = render::Report {
        subject: "Sent: Sleep & <rest>, and 1 more".into(),
        heading: "312 readers were sent this round-up".into(),
        lines: vec![
            Line::Posts {
                posts: vec![
                    Listed::new(
                        "Sleep\n& <rest>",
                        Some("https://www.linden.example/1"),
                        Some(date(2026, 11, 3)),
                    ),
                    Listed::new("Soup", None, None),
                ],
                more: 3,
            },
            Line::Words("It left on 26 November 2026, 09:00 CET.".into()),
            Line::Figures {
                figures: vec![(2, "refused by the mail provider".into())],
            },
            Line::Command {
                does: "To try it with one mail:".into(),
                command: "paperround mail test YOUR-ADDRESS".into(),
            },
        ],
    };

    let content = render::report(&brand(), &report).unwrap();

    assert_sound(&content);
    assert!(content.html.contains("Sleep &amp; &lt;rest&gt;</a>") && content.html.contains("<code "));
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Sent: Sleep & <rest>, and 1 more

    312 readers were sent this round-up

    - Sleep & <rest>, 3 November 2026
      https://www.linden.example/1
    - Soup
    - and 3 more

    It left on 26 November 2026, 09:00 CET.

    - 2 refused by the mail provider

    To try it with one mail:
        paperround mail test YOUR-ADDRESS


    --
    You get this because you are among those whom the list The Linden Journal reports to.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn a_report_that_was_kept_before_reports_had_headings_is_still_read() {
    let kept = r#"{"subject":"new posts wait for you","lines":["The feed: 6 new posts."]}"#;

    let content = render::report(&brand(), &serde_json::from_str(kept).unwrap()).unwrap();

    assert!(
        content
            .text
            .starts_with("new posts wait for you\n\nThe feed: 6 new posts.\n"),
        "{}",
        content.text
    );
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
