//! From settings to a connection that is ready for an envelope, a stage at a time.

use std::{fmt, io, time::Duration};

use domain::{reply::Reply, without_nul};
use lettre::transport::smtp::{
    self,
    authentication::{Credentials, Mechanism},
    client::AsyncSmtpConnection,
    commands::Ehlo,
    extension::ClientId,
    response::Response,
};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::{
    ConnectError, Relay, Stage, TlsMode,
    wire::{Flow, Stream, Wire},
};

/// A connection that has been greeted, encrypted and logged in as the settings ask.
pub(super) struct Connection {
    pub(super) smtp: AsyncSmtpConnection,
    pub(super) flow: Flow,
    /// Whether several commands may be sent in one write (RFC 2920).
    pub(super) pipelining: bool,
}

impl Connection {
    pub(super) async fn open(relay: &Relay) -> Result<Self, ConnectError> {
        let open = Opening { relay };
        let tcp = open.tcp().await?;
        let (wire, flow) = open.wire(tcp).await?;
        let hello = relay.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
        let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello);
        let mut smtp = open.stage(Stage::Greeting, greeted).await?;
        open.starttls(&mut smtp, &hello).await?;
        // lettre does not keep the extensions that it does not know, so we ask once more.
        let extensions = open.stage(Stage::Greeting, smtp.command(Ehlo::new(hello))).await?;
        open.log_in(&mut smtp).await?;
        Ok(Self {
            smtp,
            flow,
            pipelining: extensions.message().any(|line| line.eq_ignore_ascii_case("PIPELINING")),
        })
    }
}

struct Opening<'a> {
    relay: &'a Relay,
}

impl Opening<'_> {
    async fn tcp(&self) -> Result<TcpStream, ConnectError> {
        let lookup = lookup_host((self.relay.host.as_str(), self.relay.port));
        let addresses = self.stage(Stage::Resolve, lookup).await?;
        let mut last = self.error(Stage::Resolve, "the name has no address");
        for address in addresses {
            match self.stage(Stage::Tcp, TcpStream::connect(address)).await {
                Ok(tcp) => {
                    // Nagle's algorithm would hold back the end of each message for the peer's delayed
                    // acknowledgement: 40 ms a message.
                    tcp.set_nodelay(true).map_err(|error| self.error(Stage::Tcp, error))?;
                    return Ok(tcp);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn wire(&self, tcp: TcpStream) -> Result<(Wire, Flow), ConnectError> {
        let stream = if self.relay.tls == TlsMode::Wrapper {
            let wrapped = self.relay.trust.wrap(tcp, &self.relay.host);
            Stream::Tls(Box::new(self.stage(Stage::Tls, wrapped).await?))
        } else {
            Stream::Plain(tcp)
        };
        Ok(Wire::new(stream))
    }

    async fn starttls(&self, smtp: &mut AsyncSmtpConnection, hello: &ClientId) -> Result<(), ConnectError> {
        match self.relay.tls {
            TlsMode::Starttls | TlsMode::Required if smtp.can_starttls() => {}
            TlsMode::Required => return Err(self.error(Stage::Tls, "the mail provider does not offer STARTTLS")),
            TlsMode::None | TlsMode::Starttls | TlsMode::Wrapper => return Ok(()),
        }
        let parameters = self.relay.trust.starttls(&self.relay.host);
        let parameters = parameters.map_err(|error| self.error(Stage::Tls, error))?;
        self.stage(Stage::Tls, smtp.starttls(parameters, hello)).await
    }

    /// Logs in, which the settings allow on encrypted connections only.
    async fn log_in(&self, smtp: &mut AsyncSmtpConnection) -> Result<(), ConnectError> {
        let Some(login) = &self.relay.login else { return Ok(()) };
        let credentials = Credentials::new(login.user.clone(), login.password.clone());
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        self.stage(Stage::Login, smtp.auth(&mechanisms, &credentials)).await?;
        Ok(())
    }

    async fn stage<T, E>(&self, stage: Stage, step: impl Future<Output = Result<T, E>>) -> Result<T, ConnectError>
    where
        E: Into<Cause>,
    {
        match timeout(self.relay.timeouts.connect, step).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(self.error(stage, error)),
            Err(_) => Err(self.error(stage, Cause::late(self.relay.timeouts.connect))),
        }
    }

    fn error(&self, stage: Stage, cause: impl Into<Cause>) -> ConnectError {
        let Cause { text, reply } = cause.into();
        ConnectError {
            stage,
            relay: self.relay.address(),
            cause: text,
            reply,
        }
    }
}

/// What went wrong in a stage, and the relay's answer where it gave one.
struct Cause {
    text: String,
    reply: Option<Reply>,
}

impl Cause {
    fn late(limit: Duration) -> Self {
        Self::from(format!("no answer within {} s", limit.as_secs_f32()))
    }
}

impl From<String> for Cause {
    fn from(text: String) -> Self {
        Self { text, reply: None }
    }
}

impl From<&str> for Cause {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::from(error.to_string())
    }
}

impl From<smtp::Error> for Cause {
    fn from(error: smtp::Error) -> Self {
        let reply = refusal(&error);
        let text = reply.as_ref().map_or_else(|| error.to_string(), ToString::to_string);
        Self {
            // What is no reply is quoted.
            text: without_nul(&text).into_owned(),
            reply,
        }
    }
}

/// The answer in an error, if the relay gave one.
pub(super) fn refusal(error: &smtp::Error) -> Option<Reply> {
    let text = std::error::Error::source(error).map(ToString::to_string);
    error
        .status()
        .map(|code| Reply::new(code.into(), text.unwrap_or_default()))
}

/// An answer in the house's own terms.
pub(super) fn answer(response: &Response) -> Reply {
    let lines: Vec<&str> = response.message().collect();
    Reply::new(response.code().into(), lines.join(" "))
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("pipelining", &self.pipelining)
            .finish_non_exhaustive()
    }
}
