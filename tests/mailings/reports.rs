//! What staff are told by mail.

use std::time::Duration;

use domain::{
    mailing::{Action, State},
    rules::{Approval, Deadline},
};
use testkit::{
    Mail, on_both_engines,
    smtp_sink::{Rule, Step},
};

use super::{
    newsroom::Newsroom,
    stage::{DAY, HOUR, MINUTE, Stage},
};

impl Stage {
    async fn report_to_the_desk(&self) {
        self.change_list(|settings| settings.rules.reports_to = vec!["desk@elmstreet.example".parse().unwrap()])
            .await;
    }

    /// The last report, subject and text without its footer, with `names` in place of what differs from run to run.
    fn report(&self, names: &[(String, &str)]) -> String {
        let log = self.sink.log();
        let raw = log.to("desk@elmstreet.example").last().unwrap().raw.clone();
        let mail = Mail::parse(&raw.unwrap());
        let (text, _) = mail.text().split_once("\n--").unwrap();
        let whole = format!("Subject: {}\n\n{text}", mail.subject()).replace('\r', "");
        names.iter().fold(whole, |text, (from, to)| text.replace(from, to))
    }
}

on_both_engines! {
    async fn staff_are_told_what_became_of_a_mailing_and_what_to_do(stage: Stage) {
        stage.report_to_the_desk().await;
        stage.add_readers(5).await;
        stage.reply(Step::Rcpt, "550 5.1.1 no such user", "reader1@example.org");
        stage.reply(Step::Rcpt, "450 4.2.1 not now", "reader2@example.org");
        stage.publish("Sleep and the clock").await;
        stage.app.clock().advance(MINUTE);
        stage.publish("Soup for cold days").await;
        stage.app.work().await;
        let mailing = stage.mailings().await[0].id;

        insta::allow_duplicates! {
            insta::assert_snapshot!(stage.report(&[(mailing.to_string(), "ID")]), @r#"
            Subject: Sent: Sleep and the clock, and 1 more

            3 readers were sent these posts

            - Sleep and the clock, 24 November 2026
              https://elmstreet.example/Sleep-and-the-clock
            - Soup for cold days, 24 November 2026
              https://elmstreet.example/Soup-for-cold-days

            It left on 24 November 2026, 09:01 CET.

            Not everybody on the list was sent it:

            - 1 refused by the mail provider
            - 1 put off by the mail provider, and tried again for up to three days

            Nothing needs doing about single refusals: an address that is said not to exist gets no more mail, and the others are mailed again with what comes next. Where many were refused, see whether the provider takes your mail at all:

            To try it with one mail:
                paperround mail test YOUR-ADDRESS

            Admins find the provider's answer for each reader in the API: GET /api/v1/mailings/ID/deliveries?outcome=refused.
            "#);
        }
    }

    async fn staff_are_told_who_was_left_out_of_a_mailing_and_why(stage: Stage) {
        stage.report_to_the_desk().await;
        stage.change_list(|settings| settings.rules.approval = Approval::Draft { hours: 12, then: Deadline::Hold }).await;
        stage.add_readers(1).await;
        stage.publish("Sleep and the clock").await;
        stage.app.pass(HOUR).await;
        stage.add_reader("late@example.org").await;
        stage.act(stage.mailings().await[0].id, Action::Approve).await;
        stage.app.work().await;

        insta::allow_duplicates! {
            insta::assert_snapshot!(stage.report(&[]), @r#"
            Subject: Sent: Sleep and the clock

            1 reader was sent this post

            - Sleep and the clock, 24 November 2026
              https://elmstreet.example/Sleep-and-the-clock

            It left on 24 November 2026, 10:00 CET.

            Not everybody on the list was sent it:

            - 1 had nothing new in it: they had it already, joined later, or chose other topics
            "#);
        }
    }

    async fn a_draft_names_its_posts_its_readers_and_its_deadline(stage: Stage) {
        stage.report_to_the_desk().await;
        stage.change_list(|settings| settings.rules.approval = Approval::Draft { hours: 12, then: Deadline::Send }).await;
        stage.add_readers(2).await;
        stage.publish("Sleep and the clock").await;
        stage.app.work().await;
        let draft = stage.mailings().await.remove(0);

        assert_eq!(service::reports::readers_of_draft(stage.service(), &draft).await.unwrap(), 2);
        insta::allow_duplicates! {
            insta::assert_snapshot!(stage.report(&[(draft.id.to_string(), "ID")]), @r#"
            Subject: Waiting for you: Sleep and the clock

            Shall this mail go out?

            It is for 2 readers who are mailed right away.

            - Sleep and the clock, 24 November 2026
              https://elmstreet.example/Sleep-and-the-clock

            If nobody decides before, it is sent on 24 November 2026, 21:00 CET.

            To look at it:
                paperround mailing show ID

            To let it go:
                paperround mailing approve ID

            To call it off:
                paperround mailing cancel ID

            The mail itself, as readers would get it, is in the API: GET /api/v1/mailings/ID/preview.
            "#);
        }
    }

    async fn staff_are_asked_about_held_posts_by_their_titles(room: Newsroom) {
        let mut room = room;
        room.stage.report_to_the_desk().await;
        let titles: Vec<String> = (1..=12).map(|number| format!("Post {number}")).collect();
        room.publish(&titles.iter().map(String::as_str).collect::<Vec<_>>());
        room.look().await;

        let names = [(room.server.url("/feed"), "FEED"), (room.feed.to_string(), "ID")];
        insta::allow_duplicates! {
            insta::assert_snapshot!(room.stage.report(&names), @r#"
            Subject: Held for you: Post 12, and 11 more

            Shall these posts be mailed?

            12 new posts came at once. Are they new to your readers, or was the blog moved or its feed rewritten?

            - Post 12, 24 November 2026
              https://clinic.example/post/post-12
            - Post 11, 24 November 2026
              https://clinic.example/post/post-11
            - Post 10, 24 November 2026
              https://clinic.example/post/post-10
            - Post 9, 24 November 2026
              https://clinic.example/post/post-9
            - Post 8, 24 November 2026
              https://clinic.example/post/post-8
            - Post 7, 24 November 2026
              https://clinic.example/post/post-7
            - Post 6, 24 November 2026
              https://clinic.example/post/post-6
            - Post 5, 24 November 2026
              https://clinic.example/post/post-5
            - Post 4, 24 November 2026
              https://clinic.example/post/post-4
            - Post 3, 24 November 2026
              https://clinic.example/post/post-3
            - and 2 more

            They come from FEED. Nothing of them is mailed until somebody decides.

            To mail them with the next mailing:
                paperround feed release ID

            To leave them out:
                paperround feed skip ID

            To see all of them, and decide about each:
                paperround post list --list blog --state held
            "#);
        }
    }

    async fn staff_are_told_once_that_a_mailing_stopped_why_and_what_to_do(stage: Stage) {
        stage.report_to_the_desk().await;
        for number in 0..5 {
            stage.add_reader(&format!("reader{number}@example.org")).await;
            // They are mailed in the order in which they came.
            stage.app.clock().advance(Duration::from_millis(1));
        }
        stage.sink.add_rule(Rule::reply(Step::Rcpt, "550 5.4.5 <reader2@example.org> is over your quota").to("reader2@example.org").times(1));
        stage.publish("Sleep and the clock").await;
        stage.app.work().await;
        stage.app.pass(HOUR / 2).await;
        let mailing = stage.mailings().await.remove(0);

        assert_eq!(mailing.state, State::Paused);
        assert_eq!(stage.sink.log().to("desk@elmstreet.example").count(), 1);
        insta::allow_duplicates! {
            insta::assert_snapshot!(stage.report(&[(mailing.id.to_string(), "ID")]), @r#"
            Subject: Stopped: Sleep and the clock

            Shall this mail go on?

            - Sleep and the clock, 24 November 2026
              https://elmstreet.example/Sleep-and-the-clock

            It stopped on 24 November 2026, 09:00 CET, for this reason:

            the mail provider takes no more until somebody has looked: 550 5.4.5 <r•••@e•••.org> is over your quota.

            2 readers were sent it so far. Nothing more of it leaves until somebody decides.

            To see where it stands:
                paperround mailing show ID

            To see whether the mail provider takes one mail:
                paperround mail test YOUR-ADDRESS

            To let it go on:
                paperround mailing resume ID

            To call it off:
                paperround mailing cancel ID
            "#);
        }

        stage.act(mailing.id, Action::Resume).await;
        stage.app.work().await;
        assert_eq!(stage.sink.log().to("desk@elmstreet.example").count(), 2, "one about the pause, one about the end");
    }

    async fn staff_are_told_of_a_provider_that_turned_us_away_once_it_takes_mail_again(stage: Stage) {
        stage.report_to_the_desk().await;
        stage.add_readers(30).await;
        stage.sink.add_rule(Rule::reply(Step::Connect, "554 5.7.1 your address is blocked"));
        stage.publish("Sleep and the clock").await;
        stage.app.work().await;
        assert_eq!((stage.mailings().await[0].state, stage.sink.accepted()), (State::Paused, 0));

        stage.sink.clear_rules();
        stage.app.pass(HOUR).await;

        let log = stage.sink.log();
        let subjects: Vec<String> = log.iter().map(|mail| mail.mail().subject().to_owned()).collect();
        assert_eq!(subjects, ["Stopped: Sleep and the clock"]);
    }

    async fn staff_are_told_of_a_mailing_that_nothing_happened_to_and_of_one_that_waited_for_too_long(stage: Stage) {
        let mut stage = stage;
        let provider = stage.service().settings.provider.clone();
        stage.report_to_the_desk().await;
        stage.add_readers(3).await;
        stage.publish("Sleep and the clock").await;
        stage.app.restart(|settings| settings.provider = None).await;
        stage.app.work().await;
        stage.app.clock().advance(2 * DAY);

        stage.app.restart(|settings| settings.provider = provider).await;
        stage.app.work().await;

        let mailing = stage.mailings().await.remove(0);
        assert!(mailing.reason.unwrap().starts_with("it has been due since"));
        assert!(stage.report(&[]).starts_with("Subject: Stopped: Sleep and the clock"));
        stage.sink.add_rule(Rule::reply(Step::Mail, "421 4.3.2 going down").times(1));
        stage.act(mailing.id, Action::Resume).await;
        stage.app.work().await;
        stage.app.pass(2 * HOUR).await;

        let mailing = stage.mailings().await.remove(0);
        assert!(mailing.reason.unwrap().starts_with("nothing of it left since"));
        assert_eq!(stage.sink.log().to("desk@elmstreet.example").count(), 2);
    }

    async fn staff_are_not_told_of_a_mailing_that_one_of_them_paused(stage: Stage) {
        stage.report_to_the_desk().await;
        stage.add_readers(3).await;
        let mailing = stage.announce("Sleep and the clock").await;
        stage.act(mailing, Action::Pause).await;

        stage.app.work().await;

        stage.assert_state(mailing, State::Paused).await;
        assert_eq!(stage.sink.accepted(), 0);
    }
}
