//! Dead jobs over the API.

use domain::{FeedId, Job, MessageId};
use serde_json::{Value, json};
use store::jobs::{self, When};
use testkit::on_both_engines;

use super::{Api, As};

async fn bury(api: &Api, job: Job) {
    let job = &job;
    let enqueue = async |mut tx: store::Tx| jobs::enqueue(&mut tx, job, When::now().once("one")).await;
    api.app.service.db.write(enqueue).await.unwrap();
    api.app
        .test
        .execute("update job set state = 'dead', error = 'no such user ann@example.org', died_at = 1795507200000")
        .await;
}

async fn the_only(api: &Api, who: As) -> Value {
    let dead = api.get(who, "/jobs/dead").await.json();
    assert_eq!(dead["items"].as_array().unwrap().len(), 1, "{dead}");
    dead["items"][0].clone()
}

on_both_engines! {
    async fn a_dead_job_waits_again_when_staff_say_so(api: Api) {
        let feed = FeedId::from(uuid::Uuid::max());
        bury(&api, Job::PollFeed { feed }).await;
        let dead = the_only(&api, As::Staff).await;
        let id = dead["id"].as_str().unwrap();

        let retried = api.call(As::Staff, "POST", &format!("/jobs/{id}/retry"), None, None).await;
        let again = api.call(As::Staff, "POST", &format!("/jobs/{id}/retry"), None, None).await;

        assert_eq!(dead["payload"], json!({ "kind": "poll-feed", "feed": feed }));
        assert_eq!(dead["error"], "no such user ann@example.org");
        assert_eq!((retried.status, again.status), (204, 404));
        assert_eq!(api.get(As::Staff, "/jobs/dead").await.json()["items"], json!([]));
        assert_eq!(api.log_of(id).await, ["job.retry"]);
    }

    async fn a_dead_job_stays_dead_while_another_does_the_same(api: Api) {
        let feed = FeedId::from(uuid::Uuid::max());
        bury(&api, Job::PollFeed { feed }).await;
        let id = the_only(&api, As::Staff).await["id"].as_str().unwrap().to_owned();
        let other = &Job::PollFeed { feed };
        let enqueue = async |mut tx: store::Tx| jobs::enqueue(&mut tx, other, When::now().once("one")).await;
        api.app.service.db.write(enqueue).await.unwrap();

        let refused = api.call(As::Staff, "POST", &format!("/jobs/{id}/retry"), None, None).await;

        assert_eq!(refused.status, 409, "{}", refused.text);
    }

    async fn what_went_wrong_with_the_mail_to_one_person_is_for_admins(api: Api) {
        bury(&api, Job::SendMessage { message: MessageId::from(uuid::Uuid::max()) }).await;

        assert_eq!(the_only(&api, As::Staff).await["error"], Value::Null);
        assert_eq!(the_only(&api, As::Admin).await["error"], "no such user ann@example.org");
    }
}
