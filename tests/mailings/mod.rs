//! From posts to mail: feeds, mailings and their delivery.

mod acting;
mod adopting;
mod announcing;
mod cancelling;
mod catching;
mod changing;
mod deciding;
mod delivering;
mod drafting;
mod feeds;
mod freezing;
mod honesty;
mod leaving;
mod newsroom;
mod owing;
mod pages;
mod planning;
mod refusing;
mod reports;
mod settling;
mod showing;
mod stage;
mod twins;
mod year;
