//! Making, changing and archiving lists.

use std::collections::HashSet;

use domain::{Cadence, Job, ListId, ListKey, Millis, Zone, rules::RulesError};
use jiff::Zoned;
use serde_json::json;
use store::{
    Tx,
    events::{self, Event, Origin, Subject},
    jobs::{self, When},
    lists::{self, List, Settings},
    mailings, paces, senders,
};
use url::Url;

use crate::{
    Service,
    mailings::{cancel, hand_over},
};

/// Why a list was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Another list, perhaps an archived one, has this short name.
    #[error("there is already a list called {0}")]
    KeyTaken(ListKey),
    /// There is no such list.
    #[error("there is no such list")]
    Unknown,
    /// Somebody else changed it in the meantime.
    #[error("the list was changed by somebody else in the meantime: look at it again")]
    Stale,
    /// An archived list is kept as it is.
    #[error("the list is archived")]
    Archived,
    /// Something other than a web page was given as an address.
    #[error("{url} is not the address of a web page: it starts with https:// or http://")]
    NotAWebPage {
        /// Which setting.
        field: &'static str,
        /// What it was to be.
        url: Url,
    },
    /// The postal address is too long, or not text.
    #[error("a postal address has 1 to 500 characters")]
    PostalAddress,
    /// How it makes mailings makes no sense.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Something without which a list is not mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nobody stands in `From`.
    Sender,
    /// No postal address stands below the mails.
    PostalAddress,
    /// Hours cannot be counted.
    Zone,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sender => "a From name and address",
            Self::PostalAddress => "a postal address",
            Self::Zone => "a time zone",
        })
    }
}

/// What a list still lacks before it can be mailed; nothing when it is ready.
#[must_use]
pub fn missing(settings: &Settings) -> Vec<Missing> {
    [
        (settings.sender.is_none(), Missing::Sender),
        (settings.postal_address.is_none(), Missing::PostalAddress),
        (settings.zone.is_none(), Missing::Zone),
    ]
    .into_iter()
    .filter_map(|(lacks, what)| lacks.then_some(what))
    .collect()
}

