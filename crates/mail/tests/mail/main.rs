//! The crate from outside: rendered, compiled, sent over real connections, caught, and read back.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod catch;
mod compile;
mod lane;
mod mails;
mod relay;
mod tls;
