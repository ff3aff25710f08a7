//! What staff are shown of a mailing before it is made or frozen: what its readers are owed, and nothing else.

use domain::{
    Cadence, MailingId,
    mailing::{Action, State as MailingState},
    post::State,
    rules::{Approval, Deadline},
};
use service::mailings::{self, Announce, Coming, Next, PreviewError};
use store::{posts::Post, subscribers, subscriptions};
use testkit::on_both_engines;

use super::{
    owing::cadence,
    stage::{DAY, HOUR, MINUTE, Stage, staff},
};
use crate::support::address;

const REASON: &str = "was due, but went to no reader";

impl Stage {
    async fn next(&self, spelling: &str) -> Next {
        let all = mailings::next(self.service(), self.list()).await.unwrap();
        let wanted: Cadence = cadence(spelling);
        all.into_iter().find(|next| next.cadence == wanted).unwrap()
    }

    /// What becomes of the next mailing at the list's own cadence, and the titles that it would bring.
    async fn coming(&self) -> (Coming, Vec<String>) {
        let next = mailings::next(self.service(), self.list()).await.unwrap().remove(0);
        (next.coming, titles(next.posts))
    }

    async fn shown(&self, mailing: MailingId) -> Vec<String> {
        titles(mailings::posts_of(self.service(), mailing).await.unwrap())
    }

    async fn announce_to_all(&self, title: &str) {
        let post = self.add_post(title, State::Ready).await;
        mailings::announce(self.service(), &staff(), post, Announce::default())
            .await
            .unwrap();
        self.app.work().await;
    }

    async fn reason(&self, title: &str) -> (State, String) {
        let posts = service::feeds::posts_of(self.service(), self.list(), None, None, 100)
            .await
            .unwrap();
        let post = posts.into_iter().find(|post| post.content.title == title).unwrap();
        (post.state, post.reason)
    }

    async fn add_pending_readers(&self, how_many: usize) {
        let (service, list) = (self.service(), self.list());
        let add = |mut tx: store::Tx| async move {
            for number in 0..how_many {
                let address = address(&format!("pending{number}@example.org"));
                let hash = service.keys.suppression_hash(&address);
                let reader = subscribers::insert(&mut tx, &address, &hash, "en", "test").await?;
                subscriptions::insert(&mut tx, reader, list).await?;
            }
            Ok::<_, store::Error>(())
        };
        service.db.write(add).await.unwrap();
    }

    async fn confirm_pending_readers(&self) {
        let now = self.service().now().get();
        let confirm = format!("update subscription set state = 'confirmed', joined_at = {now} where state = 'pending'");
        self.app.test.execute(Box::leak(confirm.into_boxed_str())).await;
    }

    pub(super) async fn ask_before_sending(&self) {
        self.change_list(|settings| {
            settings.rules.approval = Approval::Draft {
                hours: 12,
                then: Deadline::Hold,
            };
        })
        .await;
    }
}

fn titles(posts: Vec<Post>) -> Vec<String> {
    posts.into_iter().map(|post| post.content.title).collect()
}

