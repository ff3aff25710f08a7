//! The settings of a mail provider.

use std::{fmt, str::FromStr, time::Duration};

use percent_encoding::percent_decode_str;
use url::Url;

use super::tls::Trust;

/// A mail provider, and how to talk to it.
#[derive(Debug, Clone)]
pub struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: TlsMode,
    pub(super) login: Option<Login>,
    pub(super) trust: Trust,
    /// The name to greet with; this machine's own where there is none.
    pub hello: Option<String>,
    /// After how many messages a connection is replaced by a new one.
    pub rotate_after: u32,
    /// How long each exchange may take.
    pub timeouts: Timeouts,
}

/// When the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Never; for a relay on this machine.
    None,
    /// By STARTTLS where it is offered.
    Starttls,
    /// By STARTTLS, or not at all.
    Required,
    /// From the first byte.
    Wrapper,
}

/// A user and a password. `Debug` hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

/// How long the parts of a conversation may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Each stage of connecting.
    pub connect: Duration,
    /// A command and its answer.
    pub command: Duration,
    /// The content and its answer. RFC 5321, section 4.5.3.2.6 asks for ten minutes: who gives up earlier sends twice.
    pub content: Duration,
}

/// Settings that name no mail provider. The messages never repeat them, because a password may be among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// Not an address at all.
    #[error(
        "this is not a mail provider's address; it looks like smtp://user:password@smtp.example.com:587 or \
         smtps://user:password@smtp.example.com. In user and password write @ as %40, / as %2F, : as %3A, # as %23 and \
         % as %25, or give them as settings of their own"
    )]
    Malformed,
    /// Another scheme.
    #[error(
        "a mail provider's address, which begins with smtp:// (port 587, encrypted by STARTTLS) or smtps:// (port 465, \
         encrypted from the start)"
    )]
    Scheme,
    /// No host.
    #[error("a mail provider's address needs a host, such as smtp://smtp.example.com")]
    NoHost,
    /// Something behind the host.
    #[error("a mail provider's address ends with its port; only ?tls=none, starttls or required may follow")]
    Rest,
    /// A user without a password, or the other way round.
    #[error("a mail provider's login needs both a user and a password")]
    HalfLogin,
    /// Another word for the encryption.
    #[error("encryption is one of: none, starttls (if offered), required (by STARTTLS), wrapper (from the start)")]
    Tls,
    /// A login without encryption.
    #[error(
        "a password is never sent without encryption: use \"required\" (smtp://, port 587) or \"wrapper\" (smtps://, \
         port 465), or leave user and password out"
    )]
    PlainLogin,
}

impl Relay {
    /// A provider from its parts. The port defaults to 465 for [`TlsMode::Wrapper`] and 587 otherwise; encryption to
    /// required with a login, and to wherever it is offered without one.
    ///
    /// # Errors
    /// When there is no host, half a login, or a login that would travel in clear.
    pub fn new(host: &str, port: Option<u16>, login: Option<Login>, tls: Option<TlsMode>) -> Result<Self, RelayError> {
        let host = host.trim().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@') {
            return Err(RelayError::NoHost);
        }
        if login
            .as_ref()
            .is_some_and(|login| login.user.is_empty() || login.password.is_empty())
        {
            return Err(RelayError::HalfLogin);
        }
        let tls = match (tls, &login) {
            (Some(TlsMode::None), Some(_)) => return Err(RelayError::PlainLogin),
            (None | Some(TlsMode::Starttls), Some(_)) => TlsMode::Required,
            (None, None) => TlsMode::Starttls,
            (Some(tls), _) => tls,
        };
        Ok(Self {
            host: host.to_owned(),
            port: port.unwrap_or(if tls == TlsMode::Wrapper { 465 } else { 587 }),
            tls,
            login,
            trust: Trust::default(),
            hello: None,
            rotate_after: 100,
            timeouts: Timeouts::default(),
        })
    }

    /// Trusts the certificates in a PEM text besides those that this machine trusts, for a relay of one's own.
    #[must_use]
    pub fn trusting(self, pem: &str) -> Self {
        Self {
            trust: Trust::with(pem),
            ..self
        }
    }

    /// Waits no longer than this for each answer, for a person who waits too.
    #[must_use]
    pub fn answering_within(self, patience: Duration) -> Self {
        let timeouts = Timeouts {
            connect: patience,
            command: patience,
            content: patience,
        };
        Self { timeouts, ..self }
    }

    /// The host and the port, as people read them.
    #[must_use]
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Reads `smtp://user:password@host:port` and `smtps://...`, with an optional `?tls=` for the former.
impl FromStr for Relay {
    type Err = RelayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|error| match error {
            url::ParseError::EmptyHost => RelayError::NoHost,
            _ => RelayError::Malformed,
        })?;
        let mut tls = match url.scheme() {
            "smtp" => None,
            "smtps" => Some(TlsMode::Wrapper),
            _ => return Err(RelayError::Scheme),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(RelayError::Rest);
        }
        for (name, value) in url.query_pairs() {
            match (&*name, tls) {
                ("tls", None) => tls = Some(value.parse()?),
                _ => return Err(RelayError::Rest),
            }
        }
        let decoded = |text| {
            percent_decode_str(text)
                .decode_utf8()
                .map_err(|_| RelayError::Malformed)
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some(Login {
                user: decoded(user)?.into_owned(),
                password: decoded(password.unwrap_or_default())?.into_owned(),
            }),
        };
        Self::new(url.host_str().ok_or(RelayError::NoHost)?, url.port(), login, tls)
    }
}

