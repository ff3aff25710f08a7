//! Everything that is kept about a reader: seen, changed, downloaded and erased.

use std::time::Duration;

use axum::http::StatusCode;
use domain::{Topics, suppression::Reason};
use store::{subscribers, suppressions};
use testkit::on_both_engines;

use crate::support::{App, address};

const ADDRESS: &str = "ann@example.org";

impl App {
    /// Asks for a fresh link by the preference page, and gives its path.
    async fn access(&self) -> String {
        let preferences = format!("/preferences/{}", self.token("preferences").await);
        let sent = self.web.post(&preferences, &[("do", "fresh-link")]).await;
        assert_eq!(sent.heading(), "A fresh link is on its way");
        self.work().await;
        format!("/access/{}", self.token("access").await)
    }

    /// Opens a fresh link, and gives the path of the page behind it.
    async fn own_data(&self) -> String {
        let door = self.access().await;
        let opened = self.web.post(&door, &[]).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER);
        opened.header("location").to_owned()
    }
}

on_both_engines! {
    async fn a_link_opens_once_and_within_an_hour(app: App) {
        app.join(ADDRESS).await;
        let door = app.access().await;

        let seen = [app.web.get(&door).await, app.web.get(&door).await];
        let opened = app.web.post(&door, &[]).await;
        let again = app.web.post(&door, &[]).await;
        let late = app.access().await;
        app.clock().advance(Duration::from_secs(3601));
        let too_late = app.web.post(&late, &[]).await;
        let closed = app.web.get(opened.header("location")).await;

        assert!(seen.iter().all(|page| page.status == StatusCode::OK && !page.body.contains(ADDRESS)));
        assert_eq!(opened.status, StatusCode::SEE_OTHER);
        assert_eq!([again.status, too_late.status, closed.status], [StatusCode::GONE; 3]);
    }

    async fn the_page_shows_every_list_changes_the_name_and_leaves(app: App) {
        app.add_list("recipes", "Elm Street Kitchen").await;
        app.join(ADDRESS).await;
        app.web.post("/subscribe", &[("list", "recipes"), ("email", ADDRESS)]).await;
        app.work().await;
        let inside = app.own_data().await;

        let page = app.web.get(&inside).await;
        let renamed = app.web.post(&inside, &[("do", "rename"), ("name", " Ann\r\nLee ")]).await;
        let left = app.web.post(&inside, &[("do", "leave"), ("list", "blog")]).await;

        let shown = page.body.replace("<wbr>", "");
        assert!(shown.contains(ADDRESS) && page.body.contains("Elm Street Kitchen"), "{}", page.body);
        assert!(renamed.body.contains(r#"value="Ann Lee""#), "{}", renamed.body);
        assert!(left.body.contains("You have left the list."));
    }

    async fn a_download_holds_what_was_agreed_to_and_what_was_sent(app: App) {
        app.join(ADDRESS).await;
        let inside = app.own_data().await;

        let file = app.web.post(&inside, &[("do", "download")]).await;

        assert!(file.header("content-disposition").starts_with("attachment"));
        let kept: serde_json::Value = serde_json::from_str(&file.body).unwrap();
        assert_eq!(kept["address"], ADDRESS);
        assert_eq!(kept["subscriptions"][0]["state"], "confirmed");
        assert_eq!(kept["consents"][0]["asked_from"], "203.0.113.77");
        assert!(kept["consents"][0]["agreed_to"].as_str().unwrap().starts_with("By subscribing"));
        assert_eq!(kept["mails"].as_array().unwrap().len(), 3);
        assert_eq!(kept["mails"][0]["answer"]["code"], 250);
        assert!(kept["log"].as_array().unwrap().iter().any(|line| line["what"] == "subscriber.download"));
    }

    async fn a_download_holds_what_was_chosen_and_an_erasure_forgets_it(app: App) {
        app.offer(|rules| rules.topics = Topics::parse("Sleep, Food")).await;
        let id = app.join(ADDRESS).await;
        let page = app.preferences().await;
        app.web.post(&page, &[("do", "save"), ("cadence", "monthly 1 09:00"), ("topic", "sleep")]).await;
        app.web.post(&page, &[("do", "pause"), ("weeks", "2")]).await;
        let inside = app.own_data().await;

        let file = app.web.post(&inside, &[("do", "download")]).await;
        app.web.post(&inside, &[("do", "erase"), ("sure", "yes")]).await;

        let kept: serde_json::Value = serde_json::from_str(&file.body).unwrap();
        let subscription = &kept["subscriptions"][0];
        assert_eq!(subscription["chosen_cadence"], "monthly 1 09:00");
        assert_eq!(subscription["chosen_topics"], serde_json::json!(["sleep"]));
        assert!(subscription["pauses"][0]["until"].as_str().unwrap().starts_with("2026-12-08T"), "{subscription}");
        assert!(!kept["log"].to_string().contains("sleep"));
        assert_eq!(app.chosen(id).await.1, None);
        assert!(app.pauses(id).await.is_empty());
        assert_eq!(app.web.get(&page).await.status, StatusCode::GONE);
    }

    async fn every_change_that_a_reader_makes_is_in_the_log_without_their_address(app: App) {
        app.join(ADDRESS).await;
        let unsubscribe = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        app.web.post(&unsubscribe, &[]).await;
        app.web.post(&format!("{unsubscribe}/undo"), &[]).await;
        let inside = app.own_data().await;
        app.web.post(&inside, &[("do", "rename"), ("name", "Ann")]).await;

        let log = app.web.post(&inside, &[("do", "download")]).await.body;
        let log: serde_json::Value = serde_json::from_str(&log).unwrap();

        let lines = log["log"].as_array().unwrap();
        let mut what = lines.iter().map(|line| line["what"].as_str().unwrap()).collect::<Vec<_>>();
        what.sort_unstable();
        assert_eq!(
            what,
            [
                "subscriber.download",
                "subscriber.open-own-data",
                "subscriber.rename",
                "subscriber.request-access",
                "subscription.confirm",
                "subscription.leave",
                "subscription.request",
                "subscription.undo-leave",
            ]
        );
        assert!(lines.iter().all(|line| line["who"] == "reader" && line["from"] == "203.0.113.77"));
        assert!(!log["log"].to_string().contains("ann@"));
    }

    async fn erasure_leaves_no_trace_of_the_address_but_its_suppression(app: App) {
        let subscription = app.join(ADDRESS).await;
        let inside = app.own_data().await;
        let hash = &app.service.keys.suppression_hash(&address(ADDRESS));
        let blocked = &address(ADDRESS);
        app.service
            .db
            .write(|mut tx| async move { suppressions::add(&mut tx, blocked, hash, Reason::Complaint, None).await })
            .await
            .unwrap();
        app.ask(ADDRESS).await;

        let unsure = app.web.post(&inside, &[("do", "erase")]).await;
        let erased = app.web.post(&inside, &[("do", "erase"), ("sure", "yes")]).await;
        app.work().await;

        assert!(unsure.body.contains("Nothing was erased"));
        assert_eq!(erased.heading(), "Everything is erased");
        assert_eq!(app.mails().await.len(), 0);
        assert_eq!(app.web.get(&inside).await.status, StatusCode::GONE);
        assert!(service::readers::look_at(&app.service, subscription).await.unwrap().is_none());
        let left = app
            .service
            .db
            .read(|mut tx| async move {
                let subscriber = subscribers::find_by_address(&mut tx, blocked).await?;
                Ok::<_, store::Error>((subscriber.is_some(), suppressions::in_force(&mut tx, hash).await?.len()))
            })
            .await
            .unwrap();
        assert_eq!(left, (false, 1));
    }

    async fn three_fresh_links_a_day_are_mailed_and_the_answer_stays_the_same(app: App) {
        app.join(ADDRESS).await;
        let preferences = format!("/preferences/{}", app.token("preferences").await);

        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(app.web.post(&preferences, &[("do", "fresh-link")]).await.body);
            app.work().await;
        }

        answers.dedup();
        assert_eq!(answers.len(), 1);
        assert_eq!(app.subjects(ADDRESS).await.len(), 2 + 3);
    }
}
