//! Announcing and watching mailings over the API.

use domain::post::State;
use serde_json::{Value, json};
use testkit::on_both_engines;

use super::{Api, As};

async fn add_readers(api: &Api, how_many: usize) {
    for number in 0..how_many {
        let new = json!({ "address": format!("reader{number}@example.org"), "list": "blog" });
        assert_eq!(api.post(As::Admin, "/subscribers", new).await.status, 201);
    }
}

async fn announce(api: &Api) -> String {
    let post = api.add_post("From the archive", State::Baseline).await;
    let announced = api.post(As::Staff, &format!("/posts/{post}/announce"), json!({})).await;
    assert_eq!(announced.status, 201, "{}", announced.text);
    announced.json()["mailing"].as_str().unwrap().to_owned()
}

on_both_engines! {
    async fn staff_announce_an_old_post_once_however_often_they_send_the_request(api: Api) {
        add_readers(&api, 2).await;
        let post = api.add_post("From the archive", State::Baseline).await;
        let path = format!("/posts/{post}/announce");

        let first = api.call(As::Staff, "POST", &path, Some("{}"), Some("k1")).await;
        let repeated = api.call(As::Staff, "POST", &path, Some("{}"), Some("k1")).await;
        api.app.work().await;
        let second = api.post(As::Staff, &path, json!({})).await;
        let again = api.post(As::Staff, &path, json!({ "again": true })).await;

        assert_eq!((first.status, repeated.status, second.status, again.status), (201, 201, 409, 201));
        assert_eq!(first.json(), repeated.json());
        let mailing = api.get(As::Staff, first.header("location").unwrap().strip_prefix("/api/v1").unwrap()).await.json();
        assert_eq!(mailing["posts"][0]["title"], "From the archive");
        assert_eq!((&mailing["counts"]["accepted"], &mailing["state"]), (&json!(2), &json!("settled")));
        assert_eq!(mailing["requested_by"], "token:the desk");
    }

    async fn a_post_is_announced_by_the_address_of_its_page(api: Api) {
        add_readers(&api, 1).await;
        let post = api.add_post("From the archive", State::Baseline).await;
        let url = "https://elmstreet.example/from-the-archive?utm_source=mail";

        let announced = api.post(As::Staff, "/lists/blog/announce", json!({ "url": url })).await;
        let unknown = api.post(As::Staff, "/lists/blog/announce", json!({ "url": "https://elmstreet.example/no" })).await;

        assert_eq!((announced.status, unknown.status), (201, 422), "{}", announced.text);
        assert_eq!(unknown.json()["errors"][0]["field"], "url");
        assert_eq!(announced.json()["post"], json!(post));
    }

    async fn staff_see_outcomes_and_only_admins_see_addresses(api: Api) {
        add_readers(&api, 3).await;
        let mailing = announce(&api).await;
        api.app.work().await;
        let path = format!("/mailings/{mailing}/deliveries");

        let staff = api.get(As::Staff, &format!("{path}?limit=2")).await;
        let next = staff.json()["next"].as_str().unwrap().to_owned();
        let rest = api.get(As::Staff, &format!("{path}?limit=2&after={next}")).await.json();
        let admin = api.get(As::Admin, &path).await;

        assert!(!staff.text.contains('@'), "{}", staff.text);
        assert_eq!(staff.json()["items"][0]["outcome"], "accepted");
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
        assert!(admin.text.contains("reader2@example.org"));
        assert_eq!(api.log_of(&mailing).await, ["mailing.look-at-readers"]);
        let unknown = mailing.replace(|digit: char| digit != '-', "0");
        for who in [As::Staff, As::Admin] {
            assert_eq!(api.get(who, &format!("/mailings/{unknown}/deliveries")).await.status, 404);
        }
        assert_eq!(api.log_of(&unknown).await, [""; 0]);
        assert_eq!(api.get(As::Staff, &format!("{path}?outcome=refused")).await.json()["items"], json!([]));
    }

    async fn whoever_got_nothing_is_told_why(api: Api) {
        add_readers(&api, 2).await;
        api.post(As::Admin, "/suppressions", json!({ "address": "reader0@example.org" })).await;
        let mailing = announce(&api).await;
        api.app.work().await;
        let found = api.get(As::Admin, "/subscribers?address=reader0@example.org").await.json();
        let id = found["items"][0]["id"].as_str().unwrap();

        let received = api.get(As::Admin, &format!("/subscribers/{id}/deliveries")).await.json();
        let read = api.get(As::Staff, &format!("/mailings/{mailing}")).await.json();

        assert_eq!(received["items"][0]["mailing"], json!(mailing));
        assert_eq!((&received["items"][0]["outcome"], &received["items"][0]["left_out"]), (&Value::Null, &json!("suppressed")));
        assert_eq!(read["exclusions"], json!({ "suppressed": 1 }));
        assert_eq!((&read["counts"]["candidates"], &read["counts"]["deliveries"]), (&json!(2), &json!(1)));
    }

    async fn staff_pause_resume_and_cancel(api: Api) {
        add_readers(&api, 1).await;
        let mailing = announce(&api).await;
        let act = async |action: &str| {
            api.call(As::Staff, "POST", &format!("/mailings/{mailing}/actions/{action}"), None, None).await
        };

        let paused = act("pause").await;
        api.app.work().await;
        let resumed = act("resume").await;
        let not_again = act("resume").await;
        let cancelled = act("cancel").await;
        api.app.work().await;
        let nonsense = act("explode").await;

        assert_eq!((paused.status, resumed.status, cancelled.status), (200, 200, 200), "{}", paused.text);
        assert_eq!((&paused.json()["state"], &paused.json()["reason"]), (&json!("paused"), &json!("paused by token:the desk")));
        assert_eq!((not_again.status, nonsense.status), (409, 400));
        assert_eq!(cancelled.json()["state"], "cancelled");
        assert!(api.app.mails().await.is_empty());
        let listed = api.get(As::Staff, "/mailings?list=blog").await.json();
        assert_eq!(listed["items"][0]["id"], json!(mailing));
    }
}
