//! The whole service from outside, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod api;
mod crash;
mod mailings;
mod outage;
mod readers;
mod server;
mod site_builder;
mod story;
mod support;
