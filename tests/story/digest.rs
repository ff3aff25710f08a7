//! The story of a list that is mailed once a day, across the night in which clocks in Paris are set back.

use jiff::fmt::rfc2822;
use service::lists;
use store::events::Origin;
use testkit::on_both_engines;

use super::{ANN, BOB, Story};

/// Mails with the wall-clock time of their sending and the titles in them.
type Digests = Vec<(String, Vec<String>)>;

impl Story {
    async fn mail_daily_at_nine(&self) {
        let list = lists::by_id(&self.app.service, self.app.list).await.unwrap();
        let mut settings = list.settings.clone();
        settings.cadence = "daily 09:00".parse().unwrap();
        lists::change(&self.app.service, &Origin::system(), list.id, list.version, &settings)
            .await
            .unwrap();
    }

    /// Sets the clock by the wall in Paris, and runs what is due.
    async fn at(&self, time: &str) {
        let time: jiff::Zoned = format!("{time}[Europe/Paris]").parse().unwrap();
        self.app.clock().set(time.timestamp().into());
        self.app.work().await;
    }

    /// Lets a morning pass: what comes at nine is not there a second before.
    async fn morning(&self, day: &str) {
        for time in ["08:59:59", "09:00:00", "12:00:00"] {
            self.at(&format!("{day}T{time}")).await;
        }
    }

    /// The round-ups that came to an address, the oldest first.
    fn digests(&self, email: &str) -> Digests {
        let titles: Vec<&str> = self.blog.posts().iter().map(|post| post.title.as_str()).collect();
        let mails = self.mailbox(email);
        let digests = mails
            .iter()
            .filter(|mail| mail.subject().starts_with("Your daily round-up"));
        let shown = digests.map(|mail| {
            let sent = rfc2822::parse(mail.header("Date").unwrap()).unwrap();
            let sent = sent.timestamp().in_tz("Europe/Paris").unwrap();
            let lines = mail.text().lines().filter(|line| titles.contains(line));
            (
                sent.strftime("%a %H:%M:%S %:z").to_string(),
                lines.map(str::to_owned).collect(),
            )
        });
        shown.collect()
    }
}

/// What [`Story::digests`] is expected to give.
fn digests(expected: &[(&str, &[&str])]) -> Digests {
    let owned = |titles: &[&str]| titles.iter().map(|title| (*title).to_owned()).collect();
    let each = expected
        .iter()
        .map(|(sent, titles)| ((*sent).to_owned(), owned(titles)));
    each.collect()
}

on_both_engines! {
    async fn a_daily_digest_brings_what_is_new_at_nine_on_both_sides_of_the_night_and_its_link_leaves(story: Story) {
        let mut story = story;
        story.at("2026-10-23T12:00").await;
        story.mail_daily_at_nine().await;
        story.join(ANN).await;
        story.join(BOB).await;
        story.connect_feed().await;

        story.publish("Sleep well");
        story.publish("Eat well");
        story.morning("2026-10-24").await;
        story.publish("Walk well");
        story.morning("2026-10-25").await;
        story.morning("2026-10-26").await;
        let (opened, left) = story.press(ANN, "/unsubscribe/").await;
        story.publish("Sit well");
        story.morning("2026-10-27").await;

        let saturday_and_sunday: [(&str, &[&str]); 2] = [
            ("Sat 09:00:00 +02:00", &["Sleep well", "Eat well"]),
            ("Sun 09:00:00 +01:00", &["Walk well"]),
        ];
        let tuesday: (&str, &[&str]) = ("Tue 09:00:00 +01:00", &["Sit well"]);
        assert_eq!(opened.heading(), "Leave this mailing list?");
        assert_eq!(left.heading(), "You have left the list");
        assert_eq!(story.digests(ANN), digests(&saturday_and_sunday));
        assert_eq!(story.digests(BOB), digests(&[&saturday_and_sunday[..], &[tuesday]].concat()));
        assert_eq!((story.mailbox(ANN).len(), story.mailbox(BOB).len()), (4, 5));
    }
}
