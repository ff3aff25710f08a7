//! From posts to mail: feeds, mailings and their delivery.

mod acting;
mod announcing;
mod delivering;
mod feeds;
mod freezing;
mod honesty;
mod leaving;
mod planning;
mod stage;
