//! The crate from outside: rendered, compiled, sent over real connections, caught, and read back.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod brand;
mod catch;
mod compile;
mod connections;
mod holding;
mod lane;
mod newsletter;
mod pipelining;
mod relay;
mod replies;
mod report;
mod single;
mod tls;
