//! A feed's address into posts.
//!
//! [`Fetcher`] goes out and gets a document, trusting neither the address nor what answers; [`parse()`] turns RSS, Atom
//! and JSON Feed into one shape; [`clean()`] makes a post's HTML fit for mail; [`discover()`] finds the feeds that a web
//! page names, and [`find()`] the feed of a blog of which only the address is known;
//! [`read_page()`] reads what a post's own page says. Nothing here keeps state or knows the database: what a post was the last time is for the layer above.

mod clean;
mod date;
mod discover;
mod fetch;
mod find;
mod page;
mod parse;
mod text;
mod tokens;

pub use clean::{MAX_IMAGE_WIDTH, clean};
pub use discover::{FoundFeed, discover};
pub use fetch::{
    AllowedHost, AllowedHostError, Body, FetchError, Fetched, Fetcher, FetcherError, Limits, Lookup, Request, Resolver,
    Settings, SystemResolver, why_not_public,
};
pub use find::{FindError, Found, How, MOST_REQUESTS, find};
pub use page::{PageError, PageFacts, fetch_page, read_page, reading_minutes};
pub use parse::{Format, Identity, Item, ParseError, ParsedFeed, canonical_link, parse};
pub use text::{excerpt, plain_text};
