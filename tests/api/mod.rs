//! The JSON API, as programs use it.

mod client;
mod feeds;
mod hooks;
mod idempotency;
mod jobs;
mod lists;
mod mailings;
mod next;
mod openapi;
mod pages;
mod posts;
mod problems;
mod roles;
mod subscribers;

pub(crate) use client::{Answer, Api, As};
