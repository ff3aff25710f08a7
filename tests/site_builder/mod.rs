//! A site builder's page: the frame that README.md has pasted into it, and what its readers see in their browsers.
//!
//! The page and the service are two sites to the browser, which keeps no cookies of one within the other.

mod frame;
mod inbox;
mod own_page;
mod reader;
mod site;

use reader::Reader;
use site::Site;

const ANN: &str = "ann@example.org";
const CONFIRMATION: &str = "Please confirm your subscription to Elm Street Wellness";
const WELCOME: &str = "Welcome to Elm Street Wellness";
/// A small phone; the height lets the frame be seen whole.
const PHONE: (u32, u32) = (320, 640);
const DESKTOP: (u32, u32) = (1280, 900);
