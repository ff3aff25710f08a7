//! What holds for every page, tried on every page.

use askama::Template;
use domain::{Millis, subscription::State};

use super::{
    access::{Access, Door, Erased, Notice, Subscription},
    confirm::{Confirm, ConfirmationSentAgain, Confirmed, DeadConfirmation},
    field,
    inbox::{Inbox, Mail, Row, View},
    leave::{Instead, Leave, Left, Returned},
    list::{EmbedPage, HowOften, ListFace, ListPage, SignupForm},
    message::Message,
    preferences::{self, FreshLinkSent, Preferences, Topic},
    signup::{EmbedSignedUp, SignedUp},
    snippet::{FormSnippet, FrameSnippet},
    tour::{Step, Tour},
};

const HOSTILE: &str = r#""'><script>alert(1)</script><img src=x onerror=alert(1)>"#;

fn face(text: &str) -> ListFace<'_> {
    ListFace {
        joins_at: Some(text),
        name: text,
        sentence: text,
        how_often: text,
        home: Some(text),
        privacy: Some(text),
    }
}

/// Two ways of how often, of which the second is chosen.
fn cadences(text: &str) -> [HowOften<'_>; 2] {
    [false, true].map(|chosen| HowOften {
        value: text,
        words: text,
        next: Some(text),
        chosen,
    })
}

fn form<'a>(text: &'a str, cadences: &'a [HowOften<'a>]) -> SignupForm<'a> {
    SignupForm {
        action: text,
        list: text,
        email: text,
        error: Some(text),
        cadences,
        cadence_error: Some(text),
        consent: text,
        wording: 1,
        privacy: Some(text),
        form: text,
        page: text,
    }
}

fn tour(text: &str, step: Step) -> Tour<'_> {
    Tour {
        start: text,
        blog: text,
        inbox: text,
        publish: text,
        next_post: Some(text),
        step,
    }
}

fn row(text: &str) -> Row<'_> {
    Row {
        id: text,
        from: text,
        to: text,
        subject: text,
        at: Millis::from(1_795_354_260_000),
    }
}

fn mail<'a>(text: &'a str, view: View<'a>) -> Mail<'a> {
    Mail {
        base: text,
        row: row(text),
        view,
        tour: Some(tour(text, Step::Arrive)),
    }
}

/// Every page with `text` in every field, by name.
fn pages(text: &str) -> Vec<(&'static str, String)> {
    let cadences = &cadences(text);
    let (list, form) = (face(text), form(text, cadences));
    let subscriptions = State::ALL.iter().map(|&state| Subscription {
        key: text,
        name: text,
        how_often: text,
        state,
    });
    let subscriptions = subscriptions.collect::<Vec<_>>();
    let access = Access {
        address: text,
        name: text,
        subscriptions: &subscriptions,
        action: text,
        notice: Some(Notice::TickToErase),
    };
    let signed_up = SignedUp {
        list,
        from_name: text,
        from_address: text,
        subject: text,
        wording: Some(1),
        form,
    };
    let embed_signed_up = EmbedSignedUp {
        list,
        from_name: text,
        subject: text,
        correct: text,
        wording: Some(1),
        form,
    };
    let confirm = Confirm {
        list,
        masked: text,
        action: text,
        press: false,
    };
    let confirmed = Confirmed {
        list,
        from_name: text,
        from_address: text,
    };
    let sent_again = ConfirmationSentAgain {
        list,
        from_name: text,
        subject: text,
    };
    let preferences = Preferences {
        list,
        masked: text,
        subscribed: true,
        cadences,
        topics: &[true, false].map(|chosen| Topic { name: text, chosen }),
        paused_until: Some(text),
        weeks: &[1, 2],
        action: text,
        notice: Some(preferences::Notice::Refused(text)),
    };
    let fresh_link = FreshLinkSent {
        list,
        masked: text,
        from_name: text,
        subject: text,
    };
    let leave = Leave {
        list,
        masked: text,
        action: text,
    };
    let left = Left {
        list,
        masked: text,
        undo: Some(text),
        instead: Some(Instead {
            cadence: text,
            words: text,
        }),
    };
    let returned = Returned {
        list,
        masked: text,
        instead: Some(text),
    };
    let inbox = Inbox {
        base: text,
        mails: &[row(text)],
        is_newest: true,
        older: Some(text),
        tour: Some(tour(text, Step::Confirm)),
    };
    vec![
        ("list", shown(&ListPage { list, form })),
        ("embed", shown(&EmbedPage { list, form })),
        ("signed up", shown(&signed_up)),
        ("embed, signed up", shown(&embed_signed_up)),
        ("confirm", shown(&confirm)),
        ("confirm, pressed by itself", shown(&Confirm { press: true, ..confirm })),
        ("confirmed", shown(&confirmed)),
        ("dead confirmation", shown(&DeadConfirmation { list, again: text })),
        ("confirmation sent again", shown(&sent_again)),
        ("leave", shown(&leave)),
        ("left", shown(&left)),
        ("left long ago", shown(&Left { undo: None, ..left })),
        ("left, with nothing slower", shown(&Left { instead: None, ..left })),
        ("returned", shown(&returned)),
        (
            "returned as before",
            shown(&Returned {
                instead: None,
                ..returned
            }),
        ),
        ("preferences", shown(&preferences)),
        (
            "preferences after leaving",
            shown(&Preferences {
                subscribed: false,
                ..preferences
            }),
        ),
        ("fresh link sent", shown(&fresh_link)),
        ("access", shown(&access)),
        ("door", shown(&Door { action: text })),
        ("erased", shown(&Erased)),
        ("not found", shown(&Message::NOT_FOUND)),
        ("dead link", shown(&Message::DEAD_LINK)),
        ("unknown list", shown(&Message::UNKNOWN_LIST)),
        ("bad request", shown(&Message::BAD_REQUEST)),
        ("too many requests", shown(&Message::TOO_MANY_REQUESTS)),
        ("busy", shown(&Message::BUSY)),
        ("inbox", shown(&inbox)),
        ("mail", shown(&mail(text, View::Html))),
        ("mail's text", shown(&mail(text, View::Text(text)))),
        ("mail's headers", shown(&mail(text, View::Headers(&[(text, text)])))),
    ]
}

