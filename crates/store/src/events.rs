//! The event log: what happened, who did it and from where.
//!
//! One line for each change, written in the transaction that makes it. Audit, timelines and hooks read it.

use domain::{EventId, ListId, SubscriberId};
use serde_json::{Value, json};

use crate::{Result, Tx, dialect::on};

mod page;
mod subject;

pub use page::{About, Line, page};
pub use subject::Subject;

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The reader whom it is about, through a form or a link.
    Reader,
    /// The holder of an API token, by the token's name.
    Token(String),
    /// Whoever may run the binary on the machine.
    CommandLine,
    /// Whoever has the address of a feed's hook: the blog.
    Hook,
    /// Nobody: a job.
    System,
}

/// Where a change came from, as it is kept with each line.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Who.
    pub actor: Actor,
    /// The network address of the request, where there was one.
    pub address: Option<String>,
}

/// One line of the log.
#[derive(Debug, Clone)]
pub struct Event {
    action: &'static str,
    subject: Subject,
    list: Option<ListId>,
    subscriber: Option<SubscriberId>,
    detail: Value,
}

impl Event {
    /// A line that says what was done to what: a dotted verb such as `list.create` or `subscription.confirm`. What is done
    /// to a list or to a subscriber concerns them.
    #[must_use]
    pub fn new(action: &'static str, subject: Subject) -> Self {
        Self {
            action,
            subject,
            list: match subject {
                Subject::List(id) => Some(id),
                _ => None,
            },
            subscriber: match subject {
                Subject::Subscriber(id) => Some(id),
                _ => None,
            },
            detail: json!({}),
        }
    }

    /// The list that it concerns.
    #[must_use]
    pub fn on(mut self, list: ListId) -> Self {
        self.list = Some(list);
        self
    }

    /// The person whom it concerns.
    #[must_use]
    pub fn about(mut self, subscriber: SubscriberId) -> Self {
        self.subscriber = Some(subscriber);
        self
    }

    /// What a reader of the log wants to know beyond that: an object. Never an address of a person.
    #[must_use]
    pub fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

impl Origin {
    /// A job, or the program itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            actor: Actor::System,
            address: None,
        }
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reader => f.write_str("reader"),
            Self::Token(name) => write!(f, "token:{name}"),
            Self::CommandLine => f.write_str("command-line"),
            Self::Hook => f.write_str("hook"),
            Self::System => f.write_str("system"),
        }
    }
}

/// Writes one line.
///
/// # Errors
/// The database's.
pub async fn record(tx: &mut Tx, origin: &Origin, event: Event) -> Result<()> {
    let (id, now) = (tx.id::<EventId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into event (id, at, actor, action, subject, subject_id, list_id, subscriber_id, came_from, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id.get())
    .bind(now.get())
    .bind(origin.actor.to_string())
    .bind(event.action)
    .bind(event.subject.word())
    .bind(event.subject.id())
    .bind(event.list.map(ListId::get))
    .bind(event.subscriber.map(SubscriberId::get))
    .bind(&origin.address)
    .bind(event.detail.to_string())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
