//! `paperround token add`: a key to the API.

use clap::{Args, Subcommand};
use domain::{Label, Role};
use service::tokens;

use super::{Globals, origin};

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token. It is shown once and kept as a hash.
    Add(Add),
}

/// Flags of `token add`.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// What it is for, such as "the web app".
    name: Label,
    /// staff reads, announces and acts on mailings; admin changes everything and sees addresses.
    #[arg(long, default_value = "staff")]
    role: Role,
}

impl Token {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let Self::Add(add) = self;
        let house = globals.visit().await?;
        let (_, token) = tokens::create(&house.service, &origin(), &add.name, add.role).await?;
        say!("{}", token.expose())?;
        eprintln!(
            "This token is shown only now: keep it where {} finds it, and nobody else.",
            add.name
        );
        house.service.db.close().await;
        Ok(())
    }
}
