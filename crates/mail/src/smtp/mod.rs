//! Bytes to a relay over SMTP (RFC 5321).
//!
//! [`Relay`] is the settings, [`Lane`] one connection that a single task owns. lettre does STARTTLS, AUTH and the
//! reading of replies; the exchange is ours, because the envelope and the content are separate steps for the caller.

mod connect;
mod error;
mod lane;
mod relay;
mod tls;
mod wire;

pub use error::{ConnectError, Loss, SendError, Stage};
pub use lane::Lane;
pub use relay::{Login, Relay, RelayError, Timeouts, TlsMode};
