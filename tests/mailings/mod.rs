//! From posts to mail: feeds, mailings and their delivery.

mod acting;
mod announcing;
mod cancelling;
mod catching;
mod changing;
mod delivering;
mod drafting;
mod feeds;
mod freezing;
mod honesty;
mod leaving;
mod ledger;
mod owing;
mod planning;
mod refusing;
mod reports;
mod showing;
mod stage;
mod year;
