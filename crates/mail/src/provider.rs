//! Where mail goes: to a relay, or into the catcher. Both are used alike.

use std::time::Duration;

use domain::{EmailAddress, reply::Reply};

use crate::{
    catch::{CatchLane, Catcher},
    smtp::{self, ConnectError, Relay, SendError},
};

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Out, through a relay.
    Smtp(Relay),
    /// Nowhere: into a folder.
    Catch(Catcher),
}

/// One way to a provider, owned by one task.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there are a few dozen lanes, and nearly all are of the large kind"
)]
pub enum Lane {
    /// A connection to a relay.
    Smtp(smtp::Lane),
    /// The mail catcher.
    Catch(CatchLane),
}

impl Provider {
    /// A lane of its own to this provider; nothing is sent yet.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match self {
            Self::Smtp(relay) => Lane::Smtp(smtp::Lane::new(relay.clone())),
            Self::Catch(catcher) => Lane::Catch(CatchLane::new(catcher.clone())),
        }
    }

    /// A lane that waits no longer than this for each answer.
    #[must_use]
    pub fn lane_within(&self, patience: Duration) -> Lane {
        match self {
            Self::Smtp(relay) => Lane::Smtp(smtp::Lane::new(relay.clone().answering_within(patience))),
            Self::Catch(_) => self.lane(),
        }
    }

    /// Whether what it accepts has left the house.
    #[must_use]
    pub const fn is_real(&self) -> bool {
        matches!(self, Self::Smtp(_))
    }
}

impl Lane {
    /// Makes sure that there is a connection. [`envelope`](Self::envelope) does so too.
    ///
    /// # Errors
    /// With the stage that failed and what to do about it.
    pub async fn connect(&mut self) -> Result<(), ConnectError> {
        match self {
            Self::Smtp(lane) => lane.connect().await,
            Self::Catch(_) => Ok(()),
        }
    }

    /// Announces a message: from whom, to whom. After `Ok` its content must be sent or [abandoned](Self::abandon).
    ///
    /// # Errors
    /// Never [`SendError::LostAfter`].
    pub async fn envelope(&mut self, from: &EmailAddress, to: &EmailAddress) -> Result<(), SendError> {
        match self {
            Self::Smtp(lane) => lane.envelope(from, to).await,
            Self::Catch(lane) => {
                lane.envelope(from, to);
                Ok(())
            }
        }
    }

    /// Sends the content of the message that was announced, with its final dot. The answer is 2xx, and its
    /// [reference](Reply::reference) the provider's own. `next` is the envelope that comes next, from whom and to whom, if
    /// that is known: it may travel along.
    ///
    /// # Errors
    /// When it was refused, or the connection was lost before or after the final dot.
    pub async fn content(
        &mut self,
        wire: &str,
        next: Option<(&EmailAddress, &EmailAddress)>,
    ) -> Result<Reply, SendError> {
        match self {
            Self::Smtp(lane) => lane.content(wire, next).await,
            Self::Catch(lane) => lane.content(wire).await,
        }
    }

    /// Like [`content`](Self::content), but nothing counts as sent before `may_end` says that it may be, which is waited for
    /// while the content travels. None when it says no: the message was not sent then.
    ///
    /// # Errors
    /// Those of [`content`](Self::content).
    pub async fn content_held(
        &mut self,
        wire: &str,
        next: Option<(&EmailAddress, &EmailAddress)>,
        may_end: impl Future<Output = bool>,
    ) -> Option<Result<Reply, SendError>> {
        match self {
            Self::Smtp(lane) => lane.content_held(wire, next, may_end).await,
            Self::Catch(lane) => {
                if may_end.await {
                    return Some(lane.content(wire).await);
                }
                lane.abandon();
                None
            }
        }
    }

    /// Gives up a message that was announced and whose content must not be sent.
    pub fn abandon(&mut self) {
        match self {
            Self::Smtp(lane) => lane.abandon(),
            Self::Catch(lane) => lane.abandon(),
        }
    }

    /// Ends the connection politely; a later envelope makes a new one.
    pub async fn close(&mut self) {
        match self {
            Self::Smtp(lane) => lane.close().await,
            Self::Catch(lane) => lane.abandon(),
        }
    }
}
