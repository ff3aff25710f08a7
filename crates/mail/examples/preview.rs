//! Writes every mail as an HTML file to look at: `cargo run -p paperround-mail --example preview -- FOLDER`.

use std::{error::Error, fs, path::PathBuf};

use jiff::civil::date;
use paperround_mail::{
    compile::Links,
    render::{self, Announcement, Article, Brand, Digest, Image, Line, Listed, Period, Report},
};

const POST: &str = r#"<p>Most of us do not lie awake because of one great worry, but because the day never really
ended. The good news: <a href="https://blog.example.org/about">small habits</a> work better than large plans.</p>
<h2>What helps on most evenings</h2>
<ol><li>Go to bed at the same time, weekends included.</li><li>Leave the phone outside the bedroom.</li>
<li>Keep the room at 18 degrees, and dark.</li></ol>
<blockquote>If you lie awake for twenty minutes, get up and read a page or two.</blockquote>
<h3>When to ask for help</h3><p>Three bad nights a week, for three months: talk to us.</p>"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name the folder to write to")?);
    fs::create_dir_all(&folder)?;
    let brand = Brand {
        public_name: "The Linden Clinic Journal".into(),
        blog_url: "https://blog.example.org/".parse()?,
        postal_address: "The Linden Clinic\n12 Park Street\nOxford OX1 2AB".into(),
        privacy_url: Some("https://blog.example.org/privacy".parse()?),
        language: "en".into(),
    };
    let links = Links {
        unsubscribe: "https://news.example.org/unsubscribe/x".into(),
        preferences: "https://news.example.org/preferences/x".into(),
    };
    let url = "https://news.example.org/confirm/AQGTlHhVwHfPr2m0cVQzLm8S1pT5vWkE0xYb3DnqUoa9".parse()?;

    let announcement = |articles: &[Article], full_text| {
        let mail = Announcement {
            articles: articles.to_vec(),
            full_text,
        };
        render::announcement(&brand, &mail, &links)
    };
    let articles = articles()?;
    let digest = Digest {
        articles: articles.clone(),
        full_text: false,
        period: Period::Weekly,
        date: date(2026, 11, 24),
    };
    let welcome = render::Welcome {
        newest: None,
        cadence: "weekly tue 09:00".parse()?,
        links: links.clone(),
    };
    let again = render::AlreadySubscribed { links: links.clone() };
    let access = render::AccessLink { url };
    let confirm = render::Confirm {
        url: access.url.clone(),
    };
    let test = render::TestMail {
        relay: "smtp.example.com:587".into(),
    };

    for (name, content) in [
        ("confirm", render::confirm(&brand, &confirm)?),
        ("welcome", render::welcome(&brand, &welcome)?),
        ("already-subscribed", render::already_subscribed(&brand, &again)?),
        ("access-link", render::access_link(&brand, &access)?),
        ("test", render::test_mail(&brand, &test)?),
        ("announcement", announcement(&articles[..1], false)?),
        ("announcement-full", announcement(&articles[..1], true)?),
        ("announcement-several", announcement(&articles, false)?),
        ("digest", render::digest(&brand, &digest, &links)?),
        ("report", render::report(&brand, &report(&articles))?),
    ] {
        fs::write(folder.join(format!("{name}.html")), &content.html)?;
        fs::write(folder.join(format!("{name}.txt")), &content.text)?;
        println!("{name}: {} ({} bytes of HTML)", content.subject, content.html.len());
    }
    Ok(())
}

fn report(articles: &[Article]) -> Report {
    let listed = |article: &Article| Listed::new(&article.title, Some(article.url.as_str()), article.date);
    Report {
        subject: "Sent: Sleeping well when the days get short, and 2 more".into(),
        heading: "312 readers were sent this round-up".into(),
        lines: vec![
            Line::Posts {
                posts: articles.iter().map(listed).collect(),
                more: 0,
            },
            Line::Words("It left on 26 November 2026, 09:00 CET.".into()),
            Line::Words("Not everybody on the list was sent it:".into()),
            Line::Figures {
                figures: vec![
                    (2, "refused by the mail provider".into()),
                    (25, "chose to be mailed less often, and get it at their own time".into()),
                ],
            },
            Line::Command {
                does: "To let it go:".into(),
                command: "paperround mailing approve 01a20f2f-f8b1-7487-816e-b2e083dac610".into(),
            },
        ],
    }
}

fn articles() -> Result<Vec<Article>, Box<dyn Error>> {
    let article = |title: &str, path: &str, day, picture: Option<&str>, excerpt: &str| {
        Ok::<_, Box<dyn Error>>(Article {
            title: title.into(),
            url: format!("https://blog.example.org/{path}").parse()?,
            date: Some(date(2026, 11, day)),
            author: Some("Dr Ann Lee".into()),
            minutes: None,
            image: match picture {
                Some(colours) => Some(Image {
                    url: picture_of(colours).parse()?,
                    alt: "A quiet evening by the window".into(),
                }),
                None => None,
            },
            excerpt: excerpt.into(),
            html: Some(POST.into()),
        })
    };
    Ok(vec![
        article(
            "Sleeping well when the days get short",
            "sleep",
            22,
            Some("%23d9a66c,%2338566b"),
            "Most of us do not lie awake because of one great worry, but because the day never really ended. Five small \
             habits that work better than large plans, and when it is time to ask for help.",
        )?,
        article(
            "Five minutes for your back",
            "back",
            20,
            None,
            "You need no mat and no app. Three movements between two meetings keep the lower back from complaining in \
             the evening.",
        )?,
        article(
            "What to cook when nobody feels like cooking",
            "cook",
            19,
            Some("%23a7bf8f,%23466b52"),
            "A pot of lentils, a lemon and whatever the drawer still holds: dinner in twenty minutes, with leftovers \
             for tomorrow's lunch.",
        )?,
    ])
}

/// A picture that needs no network.
fn picture_of(colours: &str) -> String {
    let (from, to) = colours.split_once(',').unwrap_or((colours, colours));
    format!(
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='1056' height='594'>\
         <linearGradient id='g' x2='0' y2='1'><stop stop-color='{from}'/><stop offset='1' stop-color='{to}'/>\
         </linearGradient><rect width='1056' height='594' fill='url(%23g)'/>\
         <circle cx='760' cy='210' r='90' fill='white' opacity='.55'/></svg>"
    )
}
