//! Editions as they are stored, and compiled ones kept while they are in use.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{EmailAddress, ListId, MailingId, mailing};
use mail::compile::{CompileError, Edition, Head, Kind, Template};
use serde::{Deserialize, Serialize};
use store::{Db, editions, mailings};

/// How many compiled editions a process keeps: as many mailings as are likely to be sent at once.
const MOST_KEPT: usize = 8;

/// The content of a mailing as it was rendered, with what its header says: settings that change later change no mail
/// that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) from_name: String,
    pub(crate) from: EmailAddress,
    pub(crate) reply_to: Option<EmailAddress>,
    pub(crate) list_name: String,
    /// The host of the public address, beneath which Message-IDs and list ids are unique.
    pub(crate) host: String,
    pub(crate) content: Edition,
}

/// An edition ready to be filled.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) from: EmailAddress,
    pub(super) host: String,
    pub(super) template: Template,
}

/// Why an edition cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    /// It is not there.
    #[error("the mailing has no rendered content")]
    Missing,
    /// It is not what this version writes.
    #[error("the rendered content of the mailing cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// It was damaged.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A mailing and the number of one of its editions.
type Key = (MailingId, i64);

/// The compiled editions that were used last, the newest at the end.
#[derive(Debug, Default)]
pub(super) struct Editions(Mutex<Vec<(Key, Arc<Compiled>)>>);

impl Editions {
    /// A compiled edition, from memory or from the store.
    pub(super) async fn get(&self, db: &Db, mailing: MailingId, number: i64) -> Result<Arc<Compiled>, EditionError> {
        let key = (mailing, number);
        if let Some(compiled) = self.find(key) {
            return Ok(compiled);
        }
        let found = db
            .read(|mut tx| async move {
                let content = editions::find(&mut tx, mailing, number).await?;
                let mailing = mailings::find(&mut tx, mailing).await?;
                Ok::<_, store::Error>(content.zip(mailing))
            })
            .await?;
        let (content, mailing) = found.ok_or(EditionError::Missing)?;
        let stored: Stored = serde_json::from_str(&content)?;
        let compiled = Arc::new(stored.compile(mailing.list, mailing.id, mailing.kind)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.remove(0);
        }
        kept.push((key, compiled.clone()));
        Ok(compiled)
    }

    fn find(&self, key: Key) -> Option<Arc<Compiled>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(other, _)| *other == key)?;
        let last = kept.len() - 1;
        kept[place..=last].rotate_left(1);
        Some(kept[last].1.clone())
    }
}

impl Stored {
    fn compile(self, list: ListId, mailing: MailingId, brings: mailing::Kind) -> Result<Compiled, CompileError> {
        let head = Head {
            from_name: self.from_name,
            from: self.from.clone(),
            reply_to: self.reply_to,
            kind: Kind::Newsletter {
                list_name: self.list_name,
                list,
                mailing,
                brings,
                host: self.host.clone(),
            },
        };
        Ok(Compiled {
            template: Template::compile(&self.content, &head)?,
            from: self.from,
            host: self.host,
        })
    }
}
