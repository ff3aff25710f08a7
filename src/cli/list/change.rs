//! `paperround list change`: what the flags name, and nothing else.

use std::str::FromStr;

use anyhow::bail;
use clap::Args;
use domain::ListKey;
use service::lists;
use store::lists::Settings;

use super::{
    SettingFlags,
    add::{lines, parsed, sender},
    rules::NONE,
    show,
};
use crate::cli::{Globals, named, origin};

/// Flags of `list change`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Change {
    /// The list's short name, which never changes.
    key: ListKey,
    #[command(flatten)]
    flags: SettingFlags,
}

impl Change {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let service = &house.service;
        let before = named::list(service, &self.key).await?;
        let settings = self.flags.change(before.settings.clone())?;
        if settings == before.settings {
            bail!("nothing changes: name what is to be different, see `paperround list change --help`");
        }
        let list = lists::change(service, &origin(), before.id, before.version, &settings).await?;
        say!("Changed {}.", list.key)?;
        put!("{}", show::shown(&list, service.now()))?;
        house.service.db.close().await;
        Ok(())
    }
}

impl SettingFlags {
    /// The settings with what was given.
    fn change(self, mut settings: Settings) -> anyhow::Result<Settings> {
        settings.public_name = parsed(self.public_name, "public-name")?.unwrap_or(settings.public_name);
        settings.name = self.name.unwrap_or(settings.name);
        let (name, address, reply_to) = settings.sender.map_or((None, None, None), |known| {
            (Some(known.name), Some(known.address), known.reply_to)
        });
        settings.sender = sender(
            parsed(self.from_name, "from-name")?.or(name),
            parsed(self.from, "from")?.or(address),
            optional(self.reply_to, "reply-to", reply_to)?,
        )?;
        settings.postal_address = self.postal_address.map(|text| lines(&text)).or(settings.postal_address);
        settings.zone = parsed(self.zone, "zone")?.or(settings.zone);
        settings.privacy_url = optional(self.privacy_url, "privacy-url", settings.privacy_url)?;
        settings.blog_url = optional(self.blog_url, "blog-url", settings.blog_url)?;
        settings.language = self.language.unwrap_or(settings.language);
        settings.cadence = self.cadence.unwrap_or(settings.cadence);
        self.rules.apply(&mut settings.rules)?;
        Ok(settings)
    }
}

/// A setting that may be absent: what the flag says, nothing for "none", and what it was without the flag.
fn optional<T>(text: Option<String>, flag: &str, before: Option<T>) -> anyhow::Result<Option<T>>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    match text {
        None => Ok(before),
        Some(text) if text == NONE => Ok(None),
        text => parsed(text, flag),
    }
}
