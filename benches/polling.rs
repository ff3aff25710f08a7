//! `cargo bench --bench polling`: what it costs one process to look at 2,000 feeds, as it does every ten minutes. With
//! `-- 200` there are as many as that: a look must not take longer because a list has many posts.
//!
//! The real binary works on a database with connected feeds of 20 posts each, which a server of this process serves; all
//! belong to one list and show the same posts, which is the worst that a ledger knows. First every feed is read for the
//! first time, then all answer that nothing has changed (304).
#![expect(clippy::unwrap_used, reason = "a benchmark ends at its first surprise")]

#[expect(dead_code, reason = "other benchmarks use more of it")]
mod support;
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
mod tests_support;

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use domain::Topics;
use support::{Process, load};
use testkit::{Blog, FeedServer, Page, TestDb};
use tests_support::App;

/// How many feeds there are when nobody says otherwise.
const FEEDS: i64 = 2_000;
/// How often each is looked at, in seconds.
const PERIOD: f64 = 600.0;

#[tokio::main]
async fn main() {
    let feeds = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(FEEDS);
    let server = FeedServer::start();
    let mut test = TestDb::sqlite().await;
    test.db = test.in_real_time().await;
    test.clock = test.db.clock().clone();
    let app = App::over(test).await;
    connect(&app, &server, feeds).await;
    let worker = start(&app);

    println!(
        "{:<12} {:>8} {:>10} {:>12} {:>16} {:>14}  load",
        "round", "looks/s", "CPU", "a look", "of a core", "most resident"
    );
    round(&app, &worker, ("first look", feeds)).await;
    app.test
        .execute("update feed set polled_at = null, next_poll_at = 0")
        .await;
    round(&app, &worker, ("unchanged", feeds)).await;
    println!(
        "{} of {feeds} answers were 304",
        (1..=feeds).map(|n| server.count(&path(n), 304)).sum::<usize>(),
    );
}

fn path(number: i64) -> String {
    format!("/{number}/feed.xml")
}

async fn connect(app: &App, server: &FeedServer, feeds: i64) {
    let mut blog = Blog::new("https://blog.example.org");
    for number in 0..20 {
        blog.publish(&format!("Post {number}"), "Ten minutes are enough.")
            .content = Some("<p>Walk on.</p>".repeat(100));
    }
    let rss = blog.rss();
    let (list, all) = (app.list, &Topics::default());
    for number in 1..=feeds {
        server.publish(&path(number), Page::rss(rss.clone()));
        let url = &server.url(&path(number));
        app.service
            .db
            .write(|mut tx| async move { store::feeds::insert(&mut tx, list, url, (all, all)).await })
            .await
            .unwrap();
    }
}

fn start(app: &App) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paperround"));
    command
        .arg("work")
        .current_dir(app.test.folder.path())
        .env("PAPERROUND_DATA_DIR", app.test.folder.path().join("data"))
        .env("PAPERROUND_DATABASE_URL", &app.test.url)
        .env("PAPERROUND_SECRET_KEYS", app.service.keys.expose().trim())
        .env("PAPERROUND_FEED_ALLOW_HOSTS", "127.0.0.1")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Process::start(&mut command)
}

/// Waits until every feed was looked at, and says what that took.
async fn round(app: &App, worker: &Process, (name, feeds): (&str, i64)) {
    let (begun, cpu) = (Instant::now(), cpu_seconds(worker));
    while app
        .test
        .number("select count(*) from feed where polled_at is not null")
        .await
        < feeds
    {
        assert!(
            begun.elapsed() < Duration::from_secs(600),
            "not all feeds were looked at"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let failing = app.test.number("select count(*) from feed where failures > 0").await;
    assert_eq!(failing, 0, "all feeds can be read");
    let (took, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds(worker) - cpu);
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let feeds = feeds as f64;
    println!(
        "{name:<12} {:>8.0} {cpu:>8.2} s {:>9.1} ms {:>14.2} % {:>11.1} MB  {}",
        feeds / took,
        1000.0 * cpu / feeds,
        100.0 * cpu / PERIOD,
        support::peak_megabytes(worker),
        load()
    );
}

/// The time that a process has had a core so far (fields 14 and 15 of `/proc/PID/stat`, in hundredths of a second).
fn cpu_seconds(process: &Process) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.0.id())).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}
