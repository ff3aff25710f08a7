//! What the web server's frame adds to every answer, and whom it believes.

use std::time::Duration;

use super::{PATIENCE, get, http, says, serve};

#[tokio::test]
async fn every_answer_carries_its_id_and_the_headers_that_keep_it_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let (_process, address) = serve(folder.path(), &[]);

    let answer = get(format!("{address}/nothing-here")).await;

    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(answer.status().as_u16(), 404);
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("x-request-id").len(), 32);
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn the_log_holds_the_route_and_never_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let (process, address) = serve(folder.path(), &[]);

    get(format!("{address}/a-secret-token")).await;
    get(format!("{address}/healthz")).await;
    process.wait_for(PATIENCE, |line| line.contains("/healthz").then_some(()));

    assert!(!process.output().contains("a-secret-token"), "{}", process.output());
}

#[tokio::test]
async fn figures_are_for_the_machine_itself_and_for_holders_of_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let token = says(folder.path(), &["token", "add", "prometheus"]);
    let (_process, address) = serve(folder.path(), &[]);
    let figures = format!("{address}/metrics");
    let ask = |name: &'static str, value: String| {
        let request = http().get(&figures).header(name, value);
        async { request.send().await.unwrap().status().as_u16() }
    };

    assert_eq!(get(figures.clone()).await.status().as_u16(), 200);
    let shown = async {
        while !get(figures.clone())
            .await
            .text()
            .await
            .unwrap()
            .contains("paperround_mailings_paused 0")
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, shown)
        .await
        .expect("what waits is counted");
    assert_eq!(ask("x-forwarded-for", "203.0.113.9".to_owned()).await, 401);
    assert_eq!(ask("host", "rebound.example".to_owned()).await, 401);
    assert_eq!(ask("authorization", "Bearer pr_wrong".to_owned()).await, 401);
    assert_eq!(ask("authorization", format!("Bearer {}", token.trim())).await, 200);
}

#[tokio::test]
async fn the_inbox_is_there_only_with_the_catcher_and_only_on_this_machine() {
    let (folder, without) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("paperround.toml"), "smtp_url = \"catch:\"\n").unwrap();
    let (_process, address) = serve(folder.path(), &[]);
    let (_other, other) = serve(without.path(), &[]);
    let inbox = format!("{address}/inbox");

    let here = get(inbox.clone()).await.status();
    let proxied = http()
        .get(&inbox)
        .header("x-forwarded-for", "127.0.0.1")
        .send()
        .await
        .unwrap();
    let absent = get(format!("{other}/inbox")).await.status();

    assert_eq!(
        (here.as_u16(), proxied.status().as_u16(), absent.as_u16()),
        (200, 403, 404)
    );
}

#[tokio::test]
async fn a_form_on_another_site_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_process, address) = serve(folder.path(), &[]);

    let answer = http()
        .post(format!("{address}/confirm/x"))
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap();

    assert_eq!(answer.status().as_u16(), 403);
}

#[test]
fn asked_to_end_it_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, _) = serve(folder.path(), &[]);

    let ended = process.terminate(PATIENCE);

    assert!(ended.success());
    assert!(process.output().contains("asked to end"));
    says(folder.path(), &["migrate"]);
}
