//! What the tests share.

mod app;
mod prepared;
mod web;

pub(crate) use app::{App, address};
pub(crate) use prepared::Prepared;
pub(crate) use web::{Answer, Web, form};
