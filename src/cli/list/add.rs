//! `paperround list add`: a list, from flags, or asked for at a terminal.

use std::{io::IsTerminal, str::FromStr};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::{Cadence, EmailAddress, Label, Language, ListKey, Zone, rules::Rules};
use service::lists::{self, missing, next_dates};
use store::{lists::Settings, senders::Sender};
use url::Url;

use super::{Globals, ask, origin};

/// What can be done with lists.
#[derive(Debug, Subcommand)]
pub(super) enum List {
    /// Make a list. At a terminal, asks for what the flags leave out.
    Add(Box<Add>),
}

/// Flags of `list add`.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The name that readers see, such as the blog's.
    #[arg(long)]
    public_name: Option<String>,
    /// The short name in addresses of pages [default: made from the public name].
    #[arg(long)]
    key: Option<ListKey>,
    /// What staff call it [default: the public name].
    #[arg(long)]
    name: Option<Label>,
    /// The name in `From`.
    #[arg(long)]
    from_name: Option<String>,
    /// The address in `From`.
    #[arg(long)]
    from: Option<String>,
    /// Where answers go [default: the From address].
    #[arg(long)]
    reply_to: Option<String>,
    /// The postal address below each mail; \n begins a new line.
    #[arg(long)]
    postal_address: Option<String>,
    /// The time zone, such as Europe/Paris.
    #[arg(long)]
    zone: Option<String>,
    /// The address of the privacy notice.
    #[arg(long)]
    privacy_url: Option<String>,
    /// The address of the blog.
    #[arg(long)]
    blog_url: Option<String>,
    /// The language of its mails and pages.
    #[arg(long, default_value = "en")]
    language: Language,
    /// How often: "instant", "daily 09:00", "weekly mon,thu 09:00", "monthly 15 09:00", "monthly last 09:00",
    /// "monthly 2nd tue 09:00" or "monthly last fri 09:00".
    #[arg(long, default_value = "instant")]
    cadence: Cadence,
    /// Never ask, even at a terminal.
    #[arg(long)]
    no_input: bool,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let Self::Add(add) = self;
        let (key, settings) = add.settings()?;
        let house = globals.visit().await?;
        let list = lists::create(&house.service, &origin(), &key, &settings).await?;
        println!("Made the list {key}. Its page: {}", house.service.links.list(&key));
        let dates = next_dates(&list, house.service.now());
        if !dates.is_empty() {
            println!(
                "It is mailed {}, if anything is new. The next dates:",
                list.settings.cadence.words()
            );
        }
        for date in dates {
            println!("    {}", date.strftime("%a %-d %B %Y, %H:%M"));
        }
        let lacks: Vec<String> = missing(&list.settings).iter().map(ToString::to_string).collect();
        if !lacks.is_empty() {
            println!("Before anything is mailed it still needs {}.", lacks.join(", "));
        }
        house.service.db.close().await;
        Ok(())
    }
}

impl Add {
    /// The settings from the flags, and from answers where somebody can be asked.
    fn settings(self) -> anyhow::Result<(ListKey, Settings)> {
        let asks = !self.no_input && std::io::stdin().is_terminal();
        let given = |value: Option<String>, question: &str| match value {
            Some(value) => Ok(Some(value)),
            None if asks => ask(question).map(|answer| (!answer.is_empty()).then_some(answer)),
            None => Ok(None),
        };
        let public_name = given(self.public_name, "The name that readers see, such as the blog's")?;
        let public_name: Label = match parsed(public_name, "public-name")? {
            Some(name) => name,
            None => bail!("a list needs a name that readers see: --public-name \"Elm Street Wellness\""),
        };
        let from_name = parsed(given(self.from_name, "The name that mail comes from")?, "from-name")?;
        let from = parsed(given(self.from, "The address that mail comes from")?, "from")?;
        let reply_to = parsed(given(self.reply_to, "Where answers go (empty: there)")?, "reply-to")?;
        let postal = given(self.postal_address, "The postal address, in one line")?;
        let zone: Option<Zone> = parsed(given(self.zone, "The time zone, such as Europe/Paris")?, "zone")?;
        let privacy_url = parsed(given(self.privacy_url, "The privacy notice's address")?, "privacy-url")?;
        let blog_url: Option<Url> = parsed(given(self.blog_url, "The blog's address")?, "blog-url")?;
        let settings = Settings {
            name: self.name.unwrap_or_else(|| public_name.clone()),
            sender: sender(from_name, from, reply_to)?,
            postal_address: postal.map(|text| text.replace("\\n", "\n")),
            zone,
            privacy_url,
            blog_url,
            language: self.language,
            cadence: self.cadence,
            rules: Rules::default(),
            public_name,
        };
        let key = self
            .key
            .unwrap_or_else(|| ListKey::from_title(settings.public_name.as_str()));
        Ok((key, settings))
    }
}

fn sender(
    name: Option<Label>,
    address: Option<EmailAddress>,
    reply_to: Option<EmailAddress>,
) -> anyhow::Result<Option<Sender>> {
    match (name, address, reply_to) {
        (Some(name), Some(address), reply_to) => Ok(Some(Sender {
            name,
            address,
            reply_to,
        })),
        (None, None, None) => Ok(None),
        _ => bail!("who mail comes from needs both a name and an address: --from-name and --from"),
    }
}

fn parsed<T>(text: Option<String>, flag: &str) -> anyhow::Result<Option<T>>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.map(|text| text.parse().with_context(|| format!("--{flag} {text:?}")))
        .transpose()
}
