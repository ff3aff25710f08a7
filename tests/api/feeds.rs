//! Feeds and posts over the API.

use domain::{
    FeedId, PostId, Topics,
    post::{Fate, State},
};
use serde_json::json;
use store::{
    feeds,
    posts::{self, Content},
};
use testkit::on_both_engines;

use super::{Api, As};

impl Api {
    /// A post of a feed that nobody looks at, in that state.
    pub(super) async fn add_post(&self, title: &str, state: State) -> PostId {
        let (list, content) = (self.app.list, &content(title));
        let fate = &Fate::new(state, "for the test");
        self.app
            .service
            .db
            .write(|mut tx| async move {
                let known = feeds::page(&mut tx, Some(list), None, 1).await?;
                let feed = match known.first() {
                    Some(feed) => feed.id,
                    None => quiet_feed(&mut tx, list).await?,
                };
                let id = posts::insert(&mut tx, (Some(feed), list), content, fate).await?;
                Ok::<_, store::Error>(id.unwrap())
            })
            .await
            .unwrap()
    }
}

async fn quiet_feed(tx: &mut store::Tx, list: domain::ListId) -> Result<FeedId, store::Error> {
    let all = Topics::default();
    let feed = feeds::insert(tx, list, "https://elmstreet.example/feed", (&all, &all)).await?;
    let never = tx.now().offset(1_000_000_000_000);
    feeds::put_off(tx, feed, never).await?;
    Ok(feed)
}

fn content(title: &str) -> Content {
    let slug = title.to_lowercase().replace(' ', "-");
    let link = format!("https://elmstreet.example/{slug}");
    Content {
        identity: title.to_owned(),
        canonical_link: Some(feed::canonical_link(&link.parse().unwrap())),
        link: Some(link),
        fingerprint: title.to_owned(),
        title: title.to_owned(),
        author: None,
        published_at: None,
        excerpt: "In short.".to_owned(),
        html: Some("<p>In full.</p>".to_owned()),
        image_url: None,
        image_alt: None,
        minutes: None,
        categories: Vec::new(),
        revision: title.to_owned(),
    }
}

on_both_engines! {
    async fn a_feed_is_connected_looked_at_and_taken_off(api: Api) {
        let new = json!({ "list": "blog", "url": "https://elmstreet.example/feed" });
        let made = api.post(As::Admin, "/feeds", new.clone()).await;
        let again = api.post(As::Admin, "/feeds", new).await;
        let wrong = api.post(As::Admin, "/feeds", json!({ "list": "blog", "url": "ftp://elmstreet.example" })).await;
        let by_staff = api.post(As::Staff, "/feeds", json!({ "list": "blog", "url": "https://b.example/" })).await;
        let path = format!("/feeds/{}", made.id());
        let look = api.call(As::Staff, "POST", &format!("{path}/look"), None, None).await;
        let read = api.get(As::Staff, "/feeds?list=blog").await.json();
        let not_removed = api.delete(As::Staff, &path).await;
        let removed = api.delete(As::Admin, &path).await;

        assert_eq!((made.status, again.status, wrong.status, by_staff.status), (201, 409, 422, 403));
        assert_eq!((look.status, not_removed.status, removed.status), (202, 403, 204));
        assert_eq!(read["items"][0]["url"], "https://elmstreet.example/feed");
        assert_eq!(api.get(As::Staff, &path).await.status, 404);
        assert_eq!(api.get(As::Staff, "/feeds").await.json()["items"], json!([]));
    }

    async fn posts_that_are_held_are_released_or_skipped(api: Api) {
        let (one, two) = (api.add_post("One", State::Held).await, api.add_post("Two", State::Held).await);

        let released = api.call(As::Staff, "POST", &format!("/posts/{one}/release"), None, None).await;
        let skipped = api.call(As::Staff, "POST", &format!("/posts/{two}/skip"), None, None).await;
        let again = api.call(As::Staff, "POST", &format!("/posts/{two}/release"), None, None).await;

        assert_eq!((&released.json()["state"], &skipped.json()["state"]), (&json!("ready"), &json!("skipped")));
        assert_eq!(skipped.json()["reason"], "skipped by token:the desk");
        assert_eq!(again.status, 409);
        let held = api.get(As::Staff, "/lists/blog/posts?state=held").await.json();
        assert_eq!(held["items"], json!([]));
        let all = api.get(As::Staff, "/lists/blog/posts").await.json();
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
    }
}
