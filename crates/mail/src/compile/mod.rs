//! An edition into bytes: compiled once, copied per recipient.
//!
//! [`Edition`] is what is kept: the rendered content with its marks. [`Template::compile`] encodes it around typed holes
//! (headers, quoted-printable parts, dots at line starts), so that [`Template::fill`] is little more than a copy.

mod edition;
mod head;
mod header;
mod qp;
mod template;

pub use edition::{CompileError, Edition, Links, Sentinel};
pub use head::{Head, Kind};
pub use template::{FillError, Recipient, Template};
