//! Announcing a post because staff said so.

use domain::{mailing::State, post};
use service::mailings::{self, Announce, AnnounceError};
use testkit::on_both_engines;

use super::stage::{HOUR, Stage, staff};

const AGAIN: Announce = Announce {
    again: true,
    also_slower: false,
};

on_both_engines! {
    async fn a_post_that_was_announced_to_nobody_can_be_announced_once_there_is_somebody(stage: Stage) {
        let post = stage.add_post("To an empty room", post::State::Baseline).await;
        mailings::announce(stage.service(), &staff(), post, Announce::default()).await.unwrap();
        stage.app.work().await;
        stage.add_readers(1).await;

        mailings::announce(stage.service(), &staff(), post, Announce::default()).await.unwrap();
        stage.app.work().await;

        assert_eq!(stage.sink.accepted(), 1);
    }

    async fn a_post_that_was_there_when_the_feed_was_connected_can_be_announced(stage: Stage) {
        stage.add_readers(2).await;
        let post = stage.add_post("From the archive", post::State::Baseline).await;

        let mailing = mailings::announce(stage.service(), &staff(), post, Announce::default()).await.unwrap();
        stage.app.work().await;

        stage.assert_state(mailing, State::Settled).await;
        assert_eq!(stage.sink.accepted(), 2);
        let post = service::feeds::post_by_id(stage.service(), post).await.unwrap();
        assert_eq!(post.state, post::State::Mailed);
        assert!(post.reason.starts_with("announced by token:front desk"), "{}", post.reason);
    }

    async fn a_post_is_mailed_again_only_if_somebody_says_so(stage: Stage) {
        stage.add_readers(1).await;
        let post = stage.add_post("Sleep well", post::State::Ready).await;
        let first = mailings::announce(stage.service(), &staff(), post, Announce::default()).await.unwrap();
        stage.app.work().await;

        let refused = mailings::announce(stage.service(), &staff(), post, Announce::default()).await;
        assert!(matches!(refused, Err(AnnounceError::Mailed(mailing)) if mailing == first));
        let second = mailings::announce(stage.service(), &staff(), post, AGAIN).await.unwrap();
        stage.app.work().await;

        assert_ne!(first, second);
        assert_eq!(stage.sink.accepted(), 2);
    }

    async fn a_post_that_was_announced_is_not_in_the_next_mailing(stage: Stage) {
        stage.add_readers(1).await;
        let post = stage.add_post("Sleep well", post::State::Ready).await;
        mailings::announce(stage.service(), &staff(), post, Announce::default()).await.unwrap();

        stage.app.pass(2 * HOUR).await;
        let planned = mailings::plan(stage.service(), stage.list()).await.unwrap();

        assert_eq!(planned, []);
        assert_eq!(stage.sink.accepted(), 1);
    }
}
