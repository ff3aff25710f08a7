//! When a list is mailed, and when not.

use domain::{
    Job, Keys, Random,
    mailing::{Action, Kind, Occasion, Outcome, State},
    post,
};
use service::{Service, Settings, lists};
use store::jobs::{self, When};
use testkit::on_both_engines;

use super::stage::{DAY, HOUR, MINUTE, Stage, staff};

impl Stage {
    /// A post that has just become ready, with the planning that this makes necessary.
    pub(super) async fn publish(&self, title: &str) {
        self.add_post(title, post::State::Ready).await;
        let list = self.list();
        self.service()
            .db
            .write(|mut tx| async move { jobs::enqueue(&mut tx, &Job::PlanMailing { list }, When::now()).await })
            .await
            .unwrap();
    }

    pub(super) async fn change_list(&self, change: impl FnOnce(&mut store::lists::Settings)) {
        let list = lists::by_id(self.service(), self.list()).await.unwrap();
        let mut settings = list.settings.clone();
        change(&mut settings);
        lists::change(self.service(), &staff(), list.id, list.version, &settings)
            .await
            .unwrap();
    }

    pub(super) fn subjects(&self) -> Vec<String> {
        let log = self.sink.log();
        let mails = log.iter().map(|mail| testkit::Mail::parse(mail.raw.as_ref().unwrap()));
        mails.map(|mail| mail.subject().to_owned()).collect()
    }
}

