//! What commands print. A reader that has seen enough, such as `head -1`, closes its end: that ends the command quietly,
//! where `println!` would panic.

use std::{
    fmt,
    io::{self, Write},
};

/// Standard output could not be written to.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Whoever read it has closed it.
    #[error("nobody reads what is printed any more")]
    Closed,
    /// Anything else, such as a full disk.
    #[error("what should be printed cannot be written: {0}")]
    Failed(io::Error),
}

/// Prints text as it is.
pub(super) fn print(text: fmt::Arguments<'_>) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    let written = out.write_fmt(text).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => OutputError::Closed,
        _ => OutputError::Failed(error),
    })
}

/// Prints a line, as `println!` does; gives an error where that would panic.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::cli::out::print(format_args!("{}\n", format_args!($($text)*)))
    };
}

/// Prints text that brings its own line ends, as `print!` does; gives an error where that would panic.
macro_rules! put {
    ($($text:tt)*) => {
        $crate::cli::out::print(format_args!($($text)*))
    };
}

/// What a service says when it has started is for whoever is there: that nobody is stops no service.
pub(super) fn unless_unread(said: Result<(), OutputError>) {
    if let Err(error) = said {
        tracing::warn!(%error, "standard output is not read");
    }
}