/// The next five moments at which a list is due, in its zone. None for one that is mailed right away or is archived, and
/// none where hours cannot be counted.
#[must_use]
pub fn next_dates(list: &List, now: Millis) -> Vec<Zoned> {
    match &list.settings.zone {
        Some(zone) if list.archived_at.is_none() => {
            let rules = zone.rules();
            let slots = list.settings.cadence.upcoming(now, rules).take(5);
            slots.map(|slot| slot.at.timestamp().to_zoned(rules.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// Makes a list.
///
/// # Errors
/// When the short name is taken or a setting makes no sense.
pub async fn create(service: &Service, origin: &Origin, key: &ListKey, settings: &Settings) -> Result<List, ListError> {
    check(settings)?;
    let result = service
        .db
        .write(|mut tx| async move {
            if lists::find_by_key(&mut tx, key).await?.is_some() {
                return Err(ListError::KeyTaken(key.clone()));
            }
            let sender = match &settings.sender {
                Some(sender) => Some(senders::find_or_insert(&mut tx, sender).await?),
                None => None,
            };
            let id = lists::insert(&mut tx, key, settings, sender).await?;
            put_on_the_calendar(&mut tx, id, settings, None).await?;
            let event = Event::new("list.create", Subject::List(id)).with(json!({ "key": key }));
            events::record(&mut tx, origin, event).await?;
            load(&mut tx, id).await
        })
        .await;
    match result {
        Err(ListError::Store(store::Error::Taken(_))) => Err(ListError::KeyTaken(key.clone())),
        result => result,
    }
}

/// Changes a list to these settings, when it still has the version that they were made from.
///
/// # Errors
/// When it is gone, archived or changed since, or when a setting makes no sense.
pub async fn change(
    service: &Service,
    origin: &Origin,
    id: ListId,
    version: i64,
    settings: &Settings,
) -> Result<List, ListError> {
    check(settings)?;
    service
        .db
        .write(|mut tx| async move {
            let before = load(&mut tx, id).await?;
            if before.archived_at.is_some() {
                return Err(ListError::Archived);
            }
            let sender = match &settings.sender {
                Some(sender) => Some(senders::find_or_insert(&mut tx, sender).await?),
                None => None,
            };
            if !lists::update(&mut tx, id, version, settings, sender).await? {
                return Err(ListError::Stale);
            }
            put_on_the_calendar(&mut tx, id, settings, Some(&before.settings)).await?;
            // Posts may have waited for what it lacked, or for a slot that it has no more.
            jobs::enqueue(&mut tx, &Job::PlanMailing { list: id }, When::now()).await?;
            let detail = json!({ "changed": changed(&before.settings, settings) });
            let event = Event::new("list.change", Subject::List(id)).with(detail);
            events::record(&mut tx, origin, event).await?;
            load(&mut tx, id).await
        })
        .await
}

/// Archives a list: it takes no sign-ups and is mailed no more, and what is under way to it is called off. Archiving it
/// again changes nothing.
///
/// # Errors
/// When there is no such list.
pub async fn archive(service: &Service, origin: &Origin, id: ListId) -> Result<List, ListError> {
    service
        .db
        .write(|mut tx| async move {
            if lists::archive(&mut tx, id).await? {
                paces::stop(&mut tx, id).await?;
                for mailing in mailings::open_of(&mut tx, id).await? {
                    if let Some(mailing) = mailings::lock(&mut tx, mailing).await? {
                        cancel(&mut tx, service, origin, &mailing).await?;
                    }
                }
                events::record(&mut tx, origin, Event::new("list.archive", Subject::List(id))).await?;
            }
            load(&mut tx, id).await
        })
        .await
}

/// The list of that short name, archived or not.
///
/// # Errors
/// When there is no such list.
pub async fn by_key(service: &Service, key: &ListKey) -> Result<List, ListError> {
    service
        .db
        .read(|mut tx| async move { lists::find_by_key(&mut tx, key).await?.ok_or(ListError::Unknown) })
        .await
}

/// The list of that id, archived or not.
///
/// # Errors
/// When there is no such list.
pub async fn by_id(service: &Service, id: ListId) -> Result<List, ListError> {
    service.db.read(|mut tx| async move { load(&mut tx, id).await }).await
}

/// At most `most` lists after a short name, without the archived ones.
///
/// # Errors
/// The database's.
pub async fn page(service: &Service, after: Option<&ListKey>, most: u32) -> Result<Vec<List>, ListError> {
    service
        .db
        .read(|mut tx| async move { Ok(lists::page(&mut tx, after, most).await?) })
        .await
}

async fn load(tx: &mut Tx, id: ListId) -> Result<List, ListError> {
    lists::find(tx, id).await?.ok_or(ListError::Unknown)
}

/// What the types of the settings do not say by themselves.
fn check(settings: &Settings) -> Result<(), ListError> {
    for (field, url) in [("privacy_url", &settings.privacy_url), ("blog_url", &settings.blog_url)] {
        if let Some(url) = url.as_ref().filter(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(ListError::NotAWebPage {
                field,
                url: url.clone(),
            });
        }
    }
    let fits = |text: &String| {
        let hidden = |c: char| c.is_control() && c != '\n' && c != '\r';
        !text.trim().is_empty() && text.chars().count() <= 500 && !text.chars().any(hidden)
    };
    settings.rules.check()?;
    match &settings.postal_address {
        Some(text) if !fits(text) => Err(ListError::PostalAddress),
        _ => Ok(()),
    }
}

/// Gives a list the paces of its cadence and of those that its readers may choose, each with its first slot from now on.
/// One that is offered no more stays for the readers who chose it. Where hours cannot be counted there are no slots.
async fn put_on_the_calendar(
    tx: &mut Tx,
    id: ListId,
    settings: &Settings,
    before: Option<&Settings>,
) -> Result<(), store::Error> {
    let now = tx.now();
    let moved = before.is_none_or(|before| before.zone != settings.zone);
    let zone = settings.zone.as_ref().map(Zone::rules);
    let wanted: HashSet<Cadence> = (settings.rules.choices.iter().copied())
        .chain([settings.cadence])
        .collect();
    let known = paces::of_list(tx, id).await?;
    for cadence in &wanted {
        paces::add(tx, id, cadence).await?;
    }
    if let Some(before) = before.filter(|before| before.cadence != settings.cadence) {
        // Readers who chose nothing move with the list, perhaps to a cadence that others had chosen.
        hand_over(tx, id, (&before.cadence, &settings.cadence), None).await?;
    }
    for pace in known.iter().filter(|pace| !wanted.contains(&pace.cadence)) {
        paces::remove_unused(tx, id, &pace.cadence).await?;
    }
    for pace in paces::of_list(tx, id).await? {
        if pace.cadence != Cadence::Instant && (moved || pace.next_at.is_none()) {
            let slot = zone.and_then(|zone| pace.cadence.next_slot(now, zone));
            paces::set_next_slot(tx, id, &pace.cadence, slot.as_ref()).await?;
        }
    }
    Ok(())
}

/// The names of the settings that differ, for the log.
fn changed(before: &Settings, after: &Settings) -> Vec<&'static str> {
    [
        (before.name != after.name, "name"),
        (before.public_name != after.public_name, "public_name"),
        (before.sender != after.sender, "sender"),
        (before.postal_address != after.postal_address, "postal_address"),
        (before.zone != after.zone, "zone"),
        (before.privacy_url != after.privacy_url, "privacy_url"),
        (before.blog_url != after.blog_url, "blog_url"),
        (before.language != after.language, "language"),
        (before.cadence != after.cadence, "cadence"),
        (before.rules != after.rules, "rules"),
    ]
    .into_iter()
    .filter_map(|(differs, name)| differs.then_some(name))
    .collect()
}
