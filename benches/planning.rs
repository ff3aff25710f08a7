//! `cargo bench --bench planning`: how long it takes to plan and freeze what a list of five cadences owes its readers.
//!
//! All five are due at once, over SQLite with `synchronous = FULL`, once for readers who never had anything and once for
//! readers who had a mailing before, which has to be looked up. Nothing is sent.
#![expect(clippy::unwrap_used, reason = "a benchmark ends at its first surprise")]

#[expect(dead_code, reason = "other benchmarks use more of it")]
mod support;
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
mod tests_support;

use std::time::{Duration, Instant};

use domain::{Cadence, post::Fate};
use service::{lists, mailings};
use store::{
    events::Origin,
    posts::{self, Content},
};
use support::load;
use testkit::{TestDb, seed};
use tests_support::App;

const CADENCES: [&str; 5] = [
    "daily 09:00",
    "instant",
    "weekly mon 09:00",
    "weekly mon,thu 09:00",
    "monthly 30 09:00",
];
/// How many posts are new.
const POSTS: usize = 5;

#[tokio::main]
async fn main() {
    println!(
        "{:>9} {:>14} {:>14} {:>14}  load",
        "readers", "first", "with history", "per reader"
    );
    for readers in [10_000, 100_000, 1_000_000] {
        let app = list_of(readers).await;
        let first = round(&app, 1, readers).await;
        app.test.execute("update delivery set outcome = 'accepted'").await;
        let second = round(&app, 2, readers).await;
        println!(
            "{readers:>9} {:>12.2} s {:>12.2} s {:>11.1} µs  {}",
            first.as_secs_f64(),
            second.as_secs_f64(),
            second.as_secs_f64() * 1e6 / f64::from(readers),
            load()
        );
    }
}

/// A list whose readers are spread evenly over five cadences, without a provider.
async fn list_of(readers: u32) -> App {
    let mut app = App::over(TestDb::sqlite().await).await;
    app.restart(|settings| settings.provider = None).await;
    let list = lists::by_id(&app.service, app.list).await.unwrap();
    let mut settings = list.settings.clone();
    settings.cadence = cadence(CADENCES[0]);
    settings.rules.choices = CADENCES[1..].iter().map(|spelling| cadence(spelling)).collect();
    lists::change(&app.service, &Origin::system(), list.id, list.version, &settings)
        .await
        .unwrap();
    seed::readers(&app.test.url, app.list, readers).await;
    app.test
        .execute(
            "update subscription
             set cadence = case (rowid % 5)
                 when 1 then 'instant' when 2 then 'weekly mon 09:00' when 3 then 'weekly mon,thu 09:00'
                 when 4 then 'monthly 30 09:00' end",
        )
        .await;
    app
}

fn cadence(spelling: &str) -> Cadence {
    spelling.parse().unwrap()
}

/// Posts become ready, and then comes Monday the 30th, on which all five cadences are due: 30 November 2026, and then
/// the next such day by the clock's hand.
async fn round(app: &App, number: usize, readers: u32) -> Duration {
    for post in 0..POSTS {
        publish(app, &format!("Post {number}.{post}")).await;
    }
    let monday = ["2026-11-30T08:30:00Z", "2027-08-30T07:30:00Z"][number - 1];
    app.clock().set(monday.parse::<jiff::Timestamp>().unwrap().into());

    let begun = Instant::now();
    workers::drain(&app.service).await.unwrap();
    let took = begun.elapsed();

    let made = mailings::page(&app.service, Some(app.list), None, 5).await.unwrap();
    let deliveries: i64 = made.iter().map(|mailing| mailing.counters.deliveries).sum();
    assert_eq!(deliveries, i64::from(readers), "everybody is owed something");
    took
}

async fn publish(app: &App, title: &str) {
    let content = &Content {
        identity: title.to_owned(),
        link: None,
        canonical_link: None,
        fingerprint: title.to_owned(),
        title: title.to_owned(),
        author: None,
        published_at: None,
        excerpt: "In short.".to_owned(),
        html: None,
        image_url: None,
        image_alt: None,
        minutes: None,
        categories: Vec::new(),
        revision: title.to_owned(),
    };
    let list = app.list;
    let fate = &Fate::new(domain::post::State::Ready, "for the benchmark");
    app.service
        .db
        .write(|mut tx| async move { posts::insert(&mut tx, (None, list), content, fate).await })
        .await
        .unwrap();
}
