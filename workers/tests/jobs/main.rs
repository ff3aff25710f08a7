//! What the machinery of background jobs promises, on both engines and with real processes.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod backlog;
mod clock;
mod drained;
mod locks;
mod mailings;
mod processes;
mod running;
mod stopping;
mod support;
mod takeovers;
