//! `paperround restore`: a data folder from a backup.

use std::path::PathBuf;

use clap::Args;

use super::{Globals, logging};
use crate::startup;

/// Flags of `restore`.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// What `paperround backup` wrote.
    file: PathBuf,
}

impl Restore {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let config = globals.config()?;
        logging::start_quietly();
        startup::restore(&config, &self.file).await?;
        say!(
            "Brought {} back into {}. Mailings that were under way are paused: look at each before you resume it.",
            self.file.display(),
            config.data_dir.display()
        )?;
        Ok(())
    }
}
