//! `paperround config`: what is in force, and where each value came from.

use super::Globals;
use crate::config::{Config, report};

/// Shows everything, and then what is wrong with it, if anything is.
pub(super) fn run(globals: &Globals) -> anyhow::Result<()> {
    let layers = globals.layers(Vec::new())?;
    put!("{}", report(&layers))?;
    Config::read(&layers)?;
    Ok(())
}
