//! What the sink accepted, and the questions that tests ask about it.

use std::collections::{BTreeMap, HashSet};

use crate::Mail;

/// One message that the sink took over for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The address of RCPT, without angle brackets.
    pub recipient: String,
    /// The address of MAIL, without angle brackets; empty for a bounce.
    pub sender: String,
    /// The Message-ID header with its angle brackets; empty when there is none.
    pub message_id: String,
    /// Which connection it came over, counted from zero.
    pub connection: usize,
    /// Whether the client was told; not when the connection was cut after the final dot.
    pub answered: bool,
    /// The message without dot-stuffing, when the sink keeps messages.
    pub raw: Option<Vec<u8>>,
}

impl Accepted {
    /// The message as its reader sees it.
    ///
    /// # Panics
    /// When the sink does not keep messages.
    #[must_use]
    pub fn mail(&self) -> Mail {
        Mail::parse(self.raw.as_deref().expect("a sink made with keeping_messages()"))
    }
}

/// Accepted messages in the order in which their final dots came.
#[derive(Debug, Clone, Default)]
pub struct Log(Vec<Accepted>);

impl Log {
    /// How many there are, one for each recipient.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was accepted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Accepted> {
        self.0.iter()
    }

    /// Those to one recipient, in order.
    pub fn to<'log>(&'log self, recipient: &str) -> impl Iterator<Item = &'log Accepted> {
        self.0.iter().filter(move |message| message.recipient == recipient)
    }

    /// The recipients of at least one message.
    #[must_use]
    pub fn recipients(&self) -> HashSet<&str> {
        self.0.iter().map(|message| message.recipient.as_str()).collect()
    }

    /// Who got more than one message, with the Message-IDs in order.
    #[must_use]
    pub fn repeats(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut ids = BTreeMap::<_, Vec<_>>::new();
        for message in &self.0 {
            ids.entry(message.recipient.as_str())
                .or_default()
                .push(message.message_id.as_str());
        }
        ids.retain(|_, ids| ids.len() > 1);
        ids
    }

    pub(super) fn push(&mut self, message: Accepted) {
        self.0.push(message);
    }
}
