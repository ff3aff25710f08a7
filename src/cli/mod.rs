//! The command line: one file for each command.

#[macro_use]
mod out;

mod advice;
mod announce;
mod backup;
mod config;
mod demo;
mod feed;
mod list;
mod logging;
mod mail;
mod mailing;
mod migrate;
mod moment;
mod named;
mod post;
mod replay;
mod restore;
mod serve;
mod table;
mod token;
mod work;

pub use out::OutputError;

use std::{num::NonZero, path::PathBuf};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use store::events::{Actor, Origin};

use crate::{
    config::{Config, Layers, Sources},
    startup::{self, House, Purpose},
};

/// Turns a blog into a mailing list.
///
/// Settings come from paperround.toml, the environment (PAPERROUND_...) and flags; `paperround config` shows them all.
#[derive(Debug, Parser)]
#[command(name = "paperround", version)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    /// How many threads the command's tasks run on; as many as there are processors, unless it says otherwise.
    ///
    /// Workers leave one processor to the database: SQLite's connections have threads of their own, and on a small machine
    /// the lanes would keep them waiting. What that brings is in `docs/benchmarks.md`.
    #[must_use]
    pub fn threads(&self) -> Option<usize> {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        matches!(self.command, Command::Work).then(|| processors.saturating_sub(1).max(1))
    }
}

/// What every command understands.
#[derive(Debug, Args)]
struct Globals {
    /// The configuration file [default: paperround.toml, if it is there].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the database, the secret keys and caught mail.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the web server and the workers.
    Serve(serve::Serve),
    /// Run workers only, beside `serve --no-workers`.
    Work,
    /// Show the whole round on this machine: a sample blog, its form, and an inbox that catches all mail.
    Demo(demo::Demo),
    /// Bring the database's tables up to this version; `serve` and `work` do so by themselves.
    Migrate,
    /// Show the settings in force and where each came from, secrets hidden.
    Config,
    /// Look after lists.
    #[command(subcommand)]
    List(list::Command),
    /// Look after feeds.
    #[command(subcommand)]
    Feed(feed::Feed),
    /// See what became of each post, and decide about those that wait.
    #[command(subcommand)]
    Post(post::Command),
    /// See how mailings went, approve, pause, resume and cancel them.
    #[command(subcommand)]
    Mailing(mailing::Command),
    /// Look after tokens of the API.
    #[command(subcommand)]
    Token(token::Token),
    /// Mail a post to its list's readers now.
    Announce(announce::Announce),
    /// Show who would have got what and when, had a list existed; nothing is mailed and nothing is written.
    Replay(replay::Command),
    /// Try the mail provider.
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Write everything into one file, with the secret keys, while the service runs.
    Backup(backup::Backup),
    /// Make a data folder from a backup; its mailings start paused.
    Restore(restore::Restore),
}

/// Runs the command that the arguments ask for.
///
/// # Errors
/// With a message for whoever typed it.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let globals = cli.globals;
    match cli.command {
        Command::Serve(serve) => serve.run(&globals).await,
        Command::Work => work::run(&globals).await,
        Command::Demo(demo) => demo.run().await,
        Command::Migrate => migrate::run(&globals).await,
        Command::Config => config::run(&globals),
        Command::List(list) => list.run(&globals).await,
        Command::Feed(feed) => feed.run(&globals).await,
        Command::Post(post) => post.run(&globals).await,
        Command::Mailing(mailing) => mailing.run(&globals).await,
        Command::Token(token) => token.run(&globals).await,
        Command::Announce(announce) => announce.run(&globals).await,
        Command::Replay(replay) => replay.run(&globals).await,
        Command::Mail(mail) => mail.run(&globals).await,
        Command::Backup(backup) => backup.run(&globals).await,
        Command::Restore(restore) => restore.run(&globals).await,
    }
}

impl Globals {
    /// The layers of the configuration, with what a command's own flags say.
    fn layers(&self, flags: Vec<(&'static str, String)>) -> anyhow::Result<Layers> {
        let data_dir = self.data_dir.clone().map(|folder| ("data_dir", folder));
        let sources = Sources {
            file: self.config.clone(),
            environment: environment(),
            flags: flags.into_iter().chain(data_dir).collect(),
        };
        Ok(Layers::read(&sources)?)
    }

    fn config(&self) -> anyhow::Result<Config> {
        Ok(Config::read(&self.layers(Vec::new())?)?)
    }

    /// Opens the installation for a command that does one thing, perhaps beside a running service.
    async fn visit(&self) -> anyhow::Result<House> {
        let config = self.config()?;
        logging::start_quietly();
        Ok(startup::open(&config, Purpose::Visit).await?)
    }
}

/// Who the event log names for what is done here.
const fn origin() -> Origin {
    Origin {
        actor: Actor::CommandLine,
        address: None,
    }
}

/// The environment as far as it is text.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Waits for an answer on the terminal.
fn ask(question: &str) -> anyhow::Result<String> {
    put!("{question}: ")?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .context("nothing can be read from the terminal")?;
    Ok(answer.trim().to_owned())
}
