//! One connection to the sink: the dialogue of RFC 5321, with the rules of the sink at every step.

use std::{io, sync::Arc, sync::atomic::Ordering};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use super::{Accepted, Answer, Shared, Step, text, wire::Wire};

/// Enough for the headers of any message that we look into.
const HEADERS: usize = 16 * 1024;

/// Serves a client until it leaves or is cut off. Errors are the client's absence, which is no news to a sink.
pub(super) async fn run(stream: TcpStream, connection: usize, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let mut session = Session::new(Wire::new(stream), connection, Arc::clone(&shared));
    let Ok(Next::StartTls) = session.greet_and_serve().await else {
        return;
    };
    let tls = shared
        .tls
        .clone()
        .expect("STARTTLS is answered only where it is offered");
    if let Ok(stream) = TlsAcceptor::from(tls).accept(session.wire.into_stream()).await {
        let mut session = Session::new(Wire::new(stream), connection, shared);
        session.encrypted = true;
        let _ = session.serve().await;
    }
}

/// Why a dialogue ended in good order.
enum Next {
    Close,
    StartTls,
}

struct Session<S> {
    wire: Wire<S>,
    shared: Arc<Shared>,
    connection: usize,
    encrypted: bool,
    logged_in: bool,
    messages: usize,
    sender: Option<String>,
    recipients: Vec<String>,
    body: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(wire: Wire<S>, connection: usize, shared: Arc<Shared>) -> Self {
        Self {
            wire,
            logged_in: shared.options.login.is_none(),
            shared,
            connection,
            encrypted: false,
            messages: 0,
            sender: None,
            recipients: Vec::new(),
            body: Vec::new(),
        }
    }

    async fn greet_and_serve(&mut self) -> io::Result<Next> {
        self.step(Step::Connect, "", "220 sink ESMTP").await?;
        self.wire.flush().await?;
        self.serve().await
    }

