//! `paperround backup`: everything in one file.

use std::path::PathBuf;

use clap::Args;

use super::{Globals, advice::Advise};

/// Flags of `backup`.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write. It holds the secret keys and every address: keep it as safe as the data folder.
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let shown = self.file.display();
        service::backup::write(&house.service, &self.file)
            .await
            .or_advise(|| format!("no backup was written to {shown}"))?;
        say!("Wrote {shown}. It holds the secret keys and every address; `paperround restore` brings it back.")?;
        house.service.db.close().await;
        Ok(())
    }
}
