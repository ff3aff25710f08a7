//! What the next mailings of a list would bring, and drafts that wait for somebody.

use std::time::Duration;

use domain::post::State;
use serde_json::{Value, json};
use testkit::on_both_engines;

use super::{Api, As};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// The list is mailed every day at 18:00, and readers may choose Thursdays instead.
async fn make_daily(api: &Api) {
    let changed = api
        .set(|settings| {
            settings["cadence"] = json!({ "every": "daily", "at": "18:00" });
            settings["rules"]["min_posts"] = json!(2);
            settings["rules"]["choices"] = json!([{ "every": "weekly", "on": ["thursday"], "at": "09:00" }]);
        })
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

async fn next(api: &Api) -> [Value; 2] {
    let next = api.get(As::Staff, "/lists/blog/next").await.json();
    serde_json::from_value(next["items"].clone()).unwrap_or_else(|_| panic!("two cadences: {next}"))
}

fn titles(mailing: &Value) -> Vec<&str> {
    let posts = mailing["posts"].as_array().unwrap();
    posts.iter().map(|post| post["title"].as_str().unwrap()).collect()
}

on_both_engines! {
    async fn each_cadence_of_a_list_says_what_its_next_mailing_would_bring(api: Api) {
        make_daily(&api).await;
        api.add_reader("ann@example.org").await;
        let bob = api.add_reader("bob@example.org").await;
        api.choose(bob, Some("weekly thu 09:00")).await;
        let [nothing, _] = next(&api).await;
        api.add_post("One", State::Ready).await;
        api.tick();
        let two = api.add_post("Two", State::Ready).await;
        api.call(As::Staff, "POST", &format!("/posts/{two}/leave-out"), None, None).await;

        let [daily, weekly] = next(&api).await;

        assert_eq!((&nothing["outcome"], titles(&nothing)), (&json!("nothing"), vec![]));
        assert_eq!((&daily["cadence"], &daily["words"]), (&json!("daily 18:00"), &json!("every day at 18:00")));
        assert_eq!((&daily["own"], &daily["readers"]), (&json!(true), &json!(1)));
        assert_eq!((&daily["outcome"], titles(&daily)), (&json!("gathered"), vec!["One"]));
        assert_eq!(daily["next_dates"][1], "2026-11-25T18:00:00+01:00");
        assert_eq!(daily["at"], "2026-11-24T18:00:00+01:00");
        assert_eq!((&weekly["cadence"], &weekly["readers"]), (&json!("weekly thu 09:00"), &json!(1)));
        assert_eq!((&weekly["outcome"], titles(&weekly)), (&json!("sent"), vec!["One", "Two"]));
        assert_eq!((&weekly["own"], &weekly["waits_for_approval"]), (&json!(false), &json!(false)));
    }

    async fn the_next_mail_is_shown_before_it_is_made_and_making_it_is_left_to_its_hour(api: Api) {
        make_daily(&api).await;
        let path = "/lists/blog/next/preview";
        let nothing = api.get(As::Staff, path).await;
        api.add_post("One", State::Ready).await;
        api.tick();
        api.add_post("Two", State::Ready).await;

        let mail = api.get(As::Staff, path).await.json();
        let weekly = api.get(As::Staff, &format!("{path}?cadence=weekly%20thu%2009:00")).await;
        let unknown = api.get(As::Staff, &format!("{path}?cadence=monthly%201%2009:00")).await;
        let nonsense = api.get(As::Staff, &format!("{path}?cadence=often")).await;

        assert_eq!((nothing.status, weekly.status, unknown.status, nonsense.status), (404, 200, 404, 400), "{}", weekly.text);
        assert_eq!(nothing.json()["detail"], "there is nothing to mail yet");
        assert_eq!(nonsense.json()["errors"][0]["field"], "cadence");
        for part in ["text", "html"] {
            let part = mail[part].as_str().unwrap();
            assert!(part.contains("One") && part.contains("Two") && part.contains("https://news.example.org"), "{part}");
        }
        assert!(mail["subject"].as_str().is_some_and(|subject| !subject.is_empty()));
        assert_eq!(api.get(As::Staff, "/mailings").await.json()["items"], json!([]));
    }

    async fn a_mailing_of_which_nobody_is_owed_anything_is_not_promised(api: Api) {
        make_daily(&api).await;
        api.set(|settings| settings["rules"]["min_posts"] = json!(1)).await;
        api.add_reader("ann@example.org").await;
        let one = api.add_post("One", State::Baseline).await;
        api.post(As::Staff, &format!("/posts/{one}/announce"), json!({})).await;
        api.app.work().await;

        let [daily, weekly] = next(&api).await;

        assert_eq!((&daily["outcome"], titles(&daily)), (&json!("nobody"), vec![]));
        assert_eq!((&weekly["outcome"], titles(&weekly)), (&json!("nobody"), vec![]));
    }

    async fn what_cannot_be_mailed_promises_nothing(api: Api) {
        api.set(|settings| settings["postal_address"] = Value::Null).await;
        api.add_post("One", State::Ready).await;

        let next = api.get(As::Staff, "/lists/blog/next").await.json();

        assert_eq!((&next["items"][0]["outcome"], &next["items"][0]["at"]), (&json!("impossible"), &Value::Null));
    }

    async fn a_draft_waits_until_staff_approve_it(api: Api) {
        make_daily(&api).await;
        api.set(|settings| settings["rules"]["approval"] = json!({ "mode": "draft", "hours": 12, "then": "send" })).await;
        api.add_reader("ann@example.org").await;
        api.add_post("One", State::Ready).await;
        api.tick();
        api.add_post("Two", State::Ready).await;
        let [coming, _] = next(&api).await;

        api.app.pass(10 * HOUR).await;

        let drafts = api.get(As::Staff, "/mailings").await.json();
        let draft = &drafts["items"][0];
        let id = draft["id"].as_str().unwrap();
        let shown = api.get(As::Staff, &format!("/mailings/{id}/preview")).await.json();
        let approve = async || api.call(As::Staff, "POST", &format!("/mailings/{id}/actions/approve"), None, None).await;
        let approved = approve().await;
        let again = approve().await;
        api.app.work().await;
        let sent = api.get(As::Staff, &format!("/mailings/{id}")).await.json();
        let kept = api.get(As::Staff, &format!("/mailings/{id}/preview")).await.json();

        assert_eq!((&coming["outcome"], &coming["waits_for_approval"]), (&json!("sent"), &json!(true)));
        assert_eq!((&draft["state"], &draft["audience"]), (&json!("draft"), &json!("daily 18:00")));
        assert_eq!((&draft["on_deadline"], &draft["also_slower"], &draft["again"]), (&json!("send"), &json!(false), &json!(false)));
        assert!(draft["approve_by"].is_string(), "{draft}");
        assert_eq!((approved.status, again.status), (200, 409));
        assert_eq!((&approved.json()["state"], &approved.json()["approve_by"]), (&json!("freezing"), &Value::Null));
        assert_eq!((&sent["counts"]["accepted"], &sent["editions"]), (&json!(1), &json!([])));
        assert_eq!(kept, shown);
        assert!(!kept["html"].as_str().unwrap().contains("hole"), "{kept}");
        assert_eq!(api.log_of(id).await, ["mailing.approve"]);
    }

    async fn readers_who_had_a_part_of_a_mailing_get_an_edition_of_their_own(api: Api) {
        api.offer_thursdays().await;
        api.add_reader("ann@example.org").await;
        api.tick();
        let bob = api.add_reader("bob@example.org").await;
        api.choose(bob, Some("weekly thu 09:00")).await;
        let one = api.add_post("One", State::Baseline).await;
        api.post(As::Staff, &format!("/posts/{one}/announce"), json!({})).await;
        api.app.work().await;
        api.choose(bob, None).await;
        let two = api.add_post("Two", State::Ready).await;

        api.app.pass(HOUR).await;

        let mailings = api.get(As::Staff, "/mailings").await.json();
        let path = format!("/mailings/{}", mailings["items"][0]["id"].as_str().unwrap());
        let mailing = api.get(As::Staff, &path).await.json();
        let preview = async |number| api.get(As::Staff, &format!("{path}/preview?edition={number}")).await;
        let (anns, bobs, nobodys) = (preview(0).await, preview(1).await, preview(2).await);

        assert_eq!(mailing["editions"], json!([
            { "number": 0, "posts": [two], "deliveries": 1 },
            { "number": 1, "posts": [one, two], "deliveries": 1 },
        ]));
        assert_eq!(titles(&mailing), ["One", "Two"]);
        assert_eq!((anns.status, bobs.status, nobodys.status), (200, 200, 404));
        assert!(!anns.text.contains("One") && bobs.text.contains("One"), "{}", anns.text);
        let announced = &mailings["items"][1];
        assert_eq!((&announced["audience"], &announced["again"]), (&json!("asked"), &json!(false)));
    }
}
