//! `cargo bench --bench subscribe`: sign-ups in an open loop against the real binary.
//!
//! Requests start on a timetable, whether or not earlier ones were answered, and a request's time counts from when it
//! was due, so that a stall shows in every request that it delayed. Sign-up jobs and confirmation mails run in the same
//! process meanwhile. Done twice: on the disk as it is, and with two milliseconds added to each fsync.

#[expect(dead_code, reason = "other benchmarks use more of it")]
mod support;

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use support::{Process, free_address, load, wait_for};
use testkit::smtp_sink::SmtpSink;

const RATE: u64 = 1_000;
const SECONDS: u64 = 20;
const CONNECTIONS: usize = 64;

fn main() {
    println!("POST /subscribe, {RATE}/s in an open loop for {SECONDS} s over {CONNECTIONS} connections");
    println!(
        "{:<22} {:>9} {:>8} {:>8} {:>8} {:>8} {:>9}  load",
        "disk", "answered", "50 %", "99 %", "99.9 %", "worst", "in store"
    );
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let shim = build_shim(folder.path());
    for (name, preload) in [("as it is", None), ("+ 2 ms for each fsync", Some(shim.as_path()))] {
        run(name, preload);
    }
}

/// Compiles the library that makes fsync slow.
fn build_shim(folder: &Path) -> PathBuf {
    let library = folder.join("slow_fsync.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/support/slow_fsync.c");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source)
        .arg("-ldl")
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "the C compiler cannot build {source}"
    );
    library
}

fn run(name: &str, preload: Option<&Path>) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let sink = SmtpSink::start();
    let address = free_address();
    let paperround = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paperround"));
        command
            .env("PAPERROUND_DATA_DIR", folder.path().join("data"))
            .env("PAPERROUND_LISTEN", address.to_string())
            .env("PAPERROUND_PUBLIC_URL", format!("http://{address}"))
            .env("PAPERROUND_SMTP_URL", sink.url())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let listed = paperround()
        .args([
            "list",
            "add",
            "--key",
            "bench",
            "--public-name",
            "Bench",
            "--from-name",
            "Bench",
            "--from",
            "news@example.org",
        ])
        .args(["--postal-address", "1 Example Street", "--zone", "UTC"])
        .status();
    assert!(listed.is_ok_and(|status| status.success()), "the list cannot be made");
    let mut server = paperround();
    if let Some(library) = preload {
        server.env("LD_PRELOAD", library);
    }
    let server = Process::start(server.arg("serve"));
    wait_for(address);

    let mut times = open_loop(address);
    times.sort_unstable();

    drop(server);
    let stored = stored_signups(&folder.path().join("data/paperround.db"));
    let ms = |fraction| format!("{:.1} ms", quantile(&times, fraction).as_secs_f64() * 1e3);
    println!(
        "{name:<22} {:>9} {:>8} {:>8} {:>8} {:>8} {stored:>9}  {}",
        times.len(),
        ms(0.5),
        ms(0.99),
        ms(0.999),
        ms(1.0),
        load()
    );
    assert_eq!(
        u64::try_from(times.len()),
        Ok(RATE * SECONDS),
        "some requests were not answered"
    );
    assert_eq!(
        stored,
        i64::try_from(times.len()).unwrap_or(i64::MAX),
        "an answered sign-up is not in the store"
    );
}

/// Sends requests on the timetable over connections that stay open, and gives the time that each took since it was due.
fn open_loop(address: SocketAddr) -> Vec<Duration> {
    let begun = Instant::now();
    let next = Arc::new(AtomicU64::new(0));
    let failed = Arc::new(AtomicUsize::new(0));
    let clients = (0..CONNECTIONS)
        .map(|_| {
            let (next, failed) = (next.clone(), failed.clone());
            std::thread::spawn(move || {
                let mut times = Vec::new();
                let mut stream = connect(address);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= RATE * SECONDS {
                        return times;
                    }
                    let due = begun + Duration::from_micros(number * 1_000_000 / RATE);
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    match sign_up(&mut stream, address, number) {
                        Ok(200..=399) => times.push(due.elapsed()),
                        Ok(_) | Err(_) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            stream = connect(address);
                        }
                    }
                }
            })
        })
        .collect::<Vec<_>>();
    let times = clients
        .into_iter()
        .flat_map(|client| client.join().expect("a client does not panic"))
        .collect();
    let failed = failed.load(Ordering::Relaxed);
    assert_eq!(failed, 0, "{failed} requests failed");
    times
}

fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server takes connections");
    stream.set_nodelay(true).expect("loopback has TCP_NODELAY");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a read can time out");
    BufReader::new(stream)
}

/// One sign-up over an open connection; gives the status.
fn sign_up(stream: &mut BufReader<TcpStream>, address: SocketAddr, number: u64) -> std::io::Result<u16> {
    let body = format!("list=bench&email=reader{number}%40example.org");
    let request = format!(
        "POST /subscribe HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.get_mut().write_all(request.as_bytes())?;
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if status == 0 {
            status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        } else if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    std::io::copy(&mut std::io::Read::take(stream, length), &mut std::io::sink())?;
    Ok(status)
}

/// How many sign-ups the database holds, counted by a connection of its own after the server is gone.
fn stored_signups(path: &Path) -> i64 {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        use sqlx::Connection;
        let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display()))
            .await
            .expect("the file opens");
        sqlx::query_scalar("select count(*) from signup")
            .fetch_one(&mut connection)
            .await
            .expect("a count")
    })
}

/// The value at a fraction of the sorted values.
fn quantile(sorted: &[Duration], fraction: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = ((sorted.len() as f64 - 1.0) * fraction).round() as usize;
    sorted.get(index).copied().unwrap_or_default()
}
