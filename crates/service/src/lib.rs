//! The use cases: what Paperround does, each as one function over the rooms below.
//!
//! This is the one place that ties the store, the mail and the feeds together. A use case parses nothing (its
//! arguments are values already) and answers with values; pages, JSON and the command line are made of them above.

pub mod backup;
mod brand;
pub mod caught;
pub mod dead_jobs;
pub mod delivery;
pub mod events;
pub mod feeds;
pub mod idempotency;
pub mod installation;
mod links;
pub mod lists;
pub mod mailings;
pub mod messages;
pub mod readers;
pub mod replay;
pub mod reports;
mod service;
mod settings;
pub mod subscribers;
pub mod tokens;

pub use links::Links;
pub use service::{Service, StartError};
pub use settings::Settings;
