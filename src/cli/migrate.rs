//! `paperround migrate`: the tables, brought up to this version.

use super::{Globals, logging};
use crate::startup::{self, Purpose};

pub(super) async fn run(globals: &Globals) -> anyhow::Result<()> {
    let config = globals.config()?;
    logging::start_quietly();
    let house = startup::open(&config, Purpose::Stay).await?;
    house.service.db.close().await;
    say!("The database's tables are those of this version.")?;
    Ok(())
}
