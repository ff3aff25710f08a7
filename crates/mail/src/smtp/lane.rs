//! One connection to a relay, owned by one task.
//!
//! A message is two exchanges: the envelope (MAIL, RCPT and DATA in one write where the relay takes that) and the
//! content. While the content travels, the caller may commit the outcome of the message before: the final dot, without
//! which there is no message, waits for it. An envelope may travel in one write with the end of the content before it
//! (RFC 2920, section 3.1), so that a message costs one round trip. An exchange that fails, or whose future is dropped,
//! leaves no connection behind; the next envelope makes a new one.

use std::{
    fmt::{self, Display},
    pin::pin,
    time::{Duration, Instant},
};

use domain::{
    EmailAddress,
    reply::{Reply, Step},
};
use lettre::transport::smtp;
use tokio::time::timeout;

use super::{
    ConnectError, Loss, Relay, SendError,
    connect::{self, Connection},
};

/// Relays close connections that say nothing for some minutes; one that was still for this long is not trusted again.
const STILL: Duration = Duration::from_secs(60);
/// How long to wait for the answer to a farewell.
const FAREWELL: Duration = Duration::from_secs(5);
/// The end of every content: without it the relay forgets the message (RFC 5321, section 4.1.1.4).
const FINAL_DOT: &str = ".\r\n";

/// One connection to a relay, made when it is first needed and made anew after it was lost or used up.
#[derive(Debug)]
pub struct Lane {
    relay: Relay,
    idle: Option<Idle>,
    /// The connection on which an envelope was accepted and whose relay waits for content.
    open: Option<Idle>,
}

/// A connection between two exchanges.
#[derive(Debug)]
struct Idle {
    connection: Connection,
    /// How many messages it has carried.
    carried: u32,
    /// Whether a transaction was refused and must be reset (RFC 5321, section 4.1.1.5).
    unclean: bool,
    /// The envelope that went with the last content, and whose answers are still to be read.
    ahead: Option<Envelope>,
    since: Instant,
}

/// MAIL, RCPT and DATA.
#[derive(Debug, PartialEq, Eq)]
struct Envelope([(Step, String); 3]);

/// A content on its way, with the envelope that goes along.
struct Content<'w> {
    idle: Idle,
    wire: &'w str,
    /// How many bytes the connection had carried before.
    before: u64,
}

/// Two pieces that travel together.
struct OneWrite<'a>(&'a str, &'a str);

/// The answers to MAIL, RCPT and DATA, as far as they came.
type Answers = Vec<(Step, Result<Reply, Loss>)>;

impl Lane {
    /// A lane to a relay; nothing is sent yet.
    #[must_use]
    pub const fn new(relay: Relay) -> Self {
        Self {
            relay,
            idle: None,
            open: None,
        }
    }

    /// Makes sure that there is a connection.
    ///
    /// # Errors
    /// With the stage that failed and what to do about it.
    pub async fn connect(&mut self) -> Result<(), ConnectError> {
        let usable = |idle: &Idle| idle.carried < self.relay.rotate_after && idle.since.elapsed() < STILL;
        if !self.idle.as_ref().is_some_and(usable) {
            self.close().await;
            let connection = Connection::open(&self.relay).await?;
            tracing::debug!(
                relay = self.relay.address(),
                pipelining = connection.pipelining,
                "connected"
            );
            self.idle = Some(Idle {
                connection,
                carried: 0,
                unclean: false,
                ahead: None,
                since: Instant::now(),
            });
        }
        Ok(())
    }

    /// Announces a message: from whom, to whom. After `Ok` the relay waits for its content, which must be sent or
    /// [abandoned](Self::abandon). Where the same envelope went with the content before, only its answers are read.
    ///
    /// # Errors
    /// Never [`SendError::LostAfter`]: until the content is sent, nothing can have arrived.
    pub async fn envelope(&mut self, from: &EmailAddress, to: &EmailAddress) -> Result<(), SendError> {
        let envelope = Envelope::new(from, to);
        let expected = |idle: &Idle| idle.ahead.as_ref().is_none_or(|ahead| *ahead == envelope);
        if self.open.is_some() || !self.idle.as_ref().is_none_or(expected) {
            self.abandon();
        }
        self.connect().await?;
        let Some(mut idle) = self.idle.take() else {
            return Err(SendError::LostBefore(Loss::NoEnvelope));
        };
        let answers = idle.announce(envelope, self.relay.timeouts.command).await;
        self.judge(idle, answers).await
    }

