//! Mailings that a person looks at first, and what staff are told of them.

use domain::{
    mailing::{Action, State},
    rules::{Approval, Deadline},
};
use store::installation;
use testkit::{Mail, on_both_engines};

use super::stage::{DAY, HOUR, Stage, staff};

impl Stage {
    async fn draft_for(&self, hours: u16, then: Deadline) {
        self.change_list(|settings| {
            settings.rules.approval = Approval::Draft { hours, then };
            settings.rules.reports_to = vec!["desk@elmstreet.example".parse().unwrap()];
        })
        .await;
    }

    /// What staff were told, in one line each.
    fn reports(&self) -> Vec<String> {
        let log = self.sink.log();
        let mails = log
            .to("desk@elmstreet.example")
            .map(|mail| Mail::parse(mail.raw.as_ref().unwrap()));
        mails.map(|mail| mail.subject().to_owned()).collect()
    }

    fn sent_to_reader(&self) -> usize {
        self.sink.log().to("reader0@example.org").count()
    }
}

on_both_engines! {
    async fn the_first_mailing_of_a_list_waits_for_a_person_unless_told_otherwise(stage: Stage) {
        stage.change_list(|settings| settings.rules.first_waits = true).await;
        stage.add_readers(1).await;
        stage.publish("Post 1").await;
        stage.app.pass(3 * DAY).await;
        let mailing = stage.mailings().await.remove(0);
        assert_eq!((mailing.state, stage.sink.accepted()), (State::Draft, 0));

        stage.act(mailing.id, Action::Approve).await;
        stage.app.work().await;
        stage.app.pass(2 * HOUR).await;
        stage.publish("Post 2").await;
        stage.app.work().await;

        assert_eq!(stage.subjects(), ["Post 1", "Post 2"]);
    }

    async fn the_first_mailing_after_a_backup_was_brought_back_waits_for_a_person(stage: Stage) {
        stage.add_readers(1).await;
        stage.publish("Post 1").await;
        stage.app.work().await;
        assert_eq!(stage.sent_to_reader(), 1);
        stage.app.pass(2 * HOUR).await;
        stage.service().db.write(|mut tx| async move {
            let now = tx.now();
            installation::set_moment(&mut tx, "backup:restored-at", now).await
        }).await.unwrap();

        stage.publish("Post 2").await;
        stage.app.pass(3 * DAY).await;
        let mailing = stage.mailings().await.remove(1);
        assert_eq!((mailing.state, mailing.approve_by, stage.sent_to_reader()), (State::Draft, None, 1));
        stage.act(mailing.id, Action::Approve).await;
        stage.app.work().await;
        stage.app.pass(2 * HOUR).await;
        stage.publish("Post 3").await;
        stage.app.work().await;

        assert_eq!(stage.subjects(), ["Post 1", "Post 2", "Post 3"]);
    }

    async fn while_the_first_mailing_waits_no_other_goes_out(stage: Stage) {
        stage.change_list(|settings| settings.rules.first_waits = true).await;
        stage.add_readers(1).await;
        stage.publish("Post 1").await;
        stage.app.work().await;
        stage.app.pass(2 * HOUR).await;
        stage.publish("Post 2").await;
        for _ in 0..3 {
            stage.app.pass(HOUR).await;
        }
        let drafts = stage.mailings().await;
        assert_eq!((drafts.len(), stage.sink.accepted()), (1, 0));

        stage.act(drafts[0].id, Action::Approve).await;
        for _ in 0..3 {
            stage.app.pass(HOUR).await;
        }

        assert_eq!(stage.subjects(), ["Post 1", "Post 2"]);
    }

    async fn an_archived_list_is_mailed_no_more(stage: Stage) {
        stage.draft_for(12, Deadline::Send).await;
        stage.add_readers(1).await;
        stage.publish("Post 1").await;
        stage.app.work().await;

        service::lists::archive(stage.service(), &staff(), stage.list()).await.unwrap();
        stage.app.pass(DAY).await;

        assert_eq!(stage.sent_to_reader(), 0);
        stage.assert_state(stage.mailings().await[0].id, State::Cancelled).await;
    }

    async fn a_draft_is_sent_when_its_deadline_passes_if_the_list_says_so(stage: Stage) {
        stage.draft_for(12, Deadline::Send).await;
        stage.add_readers(1).await;
        stage.publish("Post 1").await;
        stage.app.work().await;

        stage.app.pass(11 * HOUR).await;
        assert_eq!(stage.sent_to_reader(), 0);
        stage.app.pass(HOUR).await;

        assert_eq!(stage.sent_to_reader(), 1);
        assert_eq!(stage.reports(), ["Waiting for you: Post 1", "Sent: Post 1"]);
    }

    async fn a_draft_is_held_past_its_deadline_if_the_list_says_so(stage: Stage) {
        stage.draft_for(12, Deadline::Hold).await;
        stage.add_readers(1).await;
        stage.publish("Post 1").await;

        stage.app.pass(3 * DAY).await;

        assert_eq!(stage.sent_to_reader(), 0);
        stage.assert_state(stage.mailings().await[0].id, State::Draft).await;
    }

    async fn who_joins_or_leaves_while_a_draft_waits_is_counted_when_it_is_approved(stage: Stage) {
        stage.draft_for(12, Deadline::Hold).await;
        stage.add_readers(2).await;
        stage.publish("Post 1").await;
        stage.app.work().await;
        let mailing = stage.mailings().await.remove(0);
        stage.app.pass(HOUR).await;
        stage.add_reader("late@example.org").await;

        stage.act(mailing.id, Action::Approve).await;
        stage.app.work().await;

        let counters = stage.mailing(mailing.id).await.counters;
        assert_eq!((counters.candidates, counters.accepted, counters.excluded), (3, 2, 1));
        assert_eq!(stage.sink.log().to("late@example.org").count(), 0, "the post was ready before they joined");
    }

    async fn a_draft_that_is_cancelled_is_not_sent_and_its_posts_come_with_the_next(stage: Stage) {
        stage.draft_for(12, Deadline::Send).await;
        stage.add_readers(1).await;
        stage.publish("Post 1").await;
        stage.app.work().await;

        stage.act(stage.mailings().await[0].id, Action::Cancel).await;
        stage.app.pass(DAY).await;
        assert_eq!(stage.sent_to_reader(), 0);
        stage.publish("Post 2").await;
        stage.app.work().await;
        stage.app.pass(DAY).await;

        let posts = service::mailings::posts_of(stage.service(), stage.mailings().await[1].id).await.unwrap();
        let titles: Vec<&str> = posts.iter().map(|post| post.content.title.as_str()).collect();
        assert_eq!((titles, stage.sent_to_reader()), (vec!["Post 1", "Post 2"], 1));
    }

    async fn the_mail_about_a_second_draft_does_not_name_what_went_out_with_the_first(stage: Stage) {
        stage.draft_for(12, Deadline::Send).await;
        stage.add_readers(1).await;
        stage.publish("Post 1").await;
        stage.app.work().await;
        stage.app.pass(12 * HOUR).await;
        stage.app.pass(2 * HOUR).await;

        stage.publish("Post 2").await;
        stage.app.work().await;

        assert_eq!(stage.reports(), ["Waiting for you: Post 1", "Sent: Post 1", "Waiting for you: Post 2"]);
    }
}
