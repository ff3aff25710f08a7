//! Feeds over the API.

use domain::{
    FeedId, PostId, Topics,
    post::{Fate, State},
};
use serde_json::{Value, json};
use store::{
    feeds,
    posts::{self, Content},
};
use testkit::{Blog, FeedServer, Page, on_both_engines};

use super::{Answer, Api, As};

/// The API beside a blog on a server: its page names its feed, which has two posts.
struct Newsroom {
    api: Api,
    server: FeedServer,
    blog: Blog,
}

impl Newsroom {
    async fn sqlite() -> Self {
        Self::over(Api::sqlite().await).await
    }

    async fn postgres() -> Self {
        Self::over(Api::postgres().await).await
    }

    async fn over(mut api: Api) -> Self {
        let allow = |settings: &mut service::Settings| settings.feed_allow_hosts = vec!["127.0.0.1".to_owned()];
        api.app.restart(allow).await;
        let mut blog = Blog::new("https://clinic.example").post("Sleep and light", "One.");
        let soup = blog.publish("Soup", "Two.");
        soup.categories = vec!["Food".to_owned()];
        soup.image = Some("https://clinic.example/soup.jpg".to_owned());
        let server = FeedServer::start();
        server.publish("/blog", Page::html(page("/feed")));
        server.publish("/feed", Page::rss(blog.rss()));
        Self { api, server, blog }
    }

    fn at_blog(&self) -> Value {
        json!({ "list": "blog", "url": self.server.url("/blog") })
    }