    /// Sends the content of the message that was announced, with its final dot, as
    /// [`Template::fill`](crate::compile::Template::fill) writes it. `next` says from whom and to whom the next message
    /// will be: its envelope then goes along where the relay takes that, and [`envelope`](Self::envelope) finds it there.
    ///
    /// # Errors
    /// [`SendError::LostAfter`] when the answer did not come although the final dot may have been written.
    pub async fn content(
        &mut self,
        wire: &str,
        next: Option<(&EmailAddress, &EmailAddress)>,
    ) -> Result<Reply, SendError> {
        let mut content = self.begin(wire, next)?;
        let answer = content.exchange(self.relay.timeouts.content).await;
        self.finish(content, answer)
    }

    /// Like [`content`](Self::content), but holds the final dot back until `may_end` says that it may leave. None when it
    /// says no: the connection is closed then, and the relay forgets the message. `may_end` is heard to its end.
    ///
    /// # Errors
    /// Those of [`content`](Self::content).
    pub async fn content_held(
        &mut self,
        wire: &str,
        next: Option<(&EmailAddress, &EmailAddress)>,
        may_end: impl Future<Output = bool>,
    ) -> Option<Result<Reply, SendError>> {
        let mut content = match self.begin(wire, next) {
            Ok(content) => content,
            Err(error) => return may_end.await.then_some(Err(error)),
        };
        let flow = content.idle.connection.flow.clone();
        flow.stop_after(wire.len().saturating_sub(FINAL_DOT.len()));
        let answer = {
            let mut may_end = pin!(may_end);
            let mut exchange = pin!(content.exchange(Duration::MAX));
            tokio::select! {
                biased;
                may = &mut may_end => {
                    if !may {
                        return None;
                    }
                    flow.open();
                    // The time that it was held is not the relay's.
                    timeout(self.relay.timeouts.content, exchange).await.unwrap_or(Err(Loss::Timeout))
                }
                // There is no answer before the final dot; the connection is lost.
                answer = &mut exchange => {
                    if !may_end.await {
                        return None;
                    }
                    answer
                }
            }
        };
        Some(self.finish(content, answer))
    }

    /// A content on the connection on which its envelope was accepted.
    fn begin<'w>(
        &mut self,
        wire: &'w str,
        next: Option<(&EmailAddress, &EmailAddress)>,
    ) -> Result<Content<'w>, SendError> {
        let mut idle = self.open.take().ok_or(SendError::LostBefore(Loss::NoEnvelope))?;
        let goes_on = idle.connection.pipelining && idle.carried + 1 < self.relay.rotate_after;
        idle.ahead = next.filter(|_| goes_on).map(|(from, to)| Envelope::new(from, to));
        let before = idle.connection.flow.written();
        Ok(Content { idle, wire, before })
    }

    /// What the answer to a content comes to.
    fn finish(&mut self, content: Content<'_>, answer: Result<Reply, Loss>) -> Result<Reply, SendError> {
        let Content { mut idle, wire, before } = content;
        match answer {
            Ok(reply) if reply.code < 300 => {
                idle.carried += 1;
                self.rest(idle);
                Ok(reply)
            }
            Ok(reply) if reply.code >= 400 => {
                if reply.code != 421 {
                    idle.unclean = idle.ahead.is_none();
                    self.rest(idle);
                }
                let step = Step::Content;
                Err(SendError::Rejected { reply, step })
            }
            Ok(reply) => Err(SendError::LostAfter(Loss::Unexpected(reply))),
            Err(loss) if idle.connection.flow.written() - before < wire.len() as u64 => {
                Err(SendError::LostBefore(loss))
            }
            Err(loss) => Err(SendError::LostAfter(loss)),
        }
    }

    /// Gives up a message whose envelope was sent, by closing the connection before its content: the relay must forget
    /// it (RFC 5321, section 4.1.1.4). Does nothing between messages.
    pub fn abandon(&mut self) {
        self.open = None;
        self.idle.take_if(|idle| idle.ahead.is_some());
    }

    /// Ends the connection politely, if there is one. A later envelope makes a new one.
    pub async fn close(&mut self) {
        self.abandon();
        if let Some(mut idle) = self.idle.take() {
            // Whether the relay answers a farewell changes nothing.
            let _ = timeout(FAREWELL, idle.connection.smtp.quit()).await;
        }
    }

    fn rest(&mut self, idle: Idle) {
        self.idle = Some(Idle {
            since: Instant::now(),
            ..idle
        });
    }

    /// What the answers to an envelope come to: the first refusal counts, whatever the later ones say.
    async fn judge(&mut self, mut idle: Idle, answers: Answers) -> Result<(), SendError> {
        let data_open = matches!(answers.last(), Some((_, Ok(reply))) if reply.code == 354);
        let recipient_taken = answers
            .iter()
            .any(|(step, answer)| *step == Step::Recipient && matches!(answer, Ok(reply) if reply.code < 400));
        let lost = answers.iter().any(|(_, answer)| answer.is_err());
        for (step, answer) in answers {
            let reply = answer.map_err(SendError::LostBefore)?;
            match reply.code {
                400.. => {
                    let reset = match data_open {
                        false => !lost,
                        // Content without recipients: an empty one ends it (RFC 2920, section 3.1).
                        true if !recipient_taken => idle.exchange(FINAL_DOT, self.relay.timeouts.command).await.is_ok(),
                        true => false,
                    };
                    if reset && reply.code != 421 {
                        idle.unclean = true;
                        self.rest(idle);
                    }
                    return Err(SendError::Rejected { reply, step });
                }
                354 if step == Step::Content => {}
                200..300 if step != Step::Content => {}
                _ => return Err(SendError::LostBefore(Loss::Unexpected(reply))),
            }
        }
        self.open = Some(idle);
        Ok(())
    }
}

