//! What readers want to read about, where the list has topics.

use domain::Topics;
use testkit::on_both_engines;

use super::preferences::{ANN, DAY, inputs};
use crate::support::App;

on_both_engines! {
    async fn topics_are_ticked_and_all_or_none_of_them_stand_for_everything(app: App) {
        app.offer(|rules| rules.topics = Topics::parse("Sleep, Food")).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;

        let before = app.web.get(&page).await;
        let sleep = app.save(&page, &[("cadence", "instant"), ("topic", "sleep")]).await;
        let one = app.chosen(id).await.1;
        app.publish("Eat well", &["Food"]).await;
        app.clock().advance(DAY);
        app.publish("Sleep well", &["SLEEP"]).await;
        app.save(&page, &[("topic", "sleep"), ("topic", "food")]).await;
        let all = app.chosen(id).await.1;
        app.save(&page, &[("topic", "food")]).await;
        app.save(&page, &[]).await;

        assert_eq!(inputs(&before, "topic"), [("food", true), ("sleep", true)]);
        assert_eq!(inputs(&sleep, "topic"), [("food", false), ("sleep", true)]);
        assert_eq!(one.as_deref(), Some("sleep"));
        assert_eq!(app.news().await, ["Sleep well"]);
        assert_eq!((all, app.chosen(id).await.1), (None, None));
    }

    async fn the_name_of_a_topic_is_text(app: App) {
        let hostile = r#""><script>alert(1)</script>"#;
        app.offer(|rules| rules.topics = [hostile, "sleep"].into_iter().collect()).await;
        let id = app.join(ANN).await;
        let page = app.preferences().await;

        let shown = app.web.get(&page).await;
        let saved = app.save(&page, &[("topic", hostile)]).await;
        let refused = app.save(&page, &[("topic", "<img src=x>")]).await;

        for answer in [&shown, &saved, &refused] {
            assert!(!answer.body.contains("<script") && !answer.body.contains("<img"), "{}", answer.body);
        }
        assert_eq!(app.chosen(id).await.1.as_deref(), Some(hostile));
    }
}
