//! From posts to mail: feeds, mailings and their delivery.

mod acting;
mod announcing;
mod delivering;
mod drafting;
mod feeds;
mod freezing;
mod honesty;
mod leaving;
mod ledger;
mod owing;
mod planning;
mod reports;
mod stage;
mod year;
