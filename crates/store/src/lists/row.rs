//! How a list stands in the database.

use domain::{Cadence, EmailAddress, Label, Language, ListId, ListKey, Millis};
use url::Url;
use uuid::Uuid;

use super::{List, Settings};
use crate::{Result, error::unreadable, senders::Sender};

/// One row of the query that all the others are made of.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Row {
    #[sqlx(try_from = "Uuid")]
    id: ListId,
    #[sqlx(try_from = "String")]
    key: ListKey,
    #[sqlx(try_from = "String")]
    name: Label,
    #[sqlx(try_from = "String")]
    public_name: Label,
    sender_id: Option<Uuid>,
    from_name: Option<String>,
    from_address: Option<String>,
    reply_to: Option<String>,
    postal_address: Option<String>,
    zone: Option<String>,
    privacy_url: Option<String>,
    blog_url: Option<String>,
    #[sqlx(try_from = "String")]
    language: Language,
    #[sqlx(try_from = "String")]
    cadence: Cadence,
    rules: String,
    #[sqlx(try_from = "i64")]
    created_at: Millis,
    archived_at: Option<i64>,
    version: i64,
}

impl Row {
    /// The values behind the columns.
    pub(super) fn read(self) -> Result<List> {
        let sender = match (self.from_name, self.from_address) {
            (Some(name), Some(address)) => Some(Sender {
                name: Label::parse(&name).map_err(unreadable)?,
                address: EmailAddress::parse(&address).map_err(unreadable)?,
                reply_to: (self.reply_to.as_deref().map(EmailAddress::parse).transpose()).map_err(unreadable)?,
            }),
            _ => None,
        };
        let url = |text: Option<String>| text.as_deref().map(Url::parse).transpose().map_err(unreadable);
        let settings = Settings {
            name: self.name,
            public_name: self.public_name,
            sender,
            postal_address: self.postal_address,
            zone: self
                .zone
                .map(TryInto::try_into)
                .transpose()
                .map_err(unreadable::<domain::ZoneError>)?,
            privacy_url: url(self.privacy_url)?,
            blog_url: url(self.blog_url)?,
            language: self.language,
            cadence: self.cadence,
            rules: serde_json::from_str(&self.rules).map_err(unreadable)?,
        };
        Ok(List {
            id: self.id,
            key: self.key,
            settings,
            sender_id: self.sender_id.map(Into::into),
            created_at: self.created_at,
            archived_at: self.archived_at.map(Into::into),
            version: self.version,
        })
    }
}
