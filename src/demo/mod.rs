//! The whole round on one machine, with nothing to set up: a sample blog, its list, and an inbox for all mail.

pub mod blog;
mod pages;
mod setup;
mod site;
mod state;

pub use pages::router as pages;
pub use setup::set_up;
pub use site::router as site;
pub use state::{Addresses, Demo, TourNow};
