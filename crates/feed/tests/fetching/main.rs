//! The fetcher against a real server on this machine, which behaves as badly as servers can.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod answers;
mod connections;
mod guard;
mod peers;
mod redirects;
