//! Who gets which post, when readers of one list are mailed at different cadences.

use std::time::Duration;

use domain::{Cadence, MailingId, Topics, mailing::ExclusionReason, post::State};
use service::{
    feeds::{self, Decision},
    mailings::{self, Announce},
    readers::{self, Wishes},
};
use store::{events::Origin, pauses, subscribers, subscriptions, subscriptions::Subscription};
use testkit::{
    Mail, on_both_engines,
    smtp_sink::{Rule, Step},
};

use super::stage::{DAY, HOUR, MINUTE, Stage, staff};
use crate::support::address;

const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Stage {
    /// A list that is mailed every Thursday and offers to be mailed right away or every month. It is Tuesday.
    pub(super) async fn offer_choices(&self) {
        self.change_list(|settings| {
            settings.cadence = cadence("weekly thu 09:00");
            settings.rules.choices = vec![cadence("instant"), cadence("monthly 1 09:00")];
        })
        .await;
    }

    pub(super) async fn subscription(&self, email: &str) -> Subscription {
        let (address, list) = (&address(email), self.list());
        self.service()
            .db
            .read(|mut tx| async move {
                let reader = subscribers::find_by_address(&mut tx, address).await?.unwrap();
                subscriptions::find_on(&mut tx, reader.id, list).await
            })
            .await
            .unwrap()
            .unwrap()
    }

    /// A reader who is mailed at that cadence.
    pub(super) async fn add_reader_at(&self, email: &str, spelling: &str) {
        self.add_reader(email).await;
        self.choose(email, spelling).await;
    }

    pub(super) async fn choose(&self, email: &str, spelling: &str) {
        let id = self.subscription(email).await.id;
        let wishes = Wishes {
            cadence: Some(cadence(spelling)),
            topics: None,
        };
        let origin = Origin::system();
        readers::choose(self.service(), &origin, id, &wishes).await.unwrap();
    }

    pub(super) async fn pause(&self, email: &str, span: Duration) {
        let id = self.subscription(email).await.id;
        self.service()
            .db
            .write(|mut tx| async move {
                let until = tx.now() + span;
                pauses::begin(&mut tx, id, until).await
            })
            .await
            .unwrap();
    }

    async fn choose_topics(&self, email: &str, topics: &str) {
        let id = self.subscription(email).await.id;
        let topics = Some(Topics::parse(topics)).filter(|topics| !topics.is_empty());
        let topics = topics.as_ref();
        self.service()
            .db
            .write(|mut tx| async move { subscriptions::set_topics(&mut tx, id, topics).await })
            .await
            .unwrap();
    }

    /// A post about a category, ready at once.
    async fn publish_about(&self, title: &str, category: &str) {
        let post = self.add_post(title, State::Held).await;
        let categories = format!(r#"["{category}"]"#);
        self.app
            .test
            .execute(Box::leak(
                format!("update post set categories = '{categories}' where title = '{title}'").into_boxed_str(),
            ))
            .await;
        feeds::decide(self.service(), &staff(), post, Decision::Release)
            .await
            .unwrap();
    }

    /// What arrived in a mailbox: the titles of each mail's posts.
    pub(super) fn inbox(&self, email: &str) -> Vec<Vec<String>> {
        let log = self.sink.log();
        let mails = log.to(email).map(|mail| Mail::parse(mail.raw.as_ref().unwrap()));
        let titles = |mail: Mail| {
            let lines = mail.text().lines().map(str::to_owned).collect::<Vec<_>>();
            lines
                .into_iter()
                .filter(|line| line.starts_with("Post ") && !line.contains(','))
                .collect()
        };
        mails.map(titles).collect()
    }

    pub(super) async fn exclusions(&self, mailing: MailingId) -> Vec<(ExclusionReason, i64)> {
        mailings::exclusions_of(self.service(), mailing).await.unwrap()
    }

    /// Lets hours go by, with the jobs that they bring.
    pub(super) async fn hours(&self, hours: u32) {
        for _ in 0..hours {
            self.app.pass(HOUR).await;
        }
    }
}

pub(super) fn cadence(spelling: &str) -> Cadence {
    spelling.parse().unwrap()
}

on_both_engines! {
    async fn everybody_gets_each_post_once_at_the_cadence_that_they_chose(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.add_reader_at("instant@example.org", "instant").await;
        stage.add_reader_at("monthly@example.org", "monthly 1 09:00").await;

        stage.publish("Post 1").await;
        stage.hours(3).await;
        stage.publish("Post 2").await;
        stage.hours(24 * 8).await;

        assert_eq!(stage.inbox("instant@example.org"), [["Post 1"], ["Post 2"]]);
        assert_eq!(stage.inbox("list@example.org"), [["Post 1", "Post 2"]]);
        assert_eq!(stage.inbox("monthly@example.org"), [["Post 1", "Post 2"]]);
        let slots: Vec<(String, String)> = stage.mailings().await.into_iter()
            .filter(|mailing| mailing.occasion != domain::mailing::Occasion::Instant)
            .map(|mailing| (mailing.audience.to_string(), mailing.slot))
            .collect();
        assert_eq!(slots, [
            ("weekly thu 09:00".to_owned(), "2026-11-26".to_owned()),
            ("monthly 1 09:00".to_owned(), "2026-12-01".to_owned()),
        ]);
    }

    async fn an_announcement_counts_as_read_and_who_chose_slower_gets_the_post_later(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.add_reader_at("monthly@example.org", "monthly 1 09:00").await;
        stage.publish("Post 1").await;
        let post = stage.add_post("Post 2", State::Ready).await;

        let reach = mailings::reach(stage.service(), post).await.unwrap();
        let mailing = mailings::announce(stage.service(), &staff(), post, Announce::default()).await.unwrap();
        stage.hours(24 * 8).await;

        assert_eq!(reach.now, 1);
        assert_eq!(reach.later[0].readers, 1);
        assert_eq!(reach.later[0].at.as_ref().unwrap().to_string(), "2026-12-01T09:00:00+01:00[Europe/Paris]");
        assert_eq!(stage.exclusions(mailing).await, [(ExclusionReason::Slower, 1)]);
        assert_eq!(stage.inbox("list@example.org"), [["Post 2"], ["Post 1"]]);
        assert_eq!(stage.inbox("monthly@example.org"), [["Post 1", "Post 2"]]);
    }

    async fn who_chose_slower_gets_an_announcement_at_once_if_staff_tick_it(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader_at("monthly@example.org", "monthly 1 09:00").await;
        let post = stage.add_post("Post 1", State::Baseline).await;
        let how = Announce { also_slower: true, ..Announce::default() };

        let mailing = mailings::announce(stage.service(), &staff(), post, how).await.unwrap();
        stage.hours(24 * 8).await;

        assert!(stage.mailing(mailing).await.also_slower);
        assert_eq!(stage.inbox("monthly@example.org"), [["Post 1"]]);
    }

    async fn who_joined_in_mid_window_gets_an_edition_of_their_own(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("early@example.org").await;
        stage.publish("Post 1").await;
        stage.hours(1).await;
        stage.add_reader("late@example.org").await;
        stage.publish("Post 2").await;
        stage.hours(48).await;

        assert_eq!(stage.inbox("early@example.org"), [["Post 1", "Post 2"]]);
        assert_eq!(stage.inbox("late@example.org"), [["Post 2"]]);
        assert_eq!(stage.mailings().await.len(), 1);
    }

    async fn who_has_paused_gets_nothing_and_nothing_of_the_pause_is_made_up_for(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.add_reader("paused@example.org").await;
        stage.publish("Post 1").await;
        stage.hours(1).await;
        stage.pause("paused@example.org", WEEK).await;
        stage.publish("Post 2").await;
        stage.hours(48).await;
        let first = stage.mailings().await.remove(0);
        stage.hours(24 * 5 + 1).await;
        stage.publish("Post 3").await;
        stage.hours(48).await;

        assert_eq!(stage.exclusions(first.id).await, [(ExclusionReason::Paused, 1)]);
        assert_eq!(stage.inbox("list@example.org"), [vec!["Post 1", "Post 2"], vec!["Post 3"]]);
        assert_eq!(stage.inbox("paused@example.org"), [["Post 1", "Post 3"]]);
    }

    async fn who_pauses_while_a_mailing_is_under_way_gets_it_after_the_pause(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 not now").to("list@example.org").times(1));
        stage.publish("Post 1").await;
        stage.hours(48).await;
        stage.pause("list@example.org", WEEK).await;
        stage.hours(24).await;
        assert_eq!(stage.inbox("list@example.org"), Vec::<Vec<String>>::new());

        stage.hours(24 * 6).await;
        stage.publish("Post 2").await;
        stage.hours(24 * 7).await;

        assert_eq!(stage.inbox("list@example.org"), [["Post 1", "Post 2"]]);
    }

    async fn what_was_refused_comes_with_the_next_round_up(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.add_reader("full@example.org").await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "552 5.2.2 mailbox full").to("full@example.org").times(1));
        stage.publish("Post 1").await;
        stage.hours(24 * 3).await;
        assert_eq!(stage.inbox("full@example.org"), Vec::<Vec<String>>::new());

        stage.publish("Post 2").await;
        stage.hours(24 * 7).await;

        assert_eq!(stage.inbox("list@example.org"), [["Post 1"], ["Post 2"]]);
        assert_eq!(stage.inbox("full@example.org"), [["Post 1", "Post 2"]]);
    }

    async fn a_full_mailbox_on_a_list_with_room_for_one_post_is_not_mailed_every_hour(stage: Stage) {
        stage.change_list(|settings| settings.rules.max_posts = 1).await;
        stage.add_reader("list@example.org").await;
        stage.add_reader("full@example.org").await;
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "552 5.2.2 mailbox full").to("full@example.org").times(2));
        for number in 1..=2 {
            stage.publish(&format!("Post {number}")).await;
            stage.hours(24).await;
        }
        let while_full = stage.mailings().await.len();

        for number in 3..=4 {
            stage.publish(&format!("Post {number}")).await;
            stage.hours(24).await;
        }

        assert_eq!(while_full, 2);
        assert_eq!(stage.inbox("full@example.org"), [["Post 1"], ["Post 2"], ["Post 3"], ["Post 4"]]);
        assert_eq!(stage.inbox("list@example.org"), [["Post 1"], ["Post 2"], ["Post 3"], ["Post 4"]]);
    }

    async fn what_finds_no_room_comes_next_time_the_oldest_first(stage: Stage) {
        stage.change_list(|settings| {
            settings.cadence = cadence("daily 09:00");
            settings.rules.max_posts = 2;
        }).await;
        stage.add_reader("list@example.org").await;
        for number in 1..=5 {
            stage.publish(&format!("Post {number}")).await;
            stage.app.pass(MINUTE).await;
        }

        stage.hours(24 * 4).await;

        assert_eq!(stage.inbox("list@example.org"), [vec!["Post 1", "Post 2"], vec!["Post 3", "Post 4"], vec!["Post 5"]]);
    }

    async fn too_little_gathers_until_there_is_enough_or_it_waited_too_long(stage: Stage) {
        stage.change_list(|settings| {
            settings.cadence = cadence("daily 09:00");
            settings.rules.min_posts = 2;
            settings.rules.longest_wait_days = Some(3);
        }).await;
        stage.add_reader("list@example.org").await;

        stage.publish("Post 1").await;
        stage.hours(48).await;
        assert_eq!(stage.inbox("list@example.org"), Vec::<Vec<String>>::new());
        stage.publish("Post 2").await;
        stage.hours(24).await;
        assert_eq!(stage.inbox("list@example.org"), [["Post 1", "Post 2"]]);
        stage.publish("Post 3").await;
        stage.hours(24 * 5).await;

        assert_eq!(stage.inbox("list@example.org"), [vec!["Post 1", "Post 2"], vec!["Post 3"]]);
    }

    async fn whoever_changes_their_cadence_gets_nothing_twice_and_misses_nothing(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.add_reader_at("changing@example.org", "instant").await;
        stage.publish("Post 1").await;
        stage.hours(2).await;

        stage.choose("changing@example.org", "weekly thu 09:00").await;
        stage.publish("Post 2").await;
        stage.hours(24 * 3).await;
        stage.choose("changing@example.org", "monthly 1 09:00").await;
        stage.publish("Post 3").await;
        stage.hours(24 * 7).await;

        assert_eq!(stage.inbox("list@example.org"), [vec!["Post 1", "Post 2"], vec!["Post 3"]]);
        assert_eq!(stage.inbox("changing@example.org"), [["Post 1"], ["Post 2"], ["Post 3"]]);
    }

    async fn readers_get_what_is_about_their_topics_and_what_is_about_none(stage: Stage) {
        stage.change_list(|settings| settings.rules.topics = Topics::parse("sleep, food")).await;
        for (email, topics) in [("sleep@example.org", "sleep"), ("gone@example.org", "no longer offered"), ("all@example.org", "")] {
            stage.add_reader(email).await;
            stage.choose_topics(email, topics).await;
        }

        for (number, categories) in [(1, "Sleep"), (2, "Food"), (3, "News")] {
            stage.publish_about(&format!("Post {number}"), categories).await;
            stage.hours(2).await;
        }

        assert_eq!(stage.inbox("sleep@example.org"), [["Post 1"], ["Post 3"]]);
        assert_eq!(stage.inbox("gone@example.org"), [["Post 1"], ["Post 2"], ["Post 3"]]);
        assert_eq!(stage.inbox("all@example.org"), [["Post 1"], ["Post 2"], ["Post 3"]]);
    }

    async fn a_cadence_that_nobody_chose_makes_no_mailings(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.publish("Post 1").await;
        stage.hours(24 * 8).await;

        let audiences: Vec<String> = stage.mailings().await.iter().map(|mailing| mailing.audience.to_string()).collect();
        assert_eq!(audiences, ["weekly thu 09:00"]);
        stage.choose("list@example.org", "instant").await;
        stage.publish("Post 2").await;
        stage.hours(1).await;
        assert_eq!(stage.inbox("list@example.org"), [["Post 1"], ["Post 2"]]);
    }

    async fn slots_that_passed_in_an_outage_are_one_round_up_with_all_that_is_owed(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.publish("Post 1").await;

        stage.app.pass(9 * DAY + 6 * HOUR).await;
        stage.hours(24 * 7).await;

        assert_eq!(stage.inbox("list@example.org"), [["Post 1"]]);
        assert_eq!(stage.mailings().await[0].slot, "2026-12-03");
    }
}
