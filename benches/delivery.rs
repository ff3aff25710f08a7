//! `cargo bench --bench delivery`: how fast mailings leave, with a record for each reader, next to Postfix's own tool.
//!
//! Messages of 40 KB go into the same `smtp-sink`, once from Postfix's `smtp-source -d`, which records nothing, and once
//! from the real binary over SQLite with `synchronous = FULL`, in turns, so that whatever else the machine does weighs
//! on both. `cargo bench --bench delivery -- million` sends one mailing to a million readers and one to ten thousand.
#![expect(clippy::unwrap_used, reason = "a benchmark ends at its first surprise")]

mod support;
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
mod tests_support;

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use support::{Process, free_address, load, peak_megabytes, wait_for};
use testkit::{SmtpSink, TestDb};
use tests_support::Prepared;

/// How large a message is on the wire, in bytes.
const SIZE: usize = 40_000;
const ROUNDS: usize = 5;

/// What one mailing took.
struct Sent {
    per_second: f64,
    peak_megabytes: f64,
}

#[tokio::main]
async fn main() {
    let content = content_for(SIZE).await;
    if std::env::args().any(|argument| argument == "million") {
        million(&content).await;
    } else {
        against_smtp_source(&content).await;
    }
}

async fn against_smtp_source(content: &str) {
    let count = 20_000;
    println!("{count} messages of {SIZE} bytes into smtp-sink");
    println!(
        "{:>8} {:>6} {:>14} {:>14} {:>6}  load",
        "sessions", "round", "smtp-source", "paperround", "ratio"
    );
    for sessions in [16, 50] {
        let mut ratios = Vec::new();
        for round in 1..=ROUNDS {
            let theirs = smtp_source(sessions, count);
            let ours = paperround(sessions, count, content).await.per_second;
            let ratio = ours / theirs;
            println!(
                "{sessions:>8} {round:>6} {theirs:>12.0}/s {ours:>12.0}/s {ratio:>6.2}  {}",
                load()
            );
            ratios.push(ratio);
        }
        ratios.sort_by(f64::total_cmp);
        println!("{sessions:>8} median {:>36.2}", ratios[ROUNDS / 2]);
    }
}

async fn million(content: &str) {
    println!("{:>9} {:>10} {:>18}  load", "readers", "rate", "most resident");
    let mut rates = Vec::new();
    for readers in [10_000, 1_000_000] {
        let sent = paperround(16, readers, content).await;
        println!(
            "{readers:>9} {:>8.0}/s {:>15.1} MB  {}",
            sent.per_second,
            sent.peak_megabytes,
            load()
        );
        rates.push(sent.per_second);
    }
    println!("ratio {:.2}", rates[1] / rates[0]);
}

/// The sink that both send into; it throws everything away.
fn sink() -> (Process, SocketAddr) {
    let address = free_address();
    let mut command = Command::new("smtp-sink");
    if is_root() {
        // It refuses to keep root's rights.
        command.args(["-u", "nobody"]);
    }
    command
        .env("PATH", path_with_sbin())
        .args([&address.to_string(), "1024"])
        .stdout(Stdio::null());
    let sink = Process::start(&mut command);
    wait_for(address);
    (sink, address)
}

/// Messages a second from Postfix's generator.
fn smtp_source(sessions: usize, count: u32) -> f64 {
    let (_sink, address) = sink();
    let begun = Instant::now();
    let status = Command::new("smtp-source")
        .env("PATH", path_with_sbin())
        .args([
            "-d",
            "-s",
            &sessions.to_string(),
            "-m",
            &count.to_string(),
            "-l",
            &SIZE.to_string(),
        ])
        .args([
            "-f",
            "news@example.org",
            "-t",
            "reader@example.org",
            &address.to_string(),
        ])
        .status()
        .expect("Postfix's smtp-source is installed");
    assert!(status.success());
    f64::from(count) / begun.elapsed().as_secs_f64()
}

/// One mailing by the real binary, from the first message to the last outcome by the ledger's own times.
async fn paperround(lanes: usize, readers: u32, content: &str) -> Sent {
    let prepared = Prepared::new(TestDb::sqlite().await, readers, Some(content.to_owned())).await;
    let (_sink, address) = sink();
    let mut command = prepared.worker(&format!("smtp://{address}"), lanes);
    let worker = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let patience = Duration::from_secs(60 + u64::from(readers) / 200);
    let mailing = prepared
        .settled(patience)
        .await
        .unwrap_or_else(|mailing| panic!("still {mailing:?}"));
    assert_eq!(mailing.counters.accepted, i64::from(readers));
    let (first, last) = span(&prepared.app.test.url).await;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of one run")]
    let seconds = (last - first) as f64 / 1e3;
    Sent {
        per_second: f64::from(readers) / seconds,
        peak_megabytes: peak_megabytes(&worker),
    }
}

/// When the ledger says that the first message left and the last was answered.
async fn span(url: &str) -> (i64, i64) {
    use sqlx::Connection;
    let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
    sqlx::query_as("select min(first_tried_at), max(tried_at) from delivery")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

/// A post's text that makes a message of about that size, found by sending one.
async fn content_for(size: usize) -> String {
    let paragraph = "<p>Walk for ten minutes after dinner, at a pace at which you can still talk. Your blood sugar rises less, \
                     you sleep sooner, and the dog will thank you for it.</p>";
    let mut paragraphs = 60;
    loop {
        let content = paragraph.repeat(paragraphs);
        let prepared = Prepared::new(TestDb::sqlite().await, 1, Some(content.clone())).await;
        let sink = SmtpSink::keeping_messages();
        let mut command = prepared.worker(&sink.url(), 1);
        let _worker = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        sink.wait_for(1, Duration::from_secs(30)).await;
        let length = sink
            .log()
            .iter()
            .next()
            .and_then(|mail| mail.raw.as_ref().map(Vec::len))
            .unwrap();
        if length.abs_diff(size) < size / 20 {
            println!("a message has {length} bytes");
            return content;
        }
        paragraphs = paragraphs * size / length;
    }
}

/// Whether this process has root's rights, by the owner of its own entry in `/proc`.
fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

/// Debian keeps Postfix's test tools where only root looks.
fn path_with_sbin() -> String {
    format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default())
}
