//! `paperround list`: lists, made from flags or answers, looked at and changed.

mod add;
mod change;
mod rules;
mod show;

use clap::{Args, Subcommand};
use domain::{Cadence, Label, Language, ListKey};

use super::Globals;

/// What can be done with lists.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a list. At a terminal, asks for what the flags leave out.
    Add(Box<add::Add>),
    /// Change what the flags name, and nothing else.
    Change(Box<change::Change>),
    /// Show all settings of a list, and when it is mailed next.
    Show(Which),
    /// Show the lists.
    List,
}

/// Which list.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// The list's short name.
    key: ListKey,
}

/// What admins decide about a list, as flags.
#[derive(Debug, Args)]
struct SettingFlags {
    /// The name that readers see, such as the blog's.
    #[arg(long, value_name = "NAME")]
    public_name: Option<String>,
    /// What staff call it [default: the public name].
    #[arg(long)]
    name: Option<Label>,
    /// The name in `From`.
    #[arg(long, value_name = "NAME")]
    from_name: Option<String>,
    /// The address in `From`.
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Where answers go [default: the From address].
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<String>,
    /// The postal address below each mail; \n begins a new line.
    #[arg(long, value_name = "TEXT")]
    postal_address: Option<String>,
    /// The time zone, such as Europe/Paris.
    #[arg(long)]
    zone: Option<String>,
    /// The address of the privacy notice.
    #[arg(long, value_name = "URL")]
    privacy_url: Option<String>,
    /// The address of the blog.
    #[arg(long, value_name = "URL")]
    blog_url: Option<String>,
    /// The language of its mails and pages [default: en].
    #[arg(long)]
    language: Option<Language>,
    /// How often: "instant", "daily 09:00", "weekly mon,thu 09:00", "monthly 15 09:00", "monthly last 09:00",
    /// "monthly 2nd tue 09:00" or "monthly last fri 09:00" [default: instant].
    #[arg(long)]
    cadence: Option<Cadence>,
    #[command(flatten)]
    rules: rules::RuleFlags,
}

impl Command {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(globals).await,
            Self::Change(change) => change.run(globals).await,
            Self::Show(which) => show::one(globals, &which.key).await,
            Self::List => show::all(globals).await,
        }
    }
}
