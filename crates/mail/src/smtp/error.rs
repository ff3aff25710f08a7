//! What can go wrong on the way to a relay, told apart by what the caller has to do.

use domain::{
    reply::{Reply, Step},
    without_nul,
};

/// Why a message was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// There is no connection; nothing was said about the recipient, who goes back untouched.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The relay answered, and not with yes. [`Reply::verdict`] says what follows.
    #[error("the mail provider refused {}: {reply}", refused(.step))]
    Rejected {
        /// What it answered.
        reply: Reply,
        /// The command that it answered.
        step: Step,
    },
    /// The connection was lost before the final dot was written: the message cannot have been accepted, and its recipient
    /// goes back untouched.
    #[error("the connection was lost before the message was complete: {0}")]
    LostBefore(Loss),
    /// The connection was lost when the final dot may have been written: the message may have arrived.
    #[error("the connection was lost after the message was sent, before the answer: {0}")]
    LostAfter(Loss),
}

impl SendError {
    /// What a person can do about it.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Connect(error) => error.advice(),
            Self::Rejected { reply, step } => advice_on(reply.code, *step),
            Self::LostBefore(_) => {
                "Nothing was sent. Try again; if it breaks each time, something between here and the provider cuts the \
                 connection: try another port (587, 465 or 2525), or ask the provider."
            }
            Self::LostAfter(_) => {
                "The mail may have arrived: look into the inbox, then try again. If it breaks each time, ask the provider \
                 how long it takes to answer."
            }
        }
    }
}

/// What was refused at a step, in words.
const fn refused(step: &Step) -> &'static str {
    match step {
        Step::Connect => "the connection",
        Step::Login => "the login",
        Step::Sender => "the address that the mail comes from",
        Step::Recipient => "the address that the mail goes to",
        Step::Content => "the mail itself",
    }
}

const fn advice_on(code: u16, step: Step) -> &'static str {
    match (code, step) {
        (400..=499, _) => {
            "That means \"not now\": try again in some minutes. Many providers put off those who are new to them; if it goes \
             on, the answer says why."
        }
        (530 | 534 | 535 | 538, _) | (_, Step::Login) => Stage::Login.advice(),
        (_, Step::Connect) => Stage::Greeting.advice(),
        (_, Step::Sender) => {
            "Let the provider know the address, or its whole domain, as yours: its settings call that verifying. Or send \
             from one that it knows: paperround list change KEY --from ADDRESS"
        }
        (_, Step::Recipient) => {
            "Check the spelling of the address. If that is right, the provider does not take mail for it from you: it may \
             want a user and a password, or the account to be activated first."
        }
        (_, Step::Content) => {
            "Both addresses were taken, but not the mail. Its answer says why: often the sender's domain lacks the SPF, DKIM \
             or DMARC records that the provider asks for, or what the account may send is used up."
        }
    }
}

/// How a connection was lost.
#[derive(Debug, thiserror::Error)]
pub enum Loss {
    /// The relay took longer than the exchange may take.
    #[error("no answer in time")]
    Timeout,
    /// The relay closed the connection, or the network broke, or what came was no reply; the words may be the relay's.
    #[error("{}", without_nul(&.0.to_string()))]
    Broken(#[from] lettre::transport::smtp::Error),
    /// The relay answered with a code that has no place there.
    #[error("an answer that does not belong there: {0}")]
    Unexpected(Reply),
    /// The caller sent content without an accepted envelope.
    #[error("no envelope was accepted on this connection")]
    NoEnvelope,
    /// The mail catcher could not write.
    #[error("the mail catcher could not keep the message: {0}")]
    Disk(#[from] std::io::Error),
}

/// The stage at which connecting failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Looking the host up.
    Resolve,
    /// The TCP connection.
    Tcp,
    /// TLS, from the start or by STARTTLS.
    Tls,
    /// The greeting and EHLO.
    Greeting,
    /// AUTH.
    Login,
}

/// Why there is no connection to a relay.
#[derive(Debug, thiserror::Error)]
#[error("{stage} at {relay} failed: {cause}")]
pub struct ConnectError {
    /// What was tried.
    pub stage: Stage,
    /// The relay's host and port.
    pub relay: String,
    /// What happened, in words.
    pub cause: String,
    /// What the relay answered, where it did.
    pub reply: Option<Reply>,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Resolve => "looking up the mail provider",
            Self::Tcp => "connecting to the mail provider",
            Self::Tls => "encrypting the connection to the mail provider",
            Self::Greeting => "greeting the mail provider",
            Self::Login => "logging in to the mail provider",
        })
    }
}

impl ConnectError {
    /// What a person can do about it.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        self.stage.advice()
    }
}

impl Stage {
    /// What a person can do about a failure.
    const fn advice(self) -> &'static str {
        match self {
            Self::Resolve => "Check the spelling of the host in the settings, and that this machine can resolve names.",
            Self::Tcp => {
                "Check the port (587 or 465 is usual). Many hosters block outgoing mail ports: try 2525 if your \
                 provider offers it, or ask your hoster."
            }
            Self::Tls => {
                "Use smtps:// for port 465, where encryption starts at once, and smtp:// for 587 and others. If that is \
                 right already, the provider's certificate does not fit its host name, or is not trusted by this machine. A \
                 mail server on this machine needs no encryption: smtp://127.0.0.1:25?tls=none, or smtp_tls = \"none\"."
            }
            Self::Greeting => {
                "Something answers there, but not as a mail provider does. On port 465 use smtps:// instead of smtp://. \
                 If the provider turned this machine away, its answer says why."
            }
            Self::Login => {
                "Check user and password. Most providers want a key or \"app password\" made for this purpose, not the \
                 password of their website."
            }
        }
    }
}
