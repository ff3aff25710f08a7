//! Mailings that are called off before all of their readers were copied.

use std::time::Duration;

use domain::{
    MailingId,
    mailing::{Action, State},
    post,
    suppression::Reason,
};
use service::{
    feeds::{self, Decision},
    mailings::{self, Announce, AnnounceError},
};
use store::{mailings::Counters, suppressions};
use testkit::on_both_engines;

use super::stage::{ALL, HOUR, Stage, staff};
use crate::support::address;

impl Stage {
    /// A mailing of "Post 1" to twelve readers of whom the first ten were copied, one of them left out.
    async fn half_frozen(&self) -> MailingId {
        self.half_frozen_with(&["Post 1"]).await
    }

    async fn half_frozen_with(&self, titles: &[&str]) -> MailingId {
        for number in 0..12 {
            self.add_reader(&format!("reader{number}@example.org")).await;
            // They are copied in the order in which they came.
            self.app.clock().advance(Duration::from_millis(1));
        }
        let blocked = &address("reader3@example.org");
        let hash = &self.service().keys.suppression_hash(blocked);
        self.service()
            .db
            .write(|mut tx| async move { suppressions::add(&mut tx, blocked, hash, Reason::Admin, None).await })
            .await
            .unwrap();
        for title in titles {
            self.add_post(title, post::State::Ready).await;
            self.app.clock().advance(Duration::from_millis(1));
        }
        let mailing = mailings::plan(self.service(), self.list()).await.unwrap()[0];
        for _ in 0..2 {
            assert!(mailings::freeze_step(self.service(), mailing, 5).await.unwrap());
        }
        let counters = self.mailing(mailing).await.counters;
        assert_eq!((counters.deliveries, counters.excluded), (9, 1));
        mailing
    }

    async fn rows_of(&self, mailing: MailingId) -> (usize, usize, usize) {
        let service = self.service();
        let editions = async |mut tx: store::Tx| store::editions::of_mailing(&mut tx, mailing).await;
        (
            mailings::deliveries_of(service, mailing, ALL).await.unwrap().len(),
            mailings::exclusions_of(service, mailing).await.unwrap().len(),
            service.db.read(editions).await.unwrap().len(),
        )
    }
}

