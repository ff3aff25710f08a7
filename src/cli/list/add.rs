//! `paperround list add`: a list, from flags, or asked for at a terminal.

use std::{io::IsTerminal, str::FromStr};

use anyhow::{Context, bail};
use clap::Args;
use domain::{Cadence, EmailAddress, Label, Language, ListKey, Zone, rules::Rules};
use service::lists::{self, missing, next_dates};
use store::{lists::Settings, senders::Sender};
use url::Url;

use super::{SettingFlags, show::to_paste};
use crate::cli::{Globals, ask, moment, origin};

/// Flags of `list add`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// The short name in addresses of pages [default: made from the public name].
    #[arg(long)]
    key: Option<ListKey>,
    #[command(flatten)]
    flags: SettingFlags,
    /// Never ask, even at a terminal.
    #[arg(long)]
    no_input: bool,
}

impl Add {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let (key, settings) = self.settings()?;
        let house = globals.visit().await?;
        let list = lists::create(&house.service, &origin(), &key, &settings).await?;
        say!("Made the list {key}.")?;
        let dates = next_dates(&list, house.service.now());
        if !dates.is_empty() {
            say!(
                "It is mailed {}, if anything is new. The next dates:",
                list.settings.cadence.words()
            )?;
        }
        for date in &dates {
            say!("    {}", moment::of_zoned(date))?;
        }
        if list.settings.rules.first_waits {
            say!(
                "The first mailing waits for you: look at it with `paperround mailing list`, then let it go with \
                 `paperround mailing approve ID`. To have it sent by itself: paperround list change {key} \
                 --first-mailing automatic"
            )?;
        }
        let lacks: Vec<String> = missing(&list.settings).iter().map(ToString::to_string).collect();
        if !lacks.is_empty() {
            say!(
                "Before anything is mailed it still needs {}: see `paperround list change --help`.",
                lacks.join(", ")
            )?;
        }
        put!("{}", to_paste(&house.service, &list)?)?;
        house.service.db.close().await;
        Ok(())
    }

    /// The settings from the flags, and from answers where somebody can be asked.
    fn settings(self) -> anyhow::Result<(ListKey, Settings)> {
        let asks = !self.no_input && std::io::stdin().is_terminal();
        let given = |value: Option<String>, question: &str| match value {
            Some(value) => Ok(Some(value)),
            None if asks => ask(question).map(|answer| (!answer.is_empty()).then_some(answer)),
            None => Ok(None),
        };
        let flags = self.flags;
        let public_name = given(flags.public_name, "The name that readers see, such as the blog's")?;
        let public_name: Label = match parsed(public_name, "public-name")? {
            Some(name) => name,
            None => bail!("a list needs a name that readers see: --public-name \"Elm Street Wellness\""),
        };
        let from_name = parsed(given(flags.from_name, "The name that mail comes from")?, "from-name")?;
        let from = parsed(given(flags.from, "The address that mail comes from")?, "from")?;
        let reply_to = parsed(given(flags.reply_to, "Where answers go (empty: there)")?, "reply-to")?;
        let postal = given(flags.postal_address, "The postal address, in one line")?;
        let zone: Option<Zone> = parsed(given(flags.zone, "The time zone, such as Europe/Paris")?, "zone")?;
        let privacy_url = parsed(given(flags.privacy_url, "The privacy notice's address")?, "privacy-url")?;
        let blog_url: Option<Url> = parsed(given(flags.blog_url, "The blog's address")?, "blog-url")?;
        let mut rules = Rules::default();
        flags.rules.apply(&mut rules)?;
        let settings = Settings {
            name: flags.name.unwrap_or_else(|| public_name.clone()),
            sender: sender(from_name, from, reply_to)?,
            postal_address: postal.map(|text| lines(&text)),
            zone,
            privacy_url,
            blog_url,
            language: flags.language.unwrap_or_else(Language::english),
            cadence: flags.cadence.unwrap_or(Cadence::Instant),
            rules,
            public_name,
        };
        let key = self
            .key
            .unwrap_or_else(|| ListKey::from_title(settings.public_name.as_str()));
        Ok((key, settings))
    }
}

/// Who mail comes from, from what is known of it.
pub(super) fn sender(
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

/// A text whose \n begin new lines.
pub(super) fn lines(text: &str) -> String {
    text.replace("\\n", "\n")
}

/// What a flag says, or the flag and what is wrong with it.
pub(super) fn parsed<T>(text: Option<String>, flag: &str) -> anyhow::Result<Option<T>>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.map(|text| text.parse().with_context(|| format!("--{flag} {text:?}")))
        .transpose()
}
