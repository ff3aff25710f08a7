//! A post or digest into an e-mail, an e-mail into bytes, bytes to a relay.
//!
//! The way of a mail: [`render`] makes [`Content`](render::Content) from a model, with marks where each reader's own
//! links will stand; together with its sentinel that is an [`Edition`](compile::Edition), which can be stored. Any
//! process compiles it to the same [`Template`](compile::Template), and fills that for one recipient after the other.
//! A [`Lane`] carries the result to the [`Provider`]: a relay, or the mail catcher. Single mails take the same way.
//!
//! Nothing here knows the database, and time and randomness come in as arguments.

pub mod catch;
pub mod compile;
mod provider;
pub mod render;
pub mod smtp;

pub use provider::{Lane, Provider};
