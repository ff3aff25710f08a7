//! The sign-up form that asks how often.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use domain::Cadence;
use testkit::on_both_engines;

use super::preferences::{ANN, MONTHLY};
use crate::support::{Answer, App};

const BOB: &str = "bob@example.net";

impl App {
    async fn ask_how_often(&self) {
        self.offer(|rules| rules.choices_on_form = true).await;
    }

    async fn subscribe_at(&self, email: &str, cadence: &str) -> Answer {
        let fields = [("list", "blog"), ("email", email), ("cadence", cadence)];
        let answer = self.web.post("/subscribe", &fields).await;
        self.work().await;
        answer
    }
}

fn json(email: &str, cadence: &str) -> Request<Body> {
    Request::post("/api/v1/subscriptions")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(format!(
            r#"{{"list":"blog","email":"{email}","cadence":"{cadence}"}}"#
        )))
        .unwrap()
}

on_both_engines! {
    async fn a_form_asks_how_often_only_where_the_list_wants_it(app: App) {
        app.offer(|_| {}).await;
        let silent = app.web.get("/embed/blog").await;
        app.ask_how_often().await;

        let page = app.web.get("/lists/blog").await;
        let frame = app.web.get("/embed/blog").await;

        assert!(!silent.body.contains("<select"));
        for answer in [&page, &frame] {
            assert!(answer.body.contains(r#"<option value="instant" selected>Right away</option>"#), "{}", answer.body);
            assert!(answer.body.contains(r#"<option value="monthly 1 09:00">Every month on the 1st at 09:00</option>"#));
        }
    }

    async fn what_was_chosen_on_the_form_holds_from_the_confirmation_on(app: App) {
        app.ask_how_often().await;

        let signed_up = app.subscribe_at(ANN, MONTHLY).await;
        let kept = app.newest_signup().await.cadence;
        let confirm = format!("/confirm/{}", app.token("confirm").await);
        let asked = app.web.get(&confirm).await;
        let confirmed = app.web.post(&confirm, &[]).await;
        app.work().await;
        let page = app.web.get(&app.preferences().await).await;

        assert!(signed_up.body.contains(r#"type="hidden" name="cadence" value="monthly 1 09:00""#), "sent again as it was");
        assert_eq!(kept.as_ref().map(Cadence::spelling).as_deref(), Some(MONTHLY));
        for answer in [&asked, &confirmed] {
            assert!(answer.body.contains("every month on the 1st at 09:00"), "{}", answer.body);
        }
        assert!(page.body.contains(r#"value="monthly 1 09:00" checked"#), "{}", page.body);
        assert!(app.mails().await[1].text().contains("every month on the 1st"));
    }

    async fn a_reader_who_signs_up_again_keeps_what_they_have(app: App) {
        app.ask_how_often().await;
        let id = app.join(ANN).await;

        app.subscribe_at(ANN, MONTHLY).await;

        assert_eq!(app.chosen(id).await.0, None);
    }

    async fn whoever_comes_back_has_what_they_chose_last(app: App) {
        app.ask_how_often().await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;
        app.web.post(&page, &[("do", "save"), ("cadence", MONTHLY)]).await;
        app.web.post(&page, &[("do", "leave")]).await;
        app.clock().advance(std::time::Duration::from_secs(60));

        app.subscribe_at(ANN, "instant").await;
        app.web.post(&format!("/confirm/{}", app.token("confirm").await), &[]).await;

        assert_eq!(app.chosen(id).await.0, None);
    }

    async fn a_choice_that_is_withdrawn_before_the_confirmation_is_the_lists_own(app: App) {
        app.ask_how_often().await;
        app.subscribe_at(ANN, MONTHLY).await;
        app.change_rules(|rules| rules.choices.clear()).await;

        let confirmed = app.web.post(&format!("/confirm/{}", app.token("confirm").await), &[]).await;

        assert_eq!(confirmed.heading(), "You are on the list");
        assert!(confirmed.body.contains("right away"));
    }

    async fn a_choice_that_is_not_offered_is_refused_in_its_place_whoever_asks(app: App) {
        app.ask_how_often().await;
        app.join(ANN).await;

        for (cadence, says) in [
            ("daily 09:00", "This mailing list does not come every day at 09:00: please choose again."),
            ("<script>", "Please choose how often."),
        ] {
            let known = app.subscribe_at(ANN, cadence).await;
            let stranger = app.subscribe_at(BOB, cadence).await;
            let framed = app.web.post("/embed/blog", &[("email", BOB), ("cadence", cadence)]).await;
            let script = app.web.send(json(BOB, cadence)).await;

            for answer in [&known, &stranger, &framed] {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
                let error = format!(r#"id="cadence-error" role="alert">{says}"#);
                assert!(answer.body.contains(&error), "{}", answer.body);
                assert!(!answer.body.contains("<script"));
            }
            assert_eq!(known.body.replace(ANN, BOB), stranger.body);
            assert_eq!(script.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(script.body.contains(r#""cadence""#), "{}", script.body);
        }
        assert!(app.subjects(BOB).await.is_empty());
    }

    async fn a_script_may_say_how_often(app: App) {
        app.ask_how_often().await;

        let answer = app.web.send(json(BOB, MONTHLY)).await;

        assert_eq!(answer.status, StatusCode::ACCEPTED);
        let kept = app.newest_signup().await.cadence;
        assert_eq!(kept.as_ref().map(Cadence::spelling).as_deref(), Some(MONTHLY));
    }
}
