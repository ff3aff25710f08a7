//! The hook by which a blog says that there is something new in its feed.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use domain::{FeedId, Purpose, Queue, Token, WorkerId, feed::POLL_EVERY, post::State};
use service::feeds::{self, HOOK_GAP};
use store::{
    Error, Flush,
    feeds::{Look, record_look},
    jobs::{self, Ending, Finish, Finished},
};
use testkit::on_both_engines;

use super::{Api, As};
use crate::support::Answer;

/// The path of the hook of the feed that the API's test posts belong to.
async fn hook(api: &Api) -> (FeedId, String) {
    api.add_post("One", State::Baseline).await;
    let feeds = api.get(As::Admin, "/feeds").await.json();
    let feed = &feeds["items"][0];
    let url = feed["hook_url"].as_str().unwrap();
    let path = url.strip_prefix("https://news.example.org").unwrap().to_owned();
    (feed["id"].as_str().unwrap().parse().unwrap(), path)
}

async fn call(api: &Api, path: &str, body: impl Into<Body>) -> Answer {
    // A browser on the blog's site may call it, too.
    let request = Request::post(path)
        .header("origin", "https://elmstreet.example")
        .header("sec-fetch-site", "cross-site");
    api.app.web.send(request.body(body.into()).unwrap()).await
}

async fn looks(api: &Api) -> i64 {
    let jobs = (api.app.service.db).read(|mut tx| async move { store::jobs::count_pending(&mut tx).await });
    jobs.await.unwrap()
}

/// Takes the look that waits, and gives what ends it.
async fn begin_look(api: &Api) -> Finished {
    let db = &api.app.service.db;
    let (worker, now) = (WorkerId::new(db.random(), db.clock().now()), db.clock().now());
    let claimed =
        db.claim(|mut tx| async move { jobs::claim(&mut tx, Queue::Feeds, 9, now, (worker, HOOK_GAP)).await });
    let [look] = &claimed.await.unwrap()[..] else {
        panic!("one look waits");
    };
    Finished {
        job: look.id,
        epoch: look.epoch,
        ending: Ending::Done,
    }
}

/// Ends a look at a feed that could be read.
async fn end_look(api: &Api, feed: FeedId, job: &Finished) {
    let job = std::slice::from_ref(job);
    let look = &Look {
        state: domain::feed::State::Ok,
        reason: None,
        failures: 0,
        next_poll_at: api.app.service.now() + POLL_EVERY,
        document: None,
    };
    let ended = (api.app.service.db).claim(|mut tx| async move {
        record_look(&mut tx, feed, look).await?;
        Finish.flush(&mut tx, job).await?;
        Ok::<_, Error>(())
    });
    ended.await.unwrap();
}

on_both_engines! {
    async fn calls_while_a_look_runs_make_one_more_look_after_it(api: Api) {
        let (feed, path) = hook(&api).await;
        call(&api, &path, "").await;
        let running = begin_look(&api).await;

        let during = [call(&api, &path, "").await.status, call(&api, &path, "").await.status];
        feeds::due_feeds(&api.app.service).await.unwrap();
        assert_eq!((during, looks(&api).await), ([StatusCode::ACCEPTED; 2], 0));
        end_look(&api, feed, &running).await;
        api.app.test.clock.advance(HOOK_GAP);
        for _ in 0..2 {
            feeds::due_feeds(&api.app.service).await.unwrap();
        }
        assert_eq!(looks(&api).await, 1);

        let after = begin_look(&api).await;
        end_look(&api, feed, &after).await;
        api.app.test.clock.advance(HOOK_GAP);
        feeds::due_feeds(&api.app.service).await.unwrap();
        assert_eq!(looks(&api).await, 0);
    }

    async fn a_hook_has_a_blog_looked_at_no_more_often_than_every_ten_seconds(api: Api) {
        let (feed, path) = hook(&api).await;
        call(&api, &path, "").await;
        let look = begin_look(&api).await;
        end_look(&api, feed, &look).await;

        let calls = [call(&api, &path, "").await.status, call(&api, &path, "").await.status];

        let begins_at = api.app.test.number("select run_at from job where kind = 'poll-feed'").await;
        assert_eq!((calls, looks(&api).await), ([StatusCode::ACCEPTED; 2], 1));
        assert_eq!(begins_at, (api.app.service.now() + HOOK_GAP).get());
    }

    async fn many_calls_of_a_hook_make_one_look_that_is_written_down_once(api: Api) {
        let (feed, path) = hook(&api).await;

        let first = call(&api, &path, "").await;
        let second = call(&api, &path, r#"{"post": {"id": 7}}"#).await;
        let third = call(&api, &path, vec![0xff; 16 * 1024]).await;

        assert_eq!([first.status, second.status, third.status], [StatusCode::ACCEPTED; 3]);
        assert_eq!(looks(&api).await, 1);
        assert_eq!(first.header("set-cookie"), "");
        let log = api.get(As::Admin, &format!("/events?subject={feed}")).await.json();
        assert_eq!(log["items"].as_array().unwrap().len(), 1);
        assert_eq!((&log["items"][0]["action"], &log["items"][0]["actor"]), (&"feed.look".into(), &"hook".into()));
        assert_eq!(log["items"][0]["from"], "203.0.113.77");
    }

    async fn a_hook_is_not_called_by_a_get_nor_with_a_large_body(api: Api) {
        let (_, path) = hook(&api).await;

        let got = api.app.web.get(&path).await;
        let large = call(&api, &path, vec![0; 16 * 1024 + 1]).await;

        assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(looks(&api).await, 0);
    }

    async fn a_token_that_is_altered_or_of_another_purpose_does_nothing(api: Api) {
        let (feed, path) = hook(&api).await;
        let keys = &api.app.service.keys;
        let other = Token::sign(keys, Purpose::Unsubscribe, feed.get());
        let nobody = Token::sign(keys, Purpose::FeedHook, uuid::Uuid::from_u128(1));
        let (start, end) = path.split_at(path.len() - 2);
        let altered = format!("{start}{}", end.chars().rev().map(|c| if c == 'A' { 'B' } else { 'A' }).collect::<String>());

        for path in [altered, format!("/hooks/feeds/{other}"), format!("/hooks/feeds/{nobody}"), "/hooks/feeds/x".to_owned()] {
            let answer = call(&api, &path, "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let as_leaving = path.replace("/hooks/feeds/", "/unsubscribe/");
        assert_eq!(api.app.web.post(&as_leaving, &[]).await.status, StatusCode::GONE);
        assert_eq!(looks(&api).await, 0);
    }

    async fn the_hook_of_a_feed_that_was_taken_off_does_nothing(api: Api) {
        let (feed, path) = hook(&api).await;
        api.delete(As::Admin, &format!("/feeds/{feed}")).await;

        let answer = call(&api, &path, "").await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(looks(&api).await, 0);
    }
}
