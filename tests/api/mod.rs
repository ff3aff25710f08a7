//! The JSON API, as programs use it.

mod client;
mod feeds;
mod idempotency;
mod jobs;
mod lists;
mod mailings;
mod openapi;
mod pages;
mod problems;
mod roles;
mod subscribers;

pub(crate) use client::{Api, As};