    async fn serve(&mut self) -> io::Result<Next> {
        loop {
            let line = self.wire.line().await?;
            let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello().await?,
                "HELO" => drop(self.step(Step::Hello, "", "250 sink").await?),
                "STARTTLS" if self.shared.tls.is_some() && !self.encrypted => {
                    self.wire.reply("220 2.0.0 ready");
                    self.wire.flush().await?;
                    return Ok(Next::StartTls);
                }
                "AUTH" => self.auth(argument).await?,
                "MAIL" => self.mail(text::address(argument)).await?,
                "RCPT" => self.rcpt(text::address(argument)).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.reset();
                    self.wire.reply("250 2.0.0 ok");
                }
                "NOOP" => self.wire.reply("250 2.0.0 ok"),
                "QUIT" => {
                    self.wire.reply("221 2.0.0 bye");
                    self.wire.flush().await?;
                    return Ok(Next::Close);
                }
                _ => self.wire.reply("500 5.5.2 unknown command"),
            }
        }
    }

    async fn hello(&mut self) -> io::Result<()> {
        let mut lines = vec!["sink", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"];
        if self.shared.tls.is_some() && !self.encrypted {
            lines.push("STARTTLS");
        }
        if self.shared.options.login.is_some() {
            lines.push("AUTH PLAIN LOGIN");
        }
        let last = lines.len() - 1;
        let reply: Vec<_> = lines
            .iter()
            .enumerate()
            .map(|(n, line)| format!("250{}{line}", if n == last { ' ' } else { '-' }))
            .collect();
        self.reset();
        self.step(Step::Hello, "", &reply.join("\r\n")).await?;
        Ok(())
    }

    async fn auth(&mut self, argument: &str) -> io::Result<()> {
        let (mechanism, initial) = argument.split_once(' ').unwrap_or((argument, ""));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let response = if initial.is_empty() {
                    self.ask("").await?
                } else {
                    text::decoded(initial)
                };
                let mut parts = response.split('\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            "LOGIN" => {
                let user = if initial.is_empty() {
                    self.ask("Username:").await?
                } else {
                    text::decoded(initial)
                };
                Some((user, self.ask("Password:").await?))
            }
            _ => None,
        };
        self.logged_in = given.is_some() && given == self.shared.options.login;
        self.wire.reply(if self.logged_in {
            "235 2.7.0 welcome"
        } else {
            "535 5.7.8 authentication failed"
        });
        Ok(())
    }

    async fn ask(&mut self, question: &str) -> io::Result<String> {
        self.wire.reply(&format!("334 {}", text::encoded(question)));
        Ok(text::decoded(&self.wire.line().await?))
    }

    async fn mail(&mut self, sender: String) -> io::Result<()> {
        self.reset();
        if !self.logged_in {
            self.wire.reply("530 5.7.0 authentication required");
        } else if self.messages >= self.shared.per_connection.load(Ordering::Relaxed) {
            self.refuse("421 4.7.0 too many messages on this connection").await?;
        } else if self.step(Step::Mail, &sender, "250 2.1.0 ok").await? {
            self.sender = Some(sender);
        }
        Ok(())
    }

    async fn rcpt(&mut self, recipient: String) -> io::Result<()> {
        if self.sender.is_none() {
            self.wire.reply("503 5.5.1 MAIL first");
        } else if self.step(Step::Rcpt, &recipient, "250 2.1.5 ok").await? {
            self.recipients.push(recipient);
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        let (Some(sender), Some(recipient)) = (self.sender.clone(), self.recipients.last().cloned()) else {
            self.wire.reply("503 5.5.1 no valid recipients");
            return Ok(());
        };
        if !self.step(Step::Data, &recipient, "354 end with a dot").await? {
            return Ok(());
        }
        if let Some(answer) = self.shared.ruling(Step::Body, &recipient) {
            self.wire.fill().await?;
            self.follow(answer).await?;
        }
        let keep = if self.shared.options.keep_messages {
            usize::MAX
        } else {
            HEADERS
        };
        self.wire.body(&mut self.body, keep).await?;
        let answer = self.shared.ruling(Step::Dot, &recipient);
        let cut = answer == Some(Answer::AcceptAndDrop);
        let accepted = match answer {
            Some(answer) if !cut => self.follow(answer).await?,
            _ => true,
        };
        if accepted {
            self.record(&sender, !cut);
            self.messages += 1;
            if cut {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            self.wire.reply("250 2.0.0 taken over");
        }
        self.reset();
        Ok(())
    }

    fn record(&mut self, sender: &str, answered: bool) {
        let message_id = text::message_id(&self.body);
        let raw = self
            .shared
            .options
            .keep_messages
            .then(|| text::without_stuffing(&self.body));
        for recipient in self.recipients.drain(..) {
            self.shared.record(Accepted {
                recipient,
                sender: sender.to_owned(),
                message_id: message_id.clone(),
                connection: self.connection,
                answered,
                raw: raw.clone(),
            });
        }
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    /// Replies `ok`, or what a rule says; whether the client may go on. Errors end the connection.
    async fn step(&mut self, step: Step, address: &str, ok: &str) -> io::Result<bool> {
        let go_on = match self.shared.ruling(step, address) {
            Some(answer) => self.follow(answer).await?,
            None => true,
        };
        if go_on {
            self.wire.reply(ok);
        }
        Ok(go_on)
    }

    async fn follow(&mut self, answer: Answer) -> io::Result<bool> {
        match answer {
            Answer::Reply(line) => {
                self.refuse(&line).await?;
                Ok(false)
            }
            Answer::Stall => loop {
                self.wire.discard().await?;
            },
            Answer::Drop | Answer::AcceptAndDrop => Err(io::ErrorKind::ConnectionAborted.into()),
            Answer::Delay(span) => {
                tokio::time::sleep(span).await;
                Ok(true)
            }
        }
    }

    async fn refuse(&mut self, line: &str) -> io::Result<()> {
        self.wire.reply(line);
        if line.starts_with("421") {
            self.wire.flush().await?;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}
