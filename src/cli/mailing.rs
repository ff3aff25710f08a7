//! `paperround mailing`: what goes out, how it went, and what is done about it.

use std::collections::HashMap;

use anyhow::bail;
use clap::{Args, Subcommand};
use domain::{
    ListId, ListKey, MailingId,
    mailing::{Action, Audience, State},
};
use service::{
    Service, lists,
    mailings::{self, ActError},
    reports,
};
use store::{lists::List, mailings::Mailing};

use super::{
    Globals,
    advice::Advise,
    moment, named, origin,
    table::{Table, one_line},
};

/// What can be done with mailings.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show the newest mailings.
    List(Newest),
    /// Show one: where it stands and why, whom it reached, what it brings.
    Show(Which),
    /// Let a draft go out.
    Approve(Which),
    /// Stop one after the mails that are under way.
    Pause(Which),
    /// Let a paused one go on.
    Resume(Which),
    /// Call one off: what has not left never will.
    Cancel(Which),
}

/// Flags of `mailing list`.
#[derive(Debug, Args)]
pub(super) struct Newest {
    /// Only those of one list.
    #[arg(long, value_name = "KEY")]
    list: Option<ListKey>,
    /// How many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    most: u32,
}

/// Which mailing.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Its id, as `paperround mailing list` shows it.
    id: MailingId,
}

impl Command {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let service = &house.service;
        match self {
            Self::List(newest) => newest.show(service).await?,
            Self::Show(which) => show(service, which.id).await?,
            Self::Approve(which) => act(service, which.id, Action::Approve).await?,
            Self::Pause(which) => act(service, which.id, Action::Pause).await?,
            Self::Resume(which) => act(service, which.id, Action::Resume).await?,
            Self::Cancel(which) => act(service, which.id, Action::Cancel).await?,
        }
        house.service.db.close().await;
        Ok(())
    }
}

impl Newest {
    async fn show(&self, service: &Service) -> anyhow::Result<()> {
        let of = named::list_if_given(service, self.list.as_ref()).await?;
        let mailings = mailings::page(service, of, None, self.most).await?;
        let mut known = HashMap::<ListId, List>::new();
        let mut table = Table::new(&["DUE", "LIST", "WHAT", "STATE", "SENT", "ID"]);
        for mailing in mailings {
            let list = match known.remove(&mailing.list) {
                Some(list) => list,
                None => lists::by_id(service, mailing.list).await?,
            };
            table.add([
                moment::minute(mailing.send_at, &moment::zone(&list)),
                list.key.to_string(),
                what(&mailing),
                mailing.state.to_string(),
                sent(service, &mailing).await?,
                mailing.id.to_string(),
            ]);
            known.insert(list.id, list);
        }
        if table.is_empty() {
            say!("There are no mailings yet. The first comes with the next post, or with `paperround announce`.")?;
        } else {
            put!("{table}")?;
        }
        Ok(())
    }
}

/// What a mailing is, and for whom.
fn what(mailing: &Mailing) -> String {
    match mailing.audience {
        Audience::Asked => format!("{} by staff", mailing.kind),
        Audience::Cadence(cadence) => format!("{} {}", mailing.kind, cadence.words()),
    }
}

async fn show(service: &Service, id: MailingId) -> anyhow::Result<()> {
    let Some(mailing) = mailings::by_id(service, id).await? else {
        bail!("there is no mailing {id}: `paperround mailing list` shows them");
    };
    let list = lists::by_id(service, mailing.list).await?;
    let zone = moment::zone(&list);
    let left_out = mailings::exclusions_of(service, id).await?;
    say!("Mailing   {id}")?;
    say!("List      {} ({})", list.key, list.settings.public_name)?;
    say!("What      {}", what(&mailing))?;
    say!("Due       {}", moment::minute(mailing.send_at, &zone))?;
    say!("Asked by  {}", one_line(&mailing.requested_by))?;
    say!("State     {}{}", mailing.state, why(&mailing))?;
    if let Some(until) = mailing.approve_by {
        say!("Waits     until {}", moment::minute(until, &zone))?;
    }
    say!(
        "Readers   {}",
        readers(service, &mailing, &reports::summary(&mailing.counters, &left_out)).await?
    )?;
    say!("Posts")?;
    for post in mailings::posts_of(service, id).await? {
        let date = moment::day(post.content.published_at, &zone);
        say!("    {}  ({date}, {})", one_line(&post.content.title), post.id)?;
    }
    if let Some(next) = next(&mailing) {
        say!("{next}")?;
    }
    Ok(())
}

fn why(mailing: &Mailing) -> String {
    let reason = mailing.reason.as_deref().map(one_line);
    reason.map_or_else(String::new, |reason| format!(": {reason}"))
}

/// How it went, or what is known of it while nobody is chosen yet.
async fn readers(service: &Service, mailing: &Mailing, summary: &str) -> anyhow::Result<String> {
    let pending = mailing.counters.pending();
    Ok(match mailing.state {
        State::Draft => format!(
            "{} by now; chosen when it is approved",
            reports::readers_of_draft(service, mailing).await?
        ),
        State::Freezing => "being counted".to_owned(),
        _ if pending > 0 => format!("{summary}, {pending} to go"),
        _ => summary.to_owned(),
    })
}

/// The same in a few characters.
async fn sent(service: &Service, mailing: &Mailing) -> anyhow::Result<String> {
    Ok(match mailing.state {
        State::Draft => format!("for {}", reports::readers_of_draft(service, mailing).await?),
        State::Freezing => "counting".to_owned(),
        _ => format!("{} of {}", mailing.counters.accepted, mailing.counters.deliveries),
    })
}

/// What a person can do now, where something waits for one.
fn next(mailing: &Mailing) -> Option<String> {
    let id = mailing.id;
    match mailing.state {
        State::Draft => Some(format!(
            "To let it go: paperround mailing approve {id}. To call it off: paperround mailing cancel {id}"
        )),
        State::Paused => Some(format!(
            "To let it go on: paperround mailing resume {id}. To call it off: paperround mailing cancel {id}"
        )),
        _ => None,
    }
}

async fn act(service: &Service, id: MailingId, action: Action) -> anyhow::Result<()> {
    let mailing = match mailings::act(service, &origin(), id, action).await {
        Err(ActError::Unknown) => bail!("there is no mailing {id}: `paperround mailing list` shows them"),
        done => done.or_advise(|| format!("`paperround mailing show {id}` tells where it stands"))?,
    };
    say!(
        "{} mailing {id}, which is {} now{}.",
        match action {
            Action::Approve => "Approved",
            Action::Pause => "Paused",
            Action::Resume => "Resumed",
            Action::Cancel => "Cancelled",
        },
        mailing.state,
        why(&mailing)
    )?;
    if matches!(action, Action::Approve | Action::Resume) {
        say!("The running service does the rest; `paperround mailing show {id}` tells how far it is.")?;
    }
    Ok(())
}