on_both_engines! {
    async fn a_list_that_is_mailed_right_away_gets_at_most_one_mail_an_hour(stage: Stage) {
        stage.add_readers(1).await;

        stage.publish("First").await;
        stage.app.work().await;
        assert_eq!(stage.subjects(), ["First"]);

        stage.publish("Second").await;
        stage.app.pass(20 * MINUTE).await;
        stage.publish("Third").await;
        stage.app.pass(20 * MINUTE).await;
        assert_eq!(stage.mailings().await.len(), 1);

        stage.app.pass(20 * MINUTE).await;
        let mailings = stage.mailings().await;
        assert_eq!(mailings.len(), 2);
        let posts = service::mailings::posts_of(stage.service(), mailings[1].id).await.unwrap();
        assert_eq!(posts.iter().map(|post| post.content.title.as_str()).collect::<Vec<_>>(), ["Second", "Third"]);
        assert_eq!(stage.sink.accepted(), 2);

        stage.app.pass(3 * HOUR).await;
        stage.publish("Fourth").await;
        stage.app.work().await;
        assert_eq!(stage.sink.accepted(), 3);
    }

    async fn a_daily_digest_comes_at_its_hour_across_a_change_of_daylight_saving(stage: Stage) {
        // Friday before the night in which clocks in Paris are set back.
        let friday = "2026-10-23T12:00[Europe/Paris]".parse::<jiff::Zoned>().unwrap();
        stage.app.clock().set(friday.timestamp().into());
        stage.add_readers(2).await;
        stage.change_list(|settings| settings.cadence = "daily 09:00".parse().unwrap()).await;
        let mut sent_at = Vec::new();

        for hour in 0..96 {
            if hour % 24 == 0 && hour < 72 {
                stage.publish(&format!("Post of day {}", hour / 24)).await;
            }
            let before = stage.mailings().await.len();
            stage.app.pass(HOUR).await;
            if stage.mailings().await.len() > before {
                let now = stage.service().now().timestamp().to_zoned(friday.time_zone().clone());
                sent_at.push(now.strftime("%a %H:00 %:z").to_string());
            }
        }

        assert_eq!(sent_at, ["Sat 09:00 +02:00", "Sun 09:00 +01:00", "Mon 09:00 +01:00"]);
        let mailings = stage.mailings().await;
        assert!(mailings.iter().all(|mailing| mailing.kind == Kind::Digest && mailing.state == State::Settled));
        let slots: Vec<&str> = mailings.iter().map(|mailing| mailing.slot.as_str()).collect();
        assert_eq!(slots, ["2026-10-24", "2026-10-25", "2026-10-26"]);
        assert_eq!(stage.sink.accepted(), 6);
    }

    async fn a_monthly_digest_comes_on_its_day(stage: Stage) {
        stage.add_readers(1).await;
        stage.change_list(|settings| settings.cadence = "monthly last mon 09:00".parse().unwrap()).await;
        stage.publish("Sleep well").await;

        // From Tuesday the 24th to Sunday the 29th, then to Monday morning.
        stage.app.pass(5 * DAY).await;
        assert!(stage.mailings().await.is_empty());
        stage.app.pass(DAY).await;

        let mailing = stage.mailings().await.remove(0);
        assert_eq!((mailing.occasion, mailing.slot.as_str()), (Occasion::Monthly, "2026-11-30"));
        assert_eq!(stage.subjects(), ["Your monthly round-up: Sleep well"]);
    }

    async fn no_digest_comes_when_nothing_is_new(stage: Stage) {
        stage.add_readers(1).await;
        stage.change_list(|settings| settings.cadence = "weekly tue 10:00".parse().unwrap()).await;

        for _ in 0..3 {
            stage.app.pass(7 * DAY).await;
        }

        assert!(stage.mailings().await.is_empty());
    }

    async fn without_a_postal_address_nothing_is_mailed_and_posts_wait(stage: Stage) {
        stage.add_readers(1).await;
        stage.change_list(|settings| settings.postal_address = None).await;

        stage.publish("Sleep well").await;
        stage.app.work().await;
        assert!(stage.mailings().await.is_empty());

        stage.change_list(|settings| settings.postal_address = Some("1 Elm Street".to_owned())).await;
        stage.app.work().await;
        assert_eq!(stage.sink.accepted(), 1);
    }

    async fn two_processes_that_plan_at_once_make_one_mailing(stage: Stage) {
        stage.add_readers(3).await;
        stage.add_post("Sleep well", post::State::Ready).await;
        let (keys, settings) = (Keys::generate(&Random::seeded(1)), Settings::clone(&stage.service().settings));
        let other = Service::start(stage.app.test.another_process().await, keys, settings).await.unwrap();
        let list = stage.list();

        let ours = service::mailings::plan(stage.service(), list);
        let theirs = service::mailings::plan(&other, list);
        let (ours, theirs) = tokio::join!(ours, theirs);

        let made = [ours.unwrap(), theirs.unwrap()];
        assert_eq!(made.concat().len(), 1);
        let (ours, theirs) = tokio::join!(workers::drain(stage.service()), workers::drain(&other));
        ours.unwrap();
        theirs.unwrap();
        assert_eq!(stage.mailings().await.len(), 1);
        assert_eq!(stage.sink.accepted(), 3);
    }

    async fn without_a_provider_a_mailing_waits_and_says_so(stage: Stage) {
        let mut stage = stage;
        stage.add_readers(2).await;
        let provider = stage.service().settings.provider.clone();
        stage.app.restart(|settings| settings.provider = None).await;

        stage.publish("Sleep well").await;
        stage.app.work().await;

        let mailing = stage.mailings().await.remove(0);
        assert_eq!(mailing.state, State::Waiting);
        assert_eq!(mailing.reason.as_deref(), Some("waiting for a mail provider"));
        stage.app.restart(|settings| settings.provider = provider).await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing.id).await, [(Outcome::Accepted, 2)].into());
        stage.assert_state(mailing.id, State::Settled).await;
    }

    async fn a_mailing_that_waited_for_more_than_a_day_asks_a_person(stage: Stage) {
        let mut stage = stage;
        stage.add_readers(2).await;
        let provider = stage.service().settings.provider.clone();
        stage.app.restart(|settings| settings.provider = None).await;
        stage.publish("Sleep well").await;
        stage.app.work().await;

        stage.app.clock().advance(25 * HOUR);
        stage.app.restart(|settings| settings.provider = provider).await;
        stage.app.work().await;

        let mailing = stage.mailings().await.remove(0);
        assert_eq!((mailing.state, stage.sink.accepted()), (State::Paused, 0));
        assert!(mailing.reason.unwrap().contains("resume it"));
        stage.act(mailing.id, Action::Resume).await;
        stage.app.work().await;
        assert_eq!(stage.outcomes(mailing.id).await, [(Outcome::Accepted, 2)].into());
    }

    async fn slots_that_passed_while_nobody_was_there_are_one_digest(stage: Stage) {
        stage.add_readers(1).await;
        stage.change_list(|settings| settings.cadence = "daily 09:00".parse().unwrap()).await;
        stage.publish("Sleep well").await;

        stage.app.pass(4 * DAY).await;

        let mailings = stage.mailings().await;
        assert_eq!(mailings.len(), 1);
        assert_eq!((mailings[0].state, mailings[0].slot.as_str()), (State::Settled, "2026-11-28"));
    }
}
