//! The program as a process: how it starts, refuses to start, and ends.

mod backup;
mod cli;
mod database;
mod demo;
mod first_run;
mod listening;
mod mail;
mod refusals;
mod snippets;

use std::{
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use testkit::Process;

/// How long the program may take to start or to end on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program in a folder of its own, where nothing but `arguments` says what to do.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paperround"));
    command.current_dir(folder).env_clear().args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What a command says on standard output; it must succeed.
fn says(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The message with which a command refuses.
fn refusal(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "it was expected to refuse");
    String::from_utf8(output.stderr).unwrap()
}

/// A client of the web server, which is on this machine.
fn http() -> reqwest::Client {
    // Another test of this process may have named the provider of TLS already.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn get(url: String) -> reqwest::Response {
    http().get(url).send().await.unwrap()
}

/// `serve` on any free port, and the address that it listens on.
fn serve(folder: &Path, arguments: &[&str]) -> (Process, String) {
    let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
    let process = Process::start(command(folder, &arguments));
    let address = process.wait_for(PATIENCE, |line| {
        let (_, rest) = line.split_once("Paperround listens on ")?;
        rest.split(' ').next().map(str::to_owned)
    });
    (process, address)
}
