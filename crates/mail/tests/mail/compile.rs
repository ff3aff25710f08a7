//! What is compiled and filled, read back by an independent parser, is what went in.

use domain::{EmailAddress, Millis, Random, mailing};
use mail_parser::{Message, MessageParser};
use paperround_mail::{
    compile::{CompileError, Edition, FillError, Head, Kind, Links, Recipient, Sentinel, Template},
    render::Content,
};
use proptest::prelude::*;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn newsletter(from_name: &str, list_name: &str) -> Head {
    Head {
        from_name: from_name.into(),
        from: address("journal@clinic.example"),
        reply_to: Some(address("desk@clinic.example")),
        kind: Kind::Newsletter {
            list_name: list_name.into(),
            list: "018bcfe5-6800-7cd9-84a5-3ea15f18447b".parse().unwrap(),
            mailing: "018bcfe5-6800-76a1-bc5a-b7dc7d24067b".parse().unwrap(),
            brings: mailing::Kind::Announcement,
            host: "news.clinic.example".into(),
        },
    }
}

fn links() -> Links {
    Links {
        unsubscribe: "https://news.clinic.example/unsubscribe/AQ_x-9?a=1&b=2".into(),
        preferences: "https://news.clinic.example/preferences/AQ_x-9".into(),
    }
}

/// Compiles content in which `{u}` and `{p}` stand for the links, and fills it for one reader.
fn wire(subject: &str, text: &str, html: &str, head: &Head, seed: u64) -> String {
    let sentinel = Sentinel::new(&Random::seeded(seed));
    let marks = sentinel.links();
    let marked = |text: &str| {
        text.replace("{u}", &marks.unsubscribe)
            .replace("{p}", &marks.preferences)
    };
    let content = Content {
        subject: subject.into(),
        text: marked(text),
        html: marked(html),
    };
    let template = Template::compile(&Edition::new(content, sentinel), head).unwrap();
    let mut wire = String::new();
    let recipient = Recipient {
        to: &address("ann@example.org"),
        message_id: "0192.7@clinic.example",
        date: Millis::from(1_795_262_400_000),
        links: Some(&links()),
    };
    template.fill(&recipient, &mut wire).unwrap();
    wire
}

fn parsed(wire: &str) -> Message<'_> {
    let content = wire
        .strip_suffix("\r\n.\r\n")
        .expect("the content ends with a dot on a line of its own");
    MessageParser::default().parse(content.as_bytes()).unwrap()
}

/// The two parts, with the line ends that the wire must have.
fn parts<'a>(message: &'a Message<'_>) -> (&'a str, &'a str) {
    let part = |index| message.part(index).and_then(|part| part.text_contents()).unwrap();
    (part(1), part(2))
}

