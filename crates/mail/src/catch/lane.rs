//! The catcher in the place of a connection.

use domain::{EmailAddress, reply::Reply};

use super::Catcher;
use crate::smtp::{Loss, SendError};

/// A lane that ends in the catcher.
#[derive(Debug)]
pub struct CatchLane {
    catcher: Catcher,
    envelope: Option<(EmailAddress, EmailAddress)>,
}

impl CatchLane {
    /// A lane into a catcher.
    #[must_use]
    pub const fn new(catcher: Catcher) -> Self {
        Self {
            catcher,
            envelope: None,
        }
    }

    /// Announces a message.
    pub fn envelope(&mut self, from: &EmailAddress, to: &EmailAddress) {
        self.envelope = Some((from.clone(), to.clone()));
    }

    /// Keeps the message that was announced, and answers as a relay would, with its name as the reference.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn content(&mut self, wire: &str) -> Result<Reply, SendError> {
        let envelope = self.envelope.take();
        let (from, to) = envelope.ok_or(SendError::LostBefore(Loss::NoEnvelope))?;
        match self.catcher.keep(&from, &to, wire).await {
            Ok(name) => Ok(Reply::new(250, format!("2.0.0 Ok: queued as {name}"))),
            Err(error) => Err(SendError::LostBefore(Loss::Disk(error))),
        }
    }

    /// Gives up a message that was announced.
    pub fn abandon(&mut self) {
        self.envelope = None;
    }
}
