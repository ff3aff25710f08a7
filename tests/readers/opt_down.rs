//! Mail less often for whoever was about to leave (an opt-down).

use std::time::Duration;

use axum::http::StatusCode;
use domain::subscription::State;
use service::readers;
use testkit::on_both_engines;

use super::preferences::{ANN, MONTHLY};
use crate::support::App;

on_both_engines! {
    async fn whoever_leaves_may_have_it_less_often_instead(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let leave = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        let undo = format!("{leave}/undo");

        let left = app.web.post(&leave, &[]).await;
        let refused = app.web.post(&undo, &[("cadence", "daily 09:00")]).await;
        let still = app.subscription(id).await.state;
        let back = app.web.post(&undo, &[("cadence", MONTHLY)]).await;
        let again = app.web.post(&leave, &[]).await;

        assert!(left.body.contains("Get it once a month instead"), "{}", left.body);
        assert_eq!((refused.status, still), (StatusCode::BAD_REQUEST, State::Unsubscribed));
        assert_eq!(back.heading(), "You are back on the list");
        assert!(back.body.contains("every month on the 1st at 09:00"), "{}", back.body);
        assert_eq!(app.chosen(id).await.0.as_deref(), Some(MONTHLY));
        assert!(again.body.contains("Undo") && !again.body.contains("instead"), "nothing is slower than what they have");
    }

    async fn an_hour_after_leaving_less_often_is_not_offered_any_more(app: App) {
        app.offer(|_| {}).await;
        let id = app.join(ANN).await;
        let leave = format!("/unsubscribe/{}", app.token("unsubscribe").await);
        app.web.post(&leave, &[]).await;
        app.clock().advance(readers::UNDO_WITHIN + Duration::from_millis(1));

        let late = app.web.get(&leave).await;
        let pressed = app.web.post(&format!("{leave}/undo"), &[("cadence", MONTHLY)]).await;

        assert!(!late.body.contains("instead"));
        assert_eq!(pressed.heading(), "You have left the list");
        assert_eq!((app.subscription(id).await.state, app.chosen(id).await.0), (State::Unsubscribed, None));
    }
}