on_both_engines! {
    async fn what_a_mailing_was_to_bring_that_was_cancelled_while_freezing_comes_to_all_with_the_next(stage: Stage) {
        let mailing = stage.half_frozen().await;

        stage.act(mailing, Action::Cancel).await;
        stage.app.work().await;

        let cancelled = stage.mailing(mailing).await;
        assert_eq!((cancelled.state, cancelled.resumes_as, cancelled.counters), (State::Cancelled, None, Counters::default()));
        assert_eq!((stage.rows_of(mailing).await, stage.sink.accepted()), ((0, 0, 0), 0));
        stage.app.pass(HOUR).await;
        stage.publish("Post 2").await;
        stage.app.work().await;
        assert_eq!(stage.sink.accepted(), 11);
        for reader in [0, 4, 9, 11] {
            assert_eq!(stage.inbox(&format!("reader{reader}@example.org")), [["Post 1", "Post 2"]]);
        }
    }

    async fn taking_a_mailing_back_goes_on_after_a_crash_between_two_steps(stage: Stage) {
        let mailing = stage.half_frozen().await;
        stage.act(mailing, Action::Cancel).await;

        for (deliveries, excluded) in [(5, 1), (1, 1), (0, 1), (0, 0)] {
            assert!(mailings::take_back_step(stage.service(), mailing, 4).await.unwrap());
            let counters = stage.mailing(mailing).await.counters;
            assert_eq!((counters.candidates, counters.deliveries, counters.excluded), (deliveries + excluded, deliveries, excluded));
            assert_eq!(stage.rows_of(mailing).await.0, usize::try_from(deliveries).unwrap());
        }
        assert!(!mailings::take_back_step(stage.service(), mailing, 4).await.unwrap());

        assert_eq!(stage.rows_of(mailing).await, (0, 0, 0));
        assert_eq!(stage.mailing(mailing).await.resumes_as, None);
    }

    async fn readers_who_are_still_to_be_taken_out_of_a_cancelled_mailing_have_not_had_its_posts(stage: Stage) {
        let mailing = stage.half_frozen().await;
        stage.act(mailing, Action::Cancel).await;
        stage.app.clock().advance(HOUR);
        stage.add_post("Post 2", post::State::Ready).await;

        let next = mailings::plan(stage.service(), stage.list()).await.unwrap()[0];
        assert!(mailings::freeze_step(stage.service(), next, 100).await.unwrap());

        assert_eq!(stage.rows_of(mailing).await.0, 9, "nobody was taken out yet");
        assert_eq!(stage.rows_of(next).await, (11, 1, 1));
    }

    async fn what_found_no_room_in_a_mailing_that_is_cancelled_while_freezing_has_none_made_at_once(stage: Stage) {
        stage.change_list(|settings| settings.rules.max_posts = 1).await;
        let mailing = stage.half_frozen_with(&["Post 0", "Post 1"]).await;
        stage.act(mailing, Action::Cancel).await;
        for _ in 0..3 {
            stage.app.pass(HOUR).await;
        }
        assert_eq!((stage.mailings().await.len(), stage.sink.accepted()), (1, 0));

        stage.publish("Post 2").await;
        for _ in 0..3 {
            stage.app.pass(HOUR).await;
        }

        assert_eq!(stage.inbox("reader0@example.org"), [["Post 0"], ["Post 1"], ["Post 2"]]);
    }

    async fn a_mailing_that_is_paused_and_cancelled_while_freezing_is_taken_back(stage: Stage) {
        let mailing = stage.half_frozen().await;
        stage.act(mailing, Action::Pause).await;
        stage.app.work().await;

        stage.act(mailing, Action::Cancel).await;
        stage.app.work().await;

        assert_eq!(stage.rows_of(mailing).await, (0, 0, 0));
    }

    async fn a_mailing_that_is_cancelled_once_it_is_frozen_keeps_its_record(stage: Stage) {
        let mut stage = stage;
        let provider = stage.service().settings.provider.clone();
        stage.app.restart(|settings| settings.provider = None).await;
        let mailing = stage.half_frozen().await;
        stage.app.work().await;
        stage.assert_state(mailing, State::Waiting).await;

        stage.act(mailing, Action::Cancel).await;
        stage.app.restart(|settings| settings.provider = provider).await;
        stage.app.work().await;

        let counters = stage.mailing(mailing).await.counters;
        assert_eq!((counters.deliveries, counters.cancelled, stage.sink.accepted()), (11, 11, 0));
    }

    async fn an_announcement_that_is_cancelled_while_freezing_is_not_mailed_until_staff_say_so(stage: Stage) {
        stage.add_readers(6).await;
        let post = stage.add_post("Post 1", post::State::Baseline).await;
        let mailing = mailings::announce(stage.service(), &staff(), post, Announce::default()).await.unwrap();
        assert!(mailings::freeze_step(stage.service(), mailing, 3).await.unwrap());

        stage.act(mailing, Action::Cancel).await;
        for _ in 0..3 {
            stage.app.pass(HOUR).await;
        }
        let posts = feeds::posts_of(stage.service(), stage.list(), None, None, 10).await.unwrap();
        assert_eq!((posts[0].state, stage.sink.accepted()), (post::State::Held, 0));
        assert_eq!(posts[0].reason, "its announcement was cancelled by token:front desk: release it to have it mailed");
        feeds::decide(stage.service(), &staff(), post, Decision::Release).await.unwrap();
        stage.app.work().await;

        assert_eq!(stage.sink.accepted(), 6);
    }

    async fn a_post_of_a_paused_round_up_that_is_also_announced_and_called_off_comes_with_the_round_up(stage: Stage) {
        stage.add_readers(6).await;
        let post = stage.add_post("Post 1", post::State::Ready).await;
        let paused = mailings::plan(stage.service(), stage.list()).await.unwrap()[0];
        stage.act(paused, Action::Pause).await;

        let announce = async |again| {
            let how = Announce { again, ..Announce::default() };
            mailings::announce(stage.service(), &staff(), post, how).await
        };
        assert!(matches!(announce(false).await, Err(AnnounceError::Mailed(by)) if by == paused));
        let announced = announce(true).await.unwrap();
        assert!(mailings::freeze_step(stage.service(), announced, 3).await.unwrap());
        stage.act(announced, Action::Cancel).await;
        stage.app.work().await;
        assert_eq!(stage.sink.accepted(), 0);
        stage.act(paused, Action::Resume).await;
        stage.app.work().await;

        assert_eq!(stage.sink.accepted(), 6);
    }

    async fn what_a_later_mailing_had_no_room_for_still_comes_when_an_earlier_one_is_cancelled_while_freezing(stage: Stage) {
        stage.change_list(|settings| settings.rules.max_posts = 1).await;
        stage.add_readers(1).await;
        stage.add_post("Post 0", post::State::Ready).await;
        let earlier = mailings::plan(stage.service(), stage.list()).await.unwrap()[0];
        stage.act(earlier, Action::Pause).await;
        stage.app.pass(HOUR).await;
        for title in ["Post 1", "Post 2"] {
            stage.publish(title).await;
            stage.app.clock().advance(Duration::from_millis(1));
        }
        stage.app.work().await;
        assert_eq!(stage.inbox("reader0@example.org"), [["Post 0"]]);

        stage.act(earlier, Action::Cancel).await;
        for _ in 0..3 {
            stage.app.pass(HOUR).await;
        }

        assert_eq!(stage.inbox("reader0@example.org"), [["Post 0"], ["Post 1"], ["Post 2"]]);
    }
}