impl FromStr for TlsMode {
    type Err = RelayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            "starttls" => Ok(Self::Starttls),
            "required" => Ok(Self::Required),
            "wrapper" => Ok(Self::Wrapper),
            _ => Err(RelayError::Tls),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(120),
            content: Duration::from_secs(600),
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({:?}, password hidden)", self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(text: &str) -> Result<Relay, RelayError> {
        text.parse()
    }

    #[test]
    fn an_address_says_where_to_connect_and_how_to_encrypt() {
        for (text, address, tls) in [
            ("smtp://127.0.0.1:2525", "127.0.0.1:2525", TlsMode::Starttls),
            ("smtp://mail.example.org", "mail.example.org:587", TlsMode::Starttls),
            ("smtp://u:p@mail.example.org", "mail.example.org:587", TlsMode::Required),
            (
                "smtp://u:p@mail.example.org?tls=starttls",
                "mail.example.org:587",
                TlsMode::Required,
            ),
            (
                "smtps://u:p@mail.example.org/",
                "mail.example.org:465",
                TlsMode::Wrapper,
            ),
            ("smtp://[::1]:25?tls=none", "[::1]:25", TlsMode::None),
        ] {
            let relay = relay(text).unwrap();
            assert_eq!((relay.address().as_str(), relay.tls), (address, tls), "{text}");
        }
    }

    #[test]
    fn user_and_password_are_decoded_and_never_shown() {
        let relay = relay("smtps://ann%40example.org:p%2Fw+d@mail.example.org").unwrap();

        let login = relay.login.as_ref().unwrap();
        assert_eq!(
            (login.user.as_str(), login.password.as_str()),
            ("ann@example.org", "p/w+d")
        );
        assert!(!format!("{relay:?}").contains("p/w+d"));
    }

    #[test]
    fn what_is_wrong_with_an_address_is_named_and_the_address_is_not_repeated() {
        for (text, error) in [
            ("", RelayError::Malformed),
            ("mail.example.org", RelayError::Malformed),
            ("mail.example.org:587", RelayError::Scheme),
            ("https://mail.example.org", RelayError::Scheme),
            ("smtp://", RelayError::NoHost),
            ("smtp://user@mail.example.org", RelayError::HalfLogin),
            ("smtp://:secret@mail.example.org", RelayError::HalfLogin),
            ("smtp://user:sec/ret@mail.example.org", RelayError::Malformed),
            ("smtp://mail.example.org/inbox", RelayError::Rest),
            ("smtp://mail.example.org?timeout=3", RelayError::Rest),
            ("smtps://mail.example.org?tls=none", RelayError::Rest),
            ("smtp://mail.example.org?tls=yes", RelayError::Tls),
            ("smtp://user:secret@mail.example.org?tls=none", RelayError::PlainLogin),
        ] {
            assert_eq!(relay(text).err(), Some(error), "{text}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
