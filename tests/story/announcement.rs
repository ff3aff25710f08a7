//! The story of a list that is mailed right away.

use insta::{allow_duplicates, assert_snapshot};
use testkit::{Mail, on_both_engines, smtp_sink::Accepted};

use super::{ANN, BOB, CONFIRMATION, DAY, HOUR, Story, WELCOME, path};
use crate::support::Answer;

impl Story {
    /// Does what a mail program does when its reader presses "unsubscribe" (RFC 8058, section 3.2).
    async fn press_unsubscribe(&self, mail: &Mail) -> Answer {
        let link = mail.header("List-Unsubscribe").unwrap();
        let link = link.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap();
        let field = mail.header("List-Unsubscribe-Post").unwrap().split_once('=').unwrap();
        self.app.web.post(&path(link), &[field]).await
    }
}

on_both_engines! {
    async fn a_reader_signs_up_confirms_gets_the_next_post_once_and_leaves_by_one_click(story: Story) {
        let mut story = story;
        story.join(BOB).await;

        let signed_up = story.sign_up(ANN).await;
        let confirm = path(&story.newest(ANN).link("/confirm/"));
        let opened = [story.app.web.get(&confirm).await, story.app.web.get(&confirm).await];
        story.app.pass(HOUR).await;

        assert_eq!(signed_up.heading(), "Now check your inbox");
        assert!(opened.iter().all(|answer| answer.heading() == "One press, and you are on the list"));
        assert_eq!(story.subjects(ANN), [CONFIRMATION], "opening the link confirms nothing");

        let pressed = story.app.web.post(&confirm, &[]).await;
        story.connect_feed().await;
        story.app.pass(DAY).await;

        assert_eq!(pressed.heading(), "You are on the list");
        assert_eq!(story.subjects(ANN), [CONFIRMATION, WELCOME], "what was in the feed is not mailed");

        story.publish("Sleep well");
        story.app.pass(HOUR).await;
        story.app.pass(DAY).await;

        let log = story.sink.log();
        let announcement = log.to(ANN).last().unwrap();
        assert_eq!(story.subjects(ANN), [CONFIRMATION, WELCOME, "Sleep well"]);
        assert_eq!(announcement.sender, "news@elmstreet.example");
        assert_header_of(announcement);
        let announcement = announcement.mail();
        assert!(announcement.links().contains(&"https://elmstreet.example/post/sleep-well".to_owned()));

        let left = story.press_unsubscribe(&announcement).await;
        story.publish("Eat well");
        story.app.pass(HOUR).await;

        assert_eq!((left.status.as_u16(), left.header("set-cookie")), (200, ""));
        assert_eq!(story.subjects(ANN), [CONFIRMATION, WELCOME, "Sleep well"]);
        assert_eq!(story.subjects(BOB), [CONFIRMATION, WELCOME, "Sleep well", "Eat well"]);
    }
}

/// The whole header: a field that is not here would be one that nobody answers for.
fn assert_header_of(announcement: &Accepted) {
    let raw = str::from_utf8(announcement.raw.as_ref().unwrap()).unwrap();
    let (header, _) = raw.split_once("\r\n\r\n").unwrap();
    let unfolded = header.replace("\r\n ", " ");
    let lines = unfolded.split("\r\n").map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        let shown = match name {
            "Date" => "[date]".to_owned(),
            "Message-ID" => hidden(value, "<", "@", "[id]"),
            "List-Id" => hidden(value, "<", ".", "[list]"),
            "Feedback-ID" => format!("[mailing]:[list]:{}", value.splitn(3, ':').last().unwrap()),
            "List-Unsubscribe" => hidden(value, "/unsubscribe/", ">", "[token]"),
            "Content-Type" => hidden(value, "boundary=\"", "\"", "[boundary]"),
            _ => value.to_owned(),
        };
        format!("{name}: {shown}")
    });
    let shown = lines.collect::<Vec<_>>().join("\n");

    allow_duplicates! {
        assert_snapshot!(shown, @r#"
        From: "Dr. Ann Lee" <news@elmstreet.example>
        Subject: Sleep well
        List-Id: "Elm Street Wellness" <[list].news.example.org>
        Feedback-ID: [mailing]:[list]:announcement:paperround
        Precedence: bulk
        To: ann@example.org
        Date: [date]
        Message-ID: <[id]@news.example.org>
        List-Unsubscribe: <https://news.example.org/unsubscribe/[token]>
        List-Unsubscribe-Post: List-Unsubscribe=One-Click
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="[boundary]"
        "#);
    }
}

/// A value in which a mark stands for what is between two texts.
fn hidden(value: &str, after: &str, before: &str, mark: &str) -> String {
    let (start, rest) = value.split_once(after).unwrap();
    let (_, end) = rest.split_once(before).unwrap();
    format!("{start}{after}{mark}{before}{end}")
}