impl Envelope {
    fn new(from: &EmailAddress, to: &EmailAddress) -> Self {
        Self([
            (Step::Sender, format!("MAIL FROM:<{}>\r\n", from.as_str())),
            (Step::Recipient, format!("RCPT TO:<{}>\r\n", to.as_str())),
            (Step::Content, "DATA\r\n".to_owned()),
        ])
    }

    /// All of its commands, for one write.
    fn group(&self) -> String {
        self.0.iter().map(|(_, command)| command.as_str()).collect()
    }
}

impl Content<'_> {
    async fn exchange(&mut self, limit: Duration) -> Result<Reply, Loss> {
        let ahead = self.idle.ahead.as_ref().map(Envelope::group).unwrap_or_default();
        self.idle.exchange(OneWrite(self.wire, &ahead), limit).await
    }
}

impl Display for OneWrite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        f.write_str(self.1)
    }
}

impl Idle {
    /// Sends the envelope, if it did not go ahead, and reads its answers, up to the first loss; without pipelining up to
    /// the first refusal.
    async fn announce(&mut self, envelope: Envelope, limit: Duration) -> Answers {
        let mut answers = Answers::new();
        if self.connection.pipelining {
            let mut next = if self.ahead.take().is_some() {
                self.answer(limit).await
            } else {
                self.send(&envelope, limit).await
            };
            for (step, _) in envelope.0 {
                let lost = next.is_err();
                answers.push((step, next));
                if lost || step == Step::Content {
                    break;
                }
                next = self.answer(limit).await;
            }
        } else {
            if std::mem::take(&mut self.unclean)
                && let Err(loss) = self.exchange("RSET\r\n", limit).await
            {
                return vec![(Step::Sender, Err(loss))];
            }
            for (step, command) in envelope.0 {
                let answer = self.exchange(&command, limit).await;
                let over = !matches!(&answer, Ok(reply) if reply.code < 400);
                answers.push((step, answer));
                if over {
                    break;
                }
            }
        }
        answers
    }

    /// Sends an envelope in one write, behind a reset if that is needed, and reads the answer to MAIL.
    async fn send(&mut self, envelope: &Envelope, limit: Duration) -> Result<Reply, Loss> {
        if !std::mem::take(&mut self.unclean) {
            return self.exchange(envelope.group(), limit).await;
        }
        self.exchange(OneWrite("RSET\r\n", &envelope.group()), limit).await?;
        self.answer(limit).await
    }

    async fn exchange(&mut self, commands: impl Display, limit: Duration) -> Result<Reply, Loss> {
        timed(limit, self.connection.smtp.command(commands)).await
    }

    async fn answer(&mut self, limit: Duration) -> Result<Reply, Loss> {
        timed(limit, self.connection.smtp.read_response()).await
    }
}

/// Waits for a reply of any code.
async fn timed(
    limit: Duration,
    exchange: impl Future<Output = Result<smtp::response::Response, smtp::Error>>,
) -> Result<Reply, Loss> {
    match timeout(limit, exchange).await {
        Ok(Ok(response)) => Ok(connect::answer(&response)),
        Ok(Err(error)) => connect::refusal(&error).ok_or(Loss::Broken(error)),
        Err(_) => Err(Loss::Timeout),
    }
}
