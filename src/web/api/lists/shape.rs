//! Lists as JSON.

use domain::{EmailAddress, Label, Language, ListId, ListKey, Millis, Zone, subscription::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::lists::{Missing, missing, next_dates};
use store::{lists, senders};
use url::Url;
use utoipa::ToSchema;

use super::rules::Rules;
use crate::web::{
    api::{
        ListRef,
        cadence::{Cadence, with_offset},
    },
    snippets::Snippets,
};

/// A mailing list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List {
    #[schema(value_type = Uuid)]
    id: ListId,
    /// Its short name in addresses of pages, which never changes.
    #[schema(value_type = String, example = "wellness")]
    key: ListKey,
    settings: Settings,
    /// Whether it can be mailed.
    ready: bool,
    /// What it lacks before it can be mailed.
    missing: Vec<Lack>,
    /// The next five moments at which it is due, by the clock of its zone. Empty for a list that is mailed right away, has
    /// no zone or is archived.
    #[schema(value_type = Vec<Timestamp>, max_items = 5, example = json!(["2026-11-27T09:30:00+01:00"]))]
    next_dates: Vec<String>,
    created_at: Timestamp,
    /// Since when it takes no sign-ups and is mailed no more.
    #[schema(required)]
    archived_at: Option<Timestamp>,
    /// Counts the changes; a change names the version that it was made from.
    version: i64,
}

/// A mailing list, how many people are on it, and how more come.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullList {
    #[serde(flatten)]
    list: List,
    /// What is pasted into the blog so that readers can sign up; null for a list that is archived.
    #[schema(required)]
    snippets: Option<Snippets>,
    subscriptions: SubscriptionCounts,
}

/// How many subscriptions of a list stand where.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SubscriptionCounts {
    /// Asked for and not confirmed.
    pending: i64,
    /// Confirmed: these are mailed.
    confirmed: i64,
    /// Left, or taken off.
    unsubscribed: i64,
}

/// What admins decide about a list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What staff call it.
    #[schema(value_type = String, min_length = 1, max_length = 120, example = "Wellness blog")]
    name: Label,
    /// What readers know it as: by default the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Elm Street Wellness")]
    public_name: Option<Label>,
    /// Who its mail comes from.
    sender: Option<Sender>,
    /// The postal address below each mail, which most countries' laws ask for.
    #[schema(max_length = 500, example = "1 Elm Street\nSpringfield")]
    postal_address: Option<String>,
    /// Where its hours are counted: a name of the IANA time zone database.
    #[schema(value_type = Option<String>, example = "Europe/Paris")]
    zone: Option<Zone>,
    /// The privacy notice that its form links to.
    privacy_url: Option<Url>,
    /// The blog that it belongs to.
    blog_url: Option<Url>,
    /// The language of its mails and pages (BCP 47): by default English.
    #[serde(default = "Language::english")]
    #[schema(value_type = String, default = "en", example = "en")]
    language: Language,
    /// How often it is mailed.
    cadence: Cadence,
    /// How it makes mailings of posts.
    #[serde(default)]
    rules: Rules,
}

/// What readers see as the author of a mail.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The name in front of the address.
    #[schema(value_type = String, min_length = 1, max_length = 120, example = "Elm Street Wellness")]
    name: Label,
    /// The address in From.
    #[schema(value_type = String, format = Email, example = "hello@example.org")]
    address: EmailAddress,
    /// Where answers go, if not there.
    #[schema(value_type = Option<String>, format = Email)]
    reply_to: Option<EmailAddress>,
}

/// Something without which a list is not mailed.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Nobody stands in From.
    Sender,
    /// No postal address stands below the mails.
    PostalAddress,
    /// Hours cannot be counted.
    Zone,
}

/// A list to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewList {
    /// Its short name: small letters, digits and hyphens.
    #[schema(value_type = ListRef)]
    pub key: ListKey,
    /// The rest.
    pub settings: Settings,
}

/// What a list is to be like.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListChange {
    /// The version of the list that the settings were made from.
    pub version: i64,
    /// All of its settings: what is left out is taken away.
    pub settings: Settings,
}

impl List {
    /// A list as it is now.
    pub fn new(list: lists::List, now: Millis) -> Self {
        let missing: Vec<Lack> = missing(&list.settings).into_iter().map(Into::into).collect();
        let next_dates = next_dates(&list, now);
        Self {
            id: list.id,
            key: list.key,
            ready: missing.is_empty() && list.archived_at.is_none(),
            missing,
            settings: list.settings.into(),
            next_dates: next_dates.iter().map(with_offset).collect(),
            created_at: list.created_at.timestamp(),
            archived_at: list.archived_at.map(|at| at.timestamp()),
            version: list.version,
        }
    }
}

impl FullList {
    /// A list with its counts and snippets, as it is now.
    pub fn new(list: lists::List, counted: Vec<(State, i64)>, snippets: Option<Snippets>, now: Millis) -> Self {
        let mut subscriptions = SubscriptionCounts::default();
        for (state, count) in counted {
            *match state {
                State::Pending => &mut subscriptions.pending,
                State::Confirmed => &mut subscriptions.confirmed,
                State::Unsubscribed => &mut subscriptions.unsubscribed,
            } = count;
        }
        Self {
            list: List::new(list, now),
            snippets,
            subscriptions,
        }
    }
}

impl From<lists::Settings> for Settings {
    fn from(settings: lists::Settings) -> Self {
        Self {
            name: settings.name,
            public_name: Some(settings.public_name),
            sender: settings.sender.map(|sender| Sender {
                name: sender.name,
                address: sender.address,
                reply_to: sender.reply_to,
            }),
            postal_address: settings.postal_address,
            zone: settings.zone,
            privacy_url: settings.privacy_url,
            blog_url: settings.blog_url,
            language: settings.language,
            cadence: settings.cadence.into(),
            rules: settings.rules.into(),
        }
    }
}

impl From<Settings> for lists::Settings {
    fn from(settings: Settings) -> Self {
        Self {
            public_name: settings.public_name.unwrap_or_else(|| settings.name.clone()),
            name: settings.name,
            sender: settings.sender.map(|sender| senders::Sender {
                name: sender.name,
                address: sender.address,
                reply_to: sender.reply_to,
            }),
            postal_address: settings.postal_address,
            zone: settings.zone,
            privacy_url: settings.privacy_url,
            blog_url: settings.blog_url,
            language: settings.language,
            cadence: settings.cadence.into(),
            rules: settings.rules.into(),
        }
    }
}

impl From<Missing> for Lack {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Sender => Self::Sender,
            Missing::PostalAddress => Self::PostalAddress,
            Missing::Zone => Self::Zone,
        }
    }
}
