//! The mail catcher: keeps each mail as an `.eml` file in a folder instead of sending it, and reads them back.
//!
//! What is caught reaches nobody. It counts as accepted only for as long as the catcher is the provider. Files are mode
//! 0600 in a folder of mode 0700, written beside their place and renamed once they are on disk.

mod lane;
mod read;
mod write;

use std::{
    io,
    path::{Path, PathBuf},
};

use domain::{Clock, EmailAddress, Random};

pub use lane::CatchLane;
pub use read::Caught;

/// A folder of caught mail; clones share it.
#[derive(Debug, Clone)]
pub struct Catcher {
    folder: PathBuf,
    clock: Clock,
    random: Random,
}

impl Catcher {
    /// A catcher that keeps its mail in a folder, which is made with the first mail.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, clock: Clock, random: Random) -> Self {
        Self {
            folder: folder.into(),
            clock,
            random,
        }
    }

    /// Where the mail is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps one mail and returns its name, once it is on disk. `wire` is as for SMTP: with stuffed and final dots.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn keep(&self, from: &EmailAddress, to: &EmailAddress, wire: &str) -> io::Result<String> {
        let eml = write::eml(from, to, wire);
        let name = write::name(&self.clock, &self.random);
        let folder = self.folder.clone();
        in_background(move || write::durably(&folder, &name, &eml).map(|()| name)).await
    }

    /// The newest mails, newest first, of those older than `before` (a mail's name).
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn list(&self, before: Option<String>, limit: usize) -> io::Result<Vec<Caught>> {
        let folder = self.folder.clone();
        in_background(move || read::list(&folder, before.as_deref(), limit)).await
    }

    /// One mail by its name; `None` where there is none of that name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn get(&self, name: &str) -> io::Result<Option<Caught>> {
        let (folder, name) = (self.folder.clone(), name.to_owned());
        in_background(move || read::get(&folder, &name)).await
    }

    /// Deletes every mail to an address and returns how many there were.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub async fn erase(&self, address: &EmailAddress) -> io::Result<usize> {
        let (folder, address) = (self.folder.clone(), address.clone());
        in_background(move || read::erase(&folder, &address)).await
    }
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
