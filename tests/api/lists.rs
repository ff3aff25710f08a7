//! Lists over the API.

use serde_json::json;
use testkit::on_both_engines;

use super::{Api, As};

on_both_engines! {
    async fn a_list_says_what_it_lacks_until_it_is_ready(api: Api) {
        let bare = json!({ "name": "More", "cadence": { "every": "weekly", "on": ["friday"], "at": "09:30" } });
        let made = api.post(As::Admin, "/lists", json!({ "key": "more", "settings": bare })).await;
        let whole = json!({
            "name": "More",
            "public_name": "More from Elm Street",
            "sender": { "name": "Elm Street", "address": "hello@elmstreet.example" },
            "postal_address": "1 Elm Street",
            "zone": "Europe/Paris",
            "cadence": { "every": "weekly", "on": ["friday"], "at": "09:30" },
        });
        api.tick();
        let changed = api.put(As::Admin, "/lists/more", json!({ "version": 1, "settings": whole })).await;
        let stale = api.put(As::Admin, "/lists/more", json!({ "version": 1, "settings": whole })).await;

        assert_eq!(made.status, 201, "{}", made.text);
        let location = made.header("location").unwrap().strip_prefix("/api/v1").unwrap();
        assert_eq!(api.get(As::Staff, location).await.id(), made.id());
        assert_eq!(made.json()["ready"], false);
        assert_eq!(made.json()["missing"], json!(["sender", "postal_address", "zone"]));
        assert_eq!(made.json()["settings"]["public_name"], "More");
        assert_eq!(made.json()["next_dates"], json!([]));
        assert_eq!(changed.json()["ready"], true);
        assert_eq!(changed.json()["next_dates"], json!([
            "2026-11-27T09:30:00+01:00",
            "2026-12-04T09:30:00+01:00",
            "2026-12-11T09:30:00+01:00",
            "2026-12-18T09:30:00+01:00",
            "2026-12-25T09:30:00+01:00",
        ]));
        assert_eq!(changed.json()["settings"]["cadence"], whole["cadence"]);
        assert_eq!((stale.status, stale.json()["type"].as_str()), (409, Some("urn:paperround:problem:stale")));
        assert_eq!(api.log_of(&made.id()).await, ["list.change", "list.create"]);
    }

    async fn a_list_has_what_is_pasted_into_its_blog_until_it_is_archived(api: Api) {
        let snippets = async || api.get(As::Staff, "/lists/blog").await.json()["snippets"].clone();

        let open = snippets().await;
        api.call(As::Admin, "POST", "/lists/blog/archive", None, None).await;
        let archived = snippets().await;

        let (form, frame) = (open["form"].as_str().unwrap(), open["frame"].as_str().unwrap());
        assert_eq!(open["page"], "https://news.example.org/lists/blog");
        assert!(form.starts_with(r#"<form action="https://news.example.org/subscribe" method="post">"#), "{form}");
        for part in [r#"name="wording" value="1""#, "By subscribing you agree", r#"href="https://elmstreet.example/privacy""#] {
            assert!(form.contains(part), "{form}");
        }
        assert!(frame.contains(r#"src="https://news.example.org/embed/blog""#), "{frame}");
        assert_eq!(archived, serde_json::Value::Null);
    }

    async fn what_a_list_answers_can_be_sent_back(api: Api) {
        let read = api.get(As::Staff, "/lists/blog").await.json();
        let back = json!({ "version": read["version"], "settings": read["settings"] });

        let changed = api.put(As::Admin, "/lists/blog", back).await;

        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(changed.json()["settings"], read["settings"]);
    }

    async fn the_dates_of_a_monthly_list_keep_their_hour_across_a_change_of_daylight_saving(api: Api) {
        let read = api.get(As::Staff, "/lists/blog").await.json();
        let mut settings = read["settings"].clone();
        settings["cadence"] = json!({ "every": "monthly", "on": "last day", "at": "18:00" });

        api.put(As::Admin, "/lists/blog", json!({ "version": read["version"], "settings": settings })).await;

        let read = api.get(As::Staff, "/lists/blog").await.json();
        assert_eq!(read["settings"]["cadence"], settings["cadence"]);
        assert_eq!(read["next_dates"], json!([
            "2026-11-30T18:00:00+01:00",
            "2026-12-31T18:00:00+01:00",
            "2027-01-31T18:00:00+01:00",
            "2027-02-28T18:00:00+01:00",
            "2027-03-31T18:00:00+02:00",
        ]));
        let page = api.get(As::Staff, "/lists").await.json();
        assert_eq!(page["items"][0]["next_dates"], read["next_dates"]);
    }

    async fn a_short_name_is_given_once(api: Api) {
        let list = json!({ "key": "blog", "settings": { "name": "Blog", "cadence": { "every": "instant" } } });

        let again = api.post(As::Admin, "/lists", list).await;

        assert_eq!(again.status, 409);
        assert_eq!(again.json()["errors"][0]["field"], "key");
    }

    async fn an_archived_list_is_left_out_and_kept(api: Api) {
        let archived = api.call(As::Admin, "POST", "/lists/blog/archive", None, None).await;

        assert!(archived.json()["archived_at"].is_string());
        assert_eq!(archived.json()["ready"], false);
        assert_eq!(api.get(As::Staff, "/lists").await.json()["items"], json!([]));
        assert_eq!(api.get(As::Staff, "/lists/blog").await.status, 200);
        let late = api.post(As::Admin, "/subscribers", json!({ "address": "ann@example.org", "list": "blog" })).await;
        assert_eq!(late.status, 409);
    }

    async fn a_list_counts_its_people(api: Api) {
        for (address, confirm) in [("ann@example.org", false), ("bob@example.org", false), ("cem@example.org", true)] {
            api.post(As::Admin, "/subscribers", json!({ "address": address, "list": "blog", "confirm": confirm })).await;
        }
        api.app.work().await;

        let read = api.get(As::Staff, "/lists/blog").await.json();

        assert_eq!(read["subscriptions"], json!({ "pending": 1, "confirmed": 2, "unsubscribed": 0 }));
    }

    async fn rules_that_make_no_sense_name_the_field(api: Api) {
        let fields = async |field: &str, value: serde_json::Value| {
            let answer = api.set(|settings| settings["rules"][field] = value).await;
            assert_eq!(answer.status, 422, "{}", answer.problem());
            let errors = answer.json()["errors"].as_array().unwrap().clone();
            errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };

        assert_eq!(fields("settle_minutes", json!(1441)).await, ["settings.rules.settle_minutes"]);
        assert_eq!(fields("min_posts", json!(11)).await, ["settings.rules.min_posts", "settings.rules.max_posts"]);
        assert_eq!(fields("longest_wait_days", json!(0)).await, ["settings.rules.longest_wait_days"]);
        assert_eq!(fields("reports_to", json!(["nobody"])).await, ["settings.rules.reports_to[0]"]);
        assert_eq!(fields("text", json!("short")).await, ["settings.rules.text"]);
        assert_eq!(fields("min_post", json!(1)).await, ["settings.rules.min_post"]);
        let draft = json!({ "mode": "draft", "hours": 0, "then": "send" });
        assert_eq!(fields("approval", draft).await, ["settings.rules.approval.hours"]);
        let topics: Vec<String> = (0..21).map(|number| format!("topic {number}")).collect();
        assert_eq!(fields("topics", json!(topics)).await, ["settings.rules.topics"]);
        let daily = |hour| json!({ "every": "daily", "at": format!("{hour:02}:00") });
        let choices: Vec<_> = (0..9).map(daily).collect();
        assert_eq!(fields("choices", json!(choices)).await, ["settings.rules.choices"]);
        assert_eq!(fields("choices", json!([{ "every": "daily", "at": "25:00" }])).await, ["settings.rules.choices[0]"]);
        let desk: Vec<String> = (0..11).map(|number| format!("desk{number}@example.org")).collect();
        assert_eq!(fields("reports_to", json!(desk)).await, ["settings.rules.reports_to"]);
    }

    async fn a_page_that_is_none_names_the_field(api: Api) {
        let answer = api.set(|settings| settings["blog_url"] = json!("javascript:alert(1)")).await;

        assert_eq!((answer.status, &answer.json()["errors"][0]["field"]), (422, &json!("settings.blog_url")));
    }
}