fn on_the_wire(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

proptest! {
    #[test]
    fn whatever_goes_in_comes_out(
        subject in "[a-z]\\PC{0,120}|[a-z][\\s\\S]{0,80}|([a-z]{1,20} ){1,30}|=\\?[a-z?=]{1,20}",
        name in "[a-z]\\PC{0,60}|[a-z][\\s\\S]{0,80}|[a-z\"\\\\ <>@,;:]{1,60}",
        text in "(\\PC{0,100}[\\r\\n\\t .=]{0,3}){0,6}|[\\s\\S]{0,200}|\\.{1,200}|[ \\t\\n.]{0,40}",
        html in "(\\PC{0,40}[<>&=. \\n]{0,3}){0,6}",
        seed in any::<u64>(),
    ) {
        let (text, html) = (format!("{text}{{u}}\n{{p}} {text}"), format!("{html}<a href=\"{{u}}\">{html}{{p}}"));
        let wire = wire(&subject, &text, &html, &newsletter(&name, &name), seed);

        let (head, body) = wire.split_once("\r\n\r\n").unwrap();
        prop_assert!(head.split("\r\n").all(|line| line.len() <= 998));
        prop_assert!(head.split("\r\n").all(|line| line.len() <= 76 || !line.contains("=?utf-8")));
        prop_assert!(body.split("\r\n").all(|line| line.len() <= 76));
        prop_assert!(wire.split("\r\n").all(|line| line == "." || !line.starts_with('.')));
        prop_assert!(wire.bytes().all(|byte| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~')));
        prop_assert!(wire.ends_with("\r\n.\r\n"));
        let sentinel = Sentinel::new(&Random::seeded(seed)).links().unsubscribe;
        prop_assert!(!wire.contains(&sentinel[..sentinel.len() - 1]));

        let message = parsed(&wire);
        let links = links();
        let escaped = (links.unsubscribe.replace('&', "&amp;"), &links.preferences);
        prop_assert_eq!(message.subject().unwrap(), one_line(&subject));
        let from = message.from().unwrap().first().unwrap();
        prop_assert_eq!(from.address().unwrap(), "journal@clinic.example");
        prop_assert_eq!(from.name().unwrap_or_default(), one_line(&name));
        let (got_text, got_html) = parts(&message);
        let text = text.replace("{u}", &links.unsubscribe).replace("{p}", &links.preferences);
        let html = html.replace("{u}", &escaped.0).replace("{p}", escaped.1);
        prop_assert_eq!(got_text, on_the_wire(&text));
        prop_assert_eq!(got_html, on_the_wire(&html));
        let names: Vec<&str> = message.headers().iter().map(mail_parser::Header::name).collect();
        prop_assert_eq!(names, [
            "From", "Reply-To", "Subject", "List-ID", "Feedback-ID", "Precedence", "To", "Date", "Message-ID",
            "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
        ]);
    }
}

#[test]
fn a_newsletter_bears_the_fields_that_mailbox_providers_ask_for() {
    let wire = wire(
        "Sleeping well",
        "Hello\n{u}\n",
        "<p>Hello {u}</p>",
        &newsletter("The Journal", "The Journal"),
        1,
    );

    insta::assert_snapshot!(wire.replace("\r\n", "\n"), @r#"
    From: "The Journal" <journal@clinic.example>
    Reply-To: <desk@clinic.example>
    Subject: Sleeping well
    List-Id: "The Journal"
     <018bcfe568007cd984a53ea15f18447b.news.clinic.example>
    Feedback-ID: 018bcfe5680076a1bc5ab7dc7d24067b:018bcfe568007cd984a53ea15f18447b:announcement:paperround
    Precedence: bulk
    To: ann@example.org
    Date: Sat, 21 Nov 2026 12:00:00 +0000
    Message-ID: <0192.7@clinic.example>
    List-Unsubscribe: <https://news.clinic.example/unsubscribe/AQ_x-9?a=1&b=2>
    List-Unsubscribe-Post: List-Unsubscribe=One-Click
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_paperround"

    --=_paperround
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Hello
    https://news.clinic.example/unsubscribe/AQ_x-9?a=3D1&b=3D2=


    --=_paperround
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    <p>Hello=20=
    https://news.clinic.example/unsubscribe/AQ_x-9?a=3D1&amp;b=3D2=
    </p>
    --=_paperround--
    .
    "#);
}

#[test]
fn a_confirmation_says_that_a_machine_sent_it_and_belongs_to_no_list() {
    let head = Head {
        kind: Kind::Automatic,
        reply_to: None,
        ..newsletter("Études", "")
    };

    let wire = wire("Bitte bestätigen", "Hallo", "<p>Hallo</p>", &head, 1);

    let (head, _) = wire.split_once("\r\n\r\n").unwrap();
    insta::assert_snapshot!(head.replace("\r\n", "\n"), @r#"
    From: =?utf-8?B?w4l0dWRlcw==?=
     <journal@clinic.example>
    Subject: =?utf-8?B?Qml0dGUgYmVzdMOkdGlnZW4=?=
    Auto-Submitted: auto-generated
    To: ann@example.org
    Date: Sat, 21 Nov 2026 12:00:00 +0000
    Message-ID: <0192.7@clinic.example>
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_paperround"
    "#);
}

#[test]
fn no_value_of_a_recipient_can_start_a_field_of_its_own() {
    let sentinel = Sentinel::new(&Random::seeded(1));
    let content = Content {
        subject: "News\r\nBcc: eve@example.org".into(),
        text: sentinel.links().unsubscribe,
        html: sentinel.links().preferences,
    };
    let head = newsletter("A\r\nBcc: eve@example.org", "B\nBcc: eve@example.org");
    let template = Template::compile(&Edition::new(content, sentinel), &head).unwrap();
    let hostile = Links {
        unsubscribe: "https://x/>\r\nBcc: eve@example.org\r\n\r\n.\r\n".into(),
        preferences: "\"><script>\r\n.\r\n".into(),
    };
    let mut wire = String::new();

    template
        .fill(
            &Recipient {
                to: &address("ann@example.org"),
                message_id: "x>\r\nBcc: eve@example.org",
                date: Millis::from(0),
                links: Some(&hostile),
            },
            &mut wire,
        )
        .unwrap();

    let message = parsed(&wire);
    assert!(message.header("Bcc").is_none());
    assert_eq!(wire.matches("\r\n.\r\n").count(), 1);
    assert_eq!(parts(&message).1, "&quot;&gt;&lt;script&gt;\r\n.\r\n");
}

#[test]
fn every_process_compiles_a_stored_edition_to_the_same_bytes() {
    let sentinel = Sentinel::new(&Random::seeded(9));
    let text = format!("Hello {}", sentinel.links().unsubscribe);
    let content = Content {
        subject: "News".into(),
        text: text.clone(),
        html: text,
    };
    let edition = Edition::new(content, sentinel);
    let stored = serde_json::to_string(&edition).unwrap();
    let fill = |edition: &Edition| {
        let mut wire = String::from("left from the last");
        let recipient = Recipient {
            to: &address("ann@example.org"),
            message_id: "1@clinic.example",
            date: Millis::from(0),
            links: Some(&links()),
        };
        let template = Template::compile(edition, &newsletter("J", "J")).unwrap();
        template.fill(&recipient, &mut wire).unwrap();
        wire
    };

    assert_eq!(fill(&serde_json::from_str(&stored).unwrap()), fill(&edition));
}

#[test]
fn a_mail_with_a_hole_for_links_is_not_filled_without_them() {
    let sentinel = Sentinel::new(&Random::seeded(1));
    let content = Content {
        subject: "News".into(),
        text: sentinel.links().unsubscribe,
        html: String::new(),
    };
    let head = Head {
        kind: Kind::Automatic,
        ..newsletter("J", "J")
    };
    let template = Template::compile(&Edition::new(content.clone(), sentinel), &head).unwrap();
    let recipient = Recipient {
        to: &address("ann@example.org"),
        message_id: "1@clinic.example",
        date: Millis::from(0),
        links: None,
    };

    assert_eq!(template.fill(&recipient, &mut String::new()), Err(FillError::NoLinks));
    let subject = Content {
        subject: content.text.clone(),
        ..content
    };
    let edition = Edition::new(subject, Sentinel::new(&Random::seeded(1)));
    assert_eq!(
        Template::compile(&edition, &head).err(),
        Some(CompileError::SubjectHole)
    );
}