fn shown(page: &impl Template) -> String {
    page.render().unwrap()
}

#[test]
fn every_page_has_a_language_a_title_and_one_main_part_under_one_heading() {
    for (name, html) in pages("Willow & Bay") {
        assert!(html.starts_with("<!doctype html>\n<html lang=\"en\""), "{name}");
        assert!(!html.contains("<title></title>"), "{name}");
        for tag in ["<title>", "<main", "<h1"] {
            assert_eq!(html.matches(tag).count(), 1, "{tag} in {name}");
        }
    }
}

#[test]
fn what_comes_from_outside_is_text_on_every_page() {
    for (name, html) in pages(HOSTILE) {
        assert!(!html.contains("<script>"), "{name}: {html}");
        assert!(!html.contains("<img"), "{name}: {html}");
        assert!(!html.contains(r#"""'>"#), "an attribute was closed on {name}: {html}");
    }
}

#[test]
fn no_page_has_a_script_or_style_of_its_own_text() {
    for (name, html) in pages("Willow & Bay") {
        assert!(!html.contains("<style"), "{name}");
        assert!(!html.contains(" style="), "{name}");
        for handler in [" onclick=", " onload=", " onsubmit=", " onerror="] {
            assert!(!html.contains(handler), "{name}");
        }
        let scripts = html.matches("<script").count();
        assert_eq!(scripts, html.matches(" defer></script>").count(), "{name}");
        assert_eq!(
            scripts,
            usize::from(["confirm, pressed by itself", "inbox"].contains(&name)),
            "{name}"
        );
    }
}

#[test]
fn opening_a_page_changes_nothing_because_every_form_posts() {
    for (name, html) in pages("Willow & Bay") {
        assert_eq!(
            html.matches("<form").count(),
            html.matches("method=\"post\"").count(),
            "{name}"
        );
    }
}

#[test]
fn a_sign_up_form_sends_the_fields_that_handlers_read() {
    let form = shown(&form("x", &cadences("x")));
    let snippet = shown(&FormSnippet {
        public_url: "https://news.example.org",
        list: "blog",
        consent: "Yes.",
        wording: 1,
        privacy: None,
    });

    for name in [field::LIST, field::EMAIL, field::TRAP, field::FORM, field::WORDING] {
        assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
        assert!(snippet.contains(&format!("name=\"{name}\"")), "{name} in the snippet");
    }
    assert!(form.contains(&format!("name=\"{}\"", field::PAGE)));
    assert!(form.contains(&format!("<select id=\"cadence\" name=\"{}\"", field::CADENCE)));
}

#[test]
fn the_preference_page_sends_the_fields_that_handlers_read() {
    let pages = pages("x");
    let html = &pages.iter().find(|(name, _)| *name == "preferences").unwrap().1;

    for name in [field::CADENCE, field::TOPIC, field::WEEKS] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}");
    }
    for value in [
        field::SAVE,
        field::PAUSE,
        field::RESUME,
        field::LEAVE,
        field::FRESH_LINK,
    ] {
        let button = format!("name=\"{}\" value=\"{value}\"", field::DO);
        assert_eq!(html.matches(&button).count(), 1, "{value}");
    }
}

#[test]
fn a_form_that_was_sent_is_sent_again_with_what_was_chosen() {
    for (name, html) in pages("x").iter().filter(|(name, _)| name.ends_with("signed up")) {
        assert!(
            html.contains(r#"<input type="hidden" name="cadence" value="x">"#),
            "{name}"
        );
    }
}

#[test]
fn the_access_page_sends_the_fields_that_handlers_read() {
    let pages = pages("x");
    let html = &pages.iter().find(|(name, _)| *name == "access").unwrap().1;

    for name in [field::NAME, field::SURE, field::LIST] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}");
    }
    for value in [field::RENAME, field::LEAVE, field::DOWNLOAD, field::ERASE] {
        assert!(
            html.contains(&format!("name=\"{}\" value=\"{value}\"", field::DO)),
            "{value}"
        );
    }
}

#[test]
fn a_malformed_address_stays_in_its_field_with_the_message_beside_it() {
    let html = shown(&SignupForm {
        email: "ann@@example",
        error: Some("That does not look like an email address."),
        ..form("x", &[])
    });

    assert!(html.contains(r#"value="ann@@example" aria-invalid="true" aria-describedby="email-error""#));
    assert!(html.contains(r#"id="email-error" role="alert">That does not look like an email address."#));
}

#[test]
fn a_snippet_with_a_hostile_name_is_still_one_frame() {
    let html = shown(&FrameSnippet {
        public_url: "https://news.example.org",
        list: "blog",
        name: HOSTILE,
    });

    assert_eq!(html.matches('<').count(), 2);
}