    /// Connects the blog by its address, and has it looked at.
    async fn connect(&self) -> String {
        let made = self.api.post(As::Admin, "/feeds", self.at_blog()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        self.api.app.work().await;
        made.id()
    }

    /// Publishes posts and has the feed looked at.
    async fn publish(&mut self, feed: &str, titles: &[&str]) {
        let now = self.api.app.service.now().timestamp();
        for title in titles {
            self.blog.publish(title, "In short.").published = now;
        }
        self.server.publish("/feed", Page::rss(self.blog.rss()));
        self.call(As::Staff, "POST", &format!("/feeds/{feed}/look")).await;
        self.api.app.work().await;
    }

    async fn call(&self, who: As, method: &str, path: &str) -> Answer {
        self.api.call(who, method, path, None, None).await
    }

    async fn feed(&self, who: As, id: &str) -> Value {
        self.api.get(who, &format!("/feeds/{id}")).await.json()
    }
}

fn page(feed: &str) -> String {
    format!(r#"<!doctype html><title>Clinic</title><link rel="alternate" type="application/rss+xml" href="{feed}">"#)
}

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
    async fn a_feed_is_connected_by_the_address_of_its_blog_looked_at_and_taken_off(room: Newsroom) {
        let (api, new) = (&room.api, room.at_blog());

        let by_staff = api.post(As::Staff, "/feeds", new.clone()).await;
        let made = api.post(As::Admin, "/feeds", new.clone()).await;
        let again = api.post(As::Admin, "/feeds", new).await;
        let path = format!("/feeds/{}", made.id());
        let look = room.call(As::Staff, "POST", &format!("{path}/look")).await;
        let read = api.get(As::Staff, "/feeds?list=blog").await.json();
        let not_removed = api.delete(As::Staff, &path).await;
        api.tick();
        let removed = api.delete(As::Admin, &path).await;

        assert_eq!((made.status, again.status, by_staff.status), (201, 409, 403), "{}", made.text);
        assert_eq!((look.status, not_removed.status, removed.status), (202, 403, 204));
        let made = made.json();
        assert_eq!((&made["way"], &made["found"]), (&json!("named"), &json!("The page at this address names the feed.")));
        assert_eq!((&made["url"], &made["sentence"]), (&json!(room.server.url("/feed")), &json!("0 of these 2 posts will be sent.")));
        assert_eq!(read["items"][0]["url"], json!(room.server.url("/feed")));
        assert_eq!(api.get(As::Staff, &path).await.status, 404);
        assert_eq!(api.get(As::Staff, "/feeds").await.json()["items"], json!([]));
        // The look that followed from connecting was enough.
        assert_eq!(api.log_of(made["id"].as_str().unwrap()).await, ["feed.remove", "feed.connect"]);
    }

    async fn a_feed_that_cannot_be_found_is_refused_with_what_to_do(room: Newsroom) {
        let bare = FeedServer::start();
        bare.publish("/none", Page::html("<title>Nothing here</title>"));
        let refused = async |url: &str| {
            let answer = room.api.post(As::Admin, "/feeds", json!({ "list": "blog", "url": url })).await;
            assert_eq!(answer.status, 422, "{}", answer.problem());
            let error = answer.json()["errors"][0].clone();
            assert_eq!(error["field"], "url");
            error["detail"].as_str().unwrap().to_owned()
        };

        let none = refused(&bare.url("/none")).await;
        let ftp = refused("ftp://elmstreet.example").await;
        let private = refused("http://10.0.0.1/feed").await;

        assert!(none.contains("turn the feed on in the blog's settings"), "{none}");
        assert!(ftp.contains("not an address that can be fetched"), "{ftp}");
        assert!(private.contains("not on the public internet"), "{private}");
        let unknown = room.api.post(As::Admin, "/feeds", json!({ "list": "no", "url": room.server.url("/blog") })).await;
        assert_eq!(unknown.status, 404);
    }

    async fn a_preview_shows_what_would_become_of_each_post_and_changes_nothing(room: Newsroom) {
        let mut room = room;
        let preview = async |room: &Newsroom, more: Value| {
            let mut body = room.at_blog();
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let answer = room.api.call(As::Staff, "POST", "/feeds/preview", Some(&body.to_string()), Some("a key")).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(answer.header("idempotency-replayed"), None);
            answer.json()
        };

        let before = preview(&room, json!({ "excluded": ["food"] })).await;
        let nothing = room.api.get(As::Staff, "/feeds").await.json();
        let feed = room.connect().await;
        let now = room.api.app.service.now().timestamp();
        for title in ["New", "Newer"] {
            room.blog.publish(title, "In short.").published = now;
        }
        room.server.publish("/feed", Page::rss(room.blog.rss()));
        let after = preview(&room, json!({})).await;
        for title in ["Three", "Four", "Five", "Six"] {
            room.blog.publish(title, "In short.").published = now;
        }
        room.server.publish("/feed", Page::rss(room.blog.rss()));
        let flood = preview(&room, json!({})).await;
        let posts = room.api.get(As::Staff, "/lists/blog/posts").await.json();

        assert_eq!(nothing["items"], json!([]));
        assert_eq!((&before["feed"], &before["sentence"]), (&Value::Null, &json!("0 of these 2 posts will be sent.")));
        let soup = &before["posts"][0];
        assert_eq!((&soup["title"], &soup["categories"]), (&json!("Soup"), &json!(["Food"])));
        assert_eq!((&soup["state"], &soup["reason"]), (&json!("baseline"), &json!("is there already, so connecting the feed does not mail it")));
        assert_eq!((&soup["left_out"], &before["posts"][1]["left_out"]), (&json!("left out: it is in food"), &Value::Null));
        assert_eq!((&after["feed"], &after["sentence"]), (&json!(feed), &json!("2 of these 4 posts will be sent.")));
        assert_eq!((&after["posts"][0]["state"], &after["posts"][3]["state"]), (&json!("settling"), &json!("baseline")));
        assert_eq!(flood["sentence"], "0 of these 8 posts will be sent.");
        assert_eq!(flood["posts"][0]["reason"], "6 new posts at once: was the blog moved or its feed rewritten?");
        assert_eq!(posts["items"].as_array().unwrap().len(), 2);
    }

    async fn categories_are_chosen_and_changed_by_whoever_read_the_newest_version(room: Newsroom) {
        let mut room = room;
        let feed = room.connect().await;
        let path = format!("/feeds/{feed}");
        let change = json!({ "version": 1, "included": ["Sleep", "food"], "excluded": ["News"] });

        let by_staff = room.api.put(As::Staff, &path, change.clone()).await;
        let changed = room.api.put(As::Admin, &path, change.clone()).await;
        let stale = room.api.put(As::Admin, &path, change).await;
        room.api.tick();
        room.publish(&feed, &["About nothing"]).await;

        assert_eq!((by_staff.status, changed.status, stale.status), (403, 200, 409), "{}", changed.text);
        assert_eq!(stale.json()["type"], "urn:paperround:problem:stale");
        let changed = changed.json();
        assert_eq!((&changed["included"], &changed["excluded"]), (&json!(["food", "sleep"]), &json!(["news"])));
        assert_eq!(changed["version"], 2);
        let skipped = room.api.get(As::Staff, "/lists/blog/posts?state=skipped").await.json();
        assert_eq!(skipped["items"][0]["reason"], "left out: it is in none of food, sleep");
        assert_eq!(room.api.log_of(&feed).await, ["feed.look", "feed.change", "feed.connect"]);
    }

    async fn staff_answer_what_a_feed_asks_about_posts_that_are_held(room: Newsroom) {
        let mut room = room;
        let feed = room.connect().await;
        room.publish(&feed, &["One", "Two", "Three", "Four", "Five", "Six"]).await;
        let path = format!("/feeds/{feed}/held");

        let asked = room.feed(As::Staff, &feed).await;
        let nonsense = room.api.post(As::Staff, &path, json!({ "verdict": "burn" })).await;
        let skipped = room.api.post(As::Staff, &path, json!({ "verdict": "skip" })).await;
        let answered = room.feed(As::Staff, &feed).await;
        room.publish(&feed, &["Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"]).await;
        room.api.tick();
        let mailed = room.api.post(As::Staff, &path, json!({ "verdict": "mail" })).await;

        assert_eq!(asked["held"], 6);
        assert!(asked["question"].as_str().unwrap().starts_with("6 new posts came at once."), "{asked}");
        assert_eq!((nonsense.status, skipped.status, mailed.status), (422, 200, 200), "{}", nonsense.text);
        assert_eq!((skipped.json(), mailed.json()), (json!({ "posts": 6 }), json!({ "posts": 6 })));
        assert_eq!((&answered["held"], &answered["question"]), (&json!(0), &Value::Null));
        let ready = room.api.get(As::Staff, "/lists/blog/posts?state=ready").await.json();
        assert_eq!(ready["items"].as_array().unwrap().len(), 6);
        assert_eq!(room.api.log_of(&feed).await[..1], ["feed.release"]);
    }

    async fn only_admins_see_the_address_of_a_feeds_hook(room: Newsroom) {
        let feed = room.connect().await;

        let by_admin = room.feed(As::Admin, &feed).await;
        let by_staff = room.feed(As::Staff, &feed).await;
        let listed = room.api.get(As::Staff, "/feeds").await.text;

        let url = by_admin["hook_url"].as_str().unwrap();
        assert!(url.starts_with("https://news.example.org/hooks/feeds/"), "{url}");
        assert_eq!(by_staff["hook_url"], Value::Null);
        assert!(!listed.contains("/hooks/"), "{listed}");
    }
}
