//! The feeds of a list: connecting them, looking at them, and what becomes of what they show.

use axum::http::StatusCode;
use domain::{Topics, feed::State as FeedState, post::State};
use service::{
    feeds::{self, AddError, Added, ConnectError, NewFeed},
    lists,
};
use testkit::{Page, on_both_engines};
use url::Url;

use super::{
    newsroom::Newsroom,
    stage::{DAY, HOUR, MINUTE, staff},
};

on_both_engines! {
    async fn what_was_there_when_the_feed_was_connected_is_never_mailed_by_itself(room: Newsroom) {
        room.stage.app.pass(DAY).await;

        let baseline = room.posts(State::Baseline).await;
        assert_eq!(baseline.len(), 2);
        assert_eq!(baseline[0].reason, "was there when the feed was connected");
        assert!(room.stage.mailings().await.is_empty());
        assert_eq!(room.row().await.title.as_deref(), Some("Harbour Street Clinic"));
    }

    async fn a_new_post_is_mailed_once(room: Newsroom) {
        let mut room = room;
        room.publish(&["Sleep well"]);

        room.stage.app.pass(HOUR).await;
        room.look().await;
        room.stage.app.pass(DAY).await;

        assert_eq!(room.stage.sink.accepted(), 1);
        let mailed = room.posts(State::Mailed).await;
        assert_eq!(mailed.iter().map(|post| post.content.title.as_str()).collect::<Vec<_>>(), ["Sleep well"]);
        assert!(mailed[0].reason.starts_with("in the mailing of 2026-11-24"), "{}", mailed[0].reason);
    }

    async fn a_feed_that_has_not_changed_is_not_read_again(room: Newsroom) {
        room.stage.app.pass(11 * MINUTE).await;
        room.stage.app.pass(11 * MINUTE).await;

        assert_eq!((room.server.count("/feed", 200), room.server.count("/feed", 304)), (1, 2));
        assert_eq!(room.row().await.state, FeedState::Ok);
    }

    async fn five_new_posts_share_one_mail_in_the_order_in_which_they_were_published(room: Newsroom) {
        let mut room = room;
        room.publish(&["One", "Two", "Three", "Four", "Five"]);

        room.look().await;

        let mailing = room.stage.mailings().await.remove(0);
        let posts = service::mailings::posts_of(room.stage.service(), mailing.id).await.unwrap();
        let titles: Vec<&str> = posts.iter().map(|post| post.content.title.as_str()).collect();
        assert_eq!(titles, ["One", "Two", "Three", "Four", "Five"]);
        assert_eq!(room.stage.sink.accepted(), 1);
    }

    async fn posts_of_one_look_are_listed_in_the_feeds_order(room: Newsroom) {
        let mut room = room;
        room.publish(&["One", "Two", "Three", "Four", "Five"]);

        room.look().await;

        let listed = feeds::posts_of(room.stage.service(), room.stage.list(), None, None, 100).await.unwrap();
        let titles: Vec<&str> = listed.iter().map(|post| post.content.title.as_str()).collect();
        assert_eq!(titles, ["Five", "Four", "Three", "Two", "One", "Old two", "Old one"]);
    }

    async fn a_correction_reaches_a_post_that_was_not_mailed_yet(room: Newsroom) {
        let mut room = room;
        room.publish(&["One", "Two", "Three", "Four", "Five", "Six"]);
        room.look().await;
        room.blog.posts_mut()[0].title = "Six, corrected".to_owned();
        room.show();

        room.look().await;

        let held = room.posts(State::Held).await;
        assert_eq!(held.last().unwrap().content.title, "Six, corrected");
        assert_eq!(held.len(), 6);
    }

    async fn a_feed_that_cannot_be_read_says_why_and_is_asked_less_often(room: Newsroom) {
        room.server.publish("/feed", Page::html("<!doctype html><title>Blog</title>"));
        room.look().await;
        let row = room.row().await;
        assert_eq!((row.state, row.failures), (FeedState::Failing, 1));
        assert!(row.reason.unwrap().contains("web page, not a feed"));
        assert_eq!(row.next_poll_at.since(room.stage.service().now()), 20 * MINUTE);

        room.stage.app.pass(21 * MINUTE).await;
        assert_eq!(room.row().await.failures, 2);
        room.show();
        room.stage.app.pass(41 * MINUTE).await;

        let row = room.row().await;
        assert_eq!((row.state, row.failures, row.reason), (FeedState::Ok, 0, None));
        assert!(room.stage.mailings().await.is_empty());
    }

    async fn staff_are_told_once_that_a_feed_cannot_be_read(room: Newsroom) {
        room.stage.change_list(|settings| settings.rules.reports_to = vec!["desk@elmstreet.example".parse().unwrap()]).await;
        room.server.publish("/feed", Page::Status(StatusCode::INTERNAL_SERVER_ERROR));
        for _ in 0..6 {
            room.stage.app.pass(DAY).await;
        }
        assert_eq!(room.stage.subjects(), ["The blog's feed cannot be read"]);

        room.show();
        room.stage.app.pass(DAY).await;
        assert_eq!(room.row().await.told_at, None);
    }

    async fn a_post_whose_id_has_a_nul_in_it_is_mailed_like_any_other(room: Newsroom) {
        let mut room = room;
        room.publish(&["Sleep well"]);
        room.blog.posts_mut()[0].guid.push('\0');
        let blog = &room.blog;
        for feed in [Page::rss(blog.rss()), Page::atom(blog.atom()), Page::json(blog.json())] {
            room.server.publish("/feed", feed);
            room.look().await;
        }

        assert_eq!((room.row().await.state, room.row().await.reason), (FeedState::Ok, None));
        assert_eq!(room.posts(State::Mailed).await.len(), 1);
        assert_eq!(room.stage.sink.accepted(), 1);
    }

    async fn a_feed_is_connected_to_a_list_once(room: Newsroom) {
        let url = Url::parse(&room.server.url("/feed")).unwrap();

        let again = feeds::connect(room.stage.service(), &staff(), room.stage.list(), &NewFeed::all_of(url.clone())).await;
        assert!(matches!(again, Err(ConnectError::Connected)));
        feeds::remove(room.stage.service(), &staff(), room.feed).await.unwrap();
        room.stage.app.pass(DAY).await;

        assert_eq!(room.server.count("/feed", 200) + room.server.count("/feed", 304), 1);
        feeds::connect(room.stage.service(), &staff(), room.stage.list(), &NewFeed::all_of(url)).await.unwrap();
    }

    async fn a_blog_is_added_with_the_categories_that_its_list_takes(room: Newsroom) {
        let mut room = room;
        room.blog.publish("Soup", "Three.").categories = vec!["Food".to_owned()];
        room.server.publish("/other", Page::rss(room.blog.rss()));
        let categories = (Topics::default(), Topics::parse("food"));

        let address = room.server.url("/other");
        let Added { feed, preview } =
            feeds::add(room.stage.service(), &staff(), room.stage.list(), &address, categories).await.unwrap();

        assert_eq!((feed.url, feed.excluded), (address, Topics::parse("food")));
        assert_eq!(preview.sentence, "0 of these 3 posts will be sent.");
        let left_out: Vec<&str> = preview.posts.iter().filter_map(|post| post.left_out.as_deref()).collect();
        assert_eq!(left_out, ["left out: it is in food"]);
    }

    async fn categories_decide_what_a_list_takes_from_a_feed(room: Newsroom) {
        let mut room = room;
        let feed = room.row().await;
        let (included, excluded) = (&Topics::parse("sleep, food"), &Topics::parse("internal"));
        room.stage.service().db.write(|mut tx| async move {
            store::feeds::set_categories(&mut tx, feed.id, feed.version, (included, excluded)).await
        }).await.unwrap();
        room.publish(&["About sleep", "About nothing", "About us"]);
        room.blog.posts_mut()[2].categories = vec!["Sleep".to_owned()];
        room.blog.posts_mut()[0].categories = vec!["Food".to_owned(), "Internal".to_owned()];
        room.show();
        room.look().await;
        room.stage.app.pass(HOUR).await;

        assert_eq!(room.stage.subjects(), ["About sleep"]);
        assert_eq!(room.standing("About nothing").await, (State::Skipped, "left out: it is in none of food, sleep".to_owned()));
        assert_eq!(room.standing("About us").await, (State::Skipped, "left out: it is in internal".to_owned()));
    }

    async fn a_blog_is_not_asked_for_its_feed_where_the_list_is_archived(room: Newsroom) {
        room.server.publish("/other", Page::rss(room.blog.rss()));
        lists::archive(room.stage.service(), &staff(), room.stage.list()).await.unwrap();

        let all = (Topics::default(), Topics::default());
        let address = room.server.url("/other");
        let refused = feeds::add(room.stage.service(), &staff(), room.stage.list(), &address, all).await;

        assert!(matches!(refused, Err(AddError::Connect(ConnectError::Archived))), "{refused:?}");
        assert_eq!(room.server.count("/other", 200), 0);
    }

    async fn a_post_is_found_by_its_address_in_whatever_form_it_was_copied(room: Newsroom) {
        let link = &room.blog.posts()[0].link;
        let copied = Url::parse(&format!("{link}/?utm_source=mail#comments")).unwrap();

        let found = feeds::post_at(room.stage.service(), room.stage.list(), &copied).await.unwrap();

        assert_eq!(found.content.title, "Old two");
    }
}

/// On PostgreSQL a look may end between two statements of whoever asks for the next; a trigger has it end just there.
#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn a_wish_for_a_look_is_not_forgotten_when_the_look_in_its_way_ends_meanwhile() {
    let room = Newsroom::postgres().await;
    let (service, test) = (room.stage.service(), &room.stage.app.test);
    feeds::look_now(service, &staff(), room.feed).await.unwrap();
    test.execute("update job set state = 'running', lease_until = 4102444800000 where kind = 'poll-feed'")
        .await;
    feeds::look_now(service, &staff(), room.feed).await.unwrap();
    test.clock.advance(feeds::HOOK_GAP * 2);
    test.execute(
        "create function end_look() returns trigger language plpgsql as
         $$ begin delete from job where state = 'running'; return null; end $$;
         create trigger look_ends after insert on job for each statement execute function end_look()",
    )
    .await;

    feeds::due_feeds(service).await.unwrap();
    test.execute("drop trigger look_ends on job").await;
    room.stage.app.pass(MINUTE).await;

    let now = service.now();
    let looked_at = room.row().await.polled_at.unwrap();
    assert!(now - MINUTE < looked_at, "{looked_at} is long before {now}");
}