on_both_engines! {
    async fn what_everybody_was_announced_makes_no_round_up(stage: Stage) {
        stage.offer_choices().await;
        stage.ask_before_sending().await;
        stage.add_reader("list@example.org").await;
        stage.announce_to_all("Post 1").await;

        let coming = stage.coming().await;
        let preview = mailings::preview_next(stage.service(), stage.list(), None).await;
        stage.hours(72).await;

        assert_eq!(coming, (Coming::Nobody, vec![]));
        assert!(matches!(preview, Err(PreviewError::Nothing)), "{preview:?}");
        assert_eq!((stage.mailings().await.len(), stage.sink.accepted()), (1, 1));
        assert_eq!(stage.coming().await.0, Coming::Nothing, "the slot has passed");
    }

    async fn a_post_from_before_the_first_reader_makes_no_mailing_and_says_so(stage: Stage) {
        stage.offer_choices().await;
        stage.publish("Post 1").await;
        stage.app.pass(HOUR).await;
        stage.add_reader("first@example.org").await;
        stage.hours(72).await;
        assert_eq!((stage.mailings().await.len(), stage.reason("Post 1").await), (0, (State::Ready, REASON.to_owned())));

        stage.publish("Post 2").await;
        stage.hours(24 * 7).await;

        assert_eq!(stage.inbox("first@example.org"), [["Post 2"]]);
    }

    async fn a_post_that_a_mailing_brought_to_nobody_says_so(stage: Stage) {
        stage.offer_choices().await;
        stage.publish("Post 1").await;
        stage.app.pass(HOUR).await;
        stage.add_reader("first@example.org").await;
        stage.publish("Post 2").await;

        stage.hours(72).await;

        assert_eq!(stage.reason("Post 1").await, (State::Ready, REASON.to_owned()));
        assert_eq!(stage.reason("Post 2").await, (State::Mailed, "in the round-up of 26 November 2026".to_owned()));
    }

    async fn a_post_that_readers_at_another_cadence_wait_for_goes_on_waiting(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader_at("monthly@example.org", "monthly 1 09:00").await;
        stage.publish("Post 1").await;
        stage.app.pass(HOUR).await;
        stage.add_reader("late@example.org").await;

        stage.hours(72).await;
        let after_thursday = stage.reason("Post 1").await;
        stage.hours(24 * 5).await;

        assert_eq!(after_thursday, (State::Ready, "for the test".to_owned()));
        assert_eq!(stage.reason("Post 1").await.0, State::Mailed);
        assert_eq!(stage.inbox("monthly@example.org"), [["Post 1"]]);
        assert!(stage.inbox("late@example.org").is_empty());
    }

    async fn what_has_no_room_goes_on_waiting_and_is_not_shown_in_the_next_mailing(stage: Stage) {
        stage.change_list(|settings| {
            settings.cadence = cadence("daily 09:00");
            settings.rules.max_posts = 2;
        }).await;
        stage.add_reader("list@example.org").await;
        for number in 1..=3 {
            stage.publish(&format!("Post {number}")).await;
            stage.app.pass(MINUTE).await;
        }

        let first = stage.coming().await;
        stage.app.pass(DAY).await;
        let second = stage.coming().await;

        assert_eq!(first, (Coming::Sent, vec!["Post 1".to_owned(), "Post 2".to_owned()]));
        assert_eq!(second, (Coming::Sent, vec!["Post 3".to_owned()]));
        assert_eq!(stage.reason("Post 3").await.1, "for the test");
    }

    async fn a_list_right_away_does_not_wait_an_hour_after_a_mailing_that_was_not_made(stage: Stage) {
        stage.publish("Post 1").await;
        stage.app.work().await;
        stage.add_reader("first@example.org").await;
        stage.app.pass(MINUTE).await;

        stage.publish("Post 2").await;
        stage.app.work().await;

        assert_eq!(stage.inbox("first@example.org"), [["Post 2"]]);
    }

    async fn a_draft_shows_what_its_readers_are_owed_and_not_all_that_is_ready(stage: Stage) {
        stage.offer_choices().await;
        stage.ask_before_sending().await;
        stage.add_reader("list@example.org").await;
        stage.announce_to_all("Post 1").await;
        stage.publish("Post 2").await;
        let coming = stage.coming().await;
        stage.hours(72).await;

        let draft = stage.mailings().await.remove(1);
        let preview = mailings::preview(stage.service(), draft.id, None).await.unwrap();

        assert_eq!(draft.state, MailingState::Draft);
        assert_eq!(coming, (Coming::Sent, vec!["Post 2".to_owned()]));
        assert_eq!(stage.shown(draft.id).await, ["Post 2"]);
        assert!(preview.text.contains("Post 2") && !preview.text.contains("Post 1"), "{}", preview.text);
    }

    async fn a_cadence_that_nobody_chose_promises_no_mailing(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("list@example.org").await;
        stage.publish("Post 1").await;

        let (own, monthly) = (stage.next("weekly thu 09:00").await, stage.next("monthly 1 09:00").await);

        assert_eq!((own.coming, own.readers, titles(own.posts)), (Coming::Sent, 1, vec!["Post 1".to_owned()]));
        assert_eq!((monthly.coming, monthly.readers, titles(monthly.posts)), (Coming::Nobody, 0, vec![]));
    }

    async fn a_mailing_is_made_where_more_readers_remain_than_are_looked_at(stage: Stage) {
        stage.offer_choices().await;
        stage.add_pending_readers(5_000).await;
        stage.add_reader("last@example.org").await;
        stage.publish("Post 1").await;
        stage.app.pass(HOUR).await;
        stage.confirm_pending_readers().await;

        stage.hours(72).await;

        let mailing = stage.mailings().await.remove(0);
        assert_eq!((mailing.counters.deliveries, mailing.counters.excluded), (1, 5_000));
        assert_eq!(stage.inbox("last@example.org"), [["Post 1"]]);
    }

    async fn a_reader_who_comes_back_from_a_pause_before_the_slot_is_counted_in(stage: Stage) {
        stage.offer_choices().await;
        stage.add_reader("paused@example.org").await;
        stage.publish("Post 1").await;
        stage.app.pass(MINUTE).await;

        stage.pause("paused@example.org", DAY).await;
        let until_tomorrow = stage.coming().await;
        stage.pause("paused@example.org", DAY * 7).await;
        let until_next_week = stage.coming().await;

        assert_eq!(until_tomorrow, (Coming::Sent, vec!["Post 1".to_owned()]));
        assert_eq!(until_next_week, (Coming::Nobody, vec![]));
    }

    async fn a_mailing_that_is_being_frozen_shows_its_posts_when_all_of_its_readers_were_copied(stage: Stage) {
        stage.add_readers(3).await;
        stage.add_post("Post 1", State::Ready).await;
        let mailing = mailings::plan(stage.service(), stage.list()).await.unwrap()[0];
        let planned = stage.shown(mailing).await;

        assert!(mailings::freeze_step(stage.service(), mailing, 100).await.unwrap());
        let copied = stage.shown(mailing).await;
        stage.act(mailing, Action::Pause).await;
        let paused = stage.shown(mailing).await;

        assert_eq!([planned, copied, paused], [["Post 1"]; 3]);
    }

    async fn a_post_of_a_draft_that_was_called_off_goes_on_waiting_when_another_cadence_has_nobody(stage: Stage) {
        stage.offer_choices().await;
        stage.ask_before_sending().await;
        stage.add_reader("list@example.org").await;
        stage.publish("Post 1").await;
        stage.hours(72).await;
        stage.act(stage.mailings().await[0].id, Action::Cancel).await;

        stage.app.pass(DAY * 5).await;

        assert_eq!(stage.reason("Post 1").await, (State::Ready, "for the test".to_owned()));
    }
}
