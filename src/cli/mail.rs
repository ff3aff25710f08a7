//! `paperround mail test`: one mail, and what the provider says.

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use domain::{EmailAddress, ListKey};
use mail::smtp::SendError;
use service::{
    Service, lists,
    messages::{TrialError, send_test},
};
use store::lists::List;

use super::{Globals, named};

/// What can be done with the mail provider.
#[derive(Debug, Subcommand)]
pub(super) enum Mail {
    /// Send one mail and show what the provider said, or which step failed and what to do.
    Test(Test),
}

/// Flags of `mail test`.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Where to send it.
    address: EmailAddress,
    /// The list in whose name it is sent [default: the first that has a sender].
    #[arg(long)]
    list: Option<ListKey>,
}

impl Mail {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let Self::Test(test) = self;
        let house = globals.visit().await?;
        let list = list(&house.service, test.list.as_ref()).await?;
        let result = send_test(&house.service, &list, &test.address).await;
        house.service.db.close().await;
        match result {
            Ok(reply) => {
                say!("The mail provider took it: {reply}")?;
                Ok(())
            }
            Err(TrialError::Send(SendError::Connect(error))) => Err(anyhow!("{error}\n{}", error.advice())),
            Err(error) => Err(error.into()),
        }
    }
}

async fn list(service: &Service, key: Option<&ListKey>) -> anyhow::Result<List> {
    if let Some(key) = key {
        return named::list(service, key).await;
    }
    let lists = lists::page(service, None, 100).await?;
    match lists.into_iter().find(|list| list.settings.sender.is_some()) {
        Some(list) => Ok(list),
        None => bail!("no list has a From name and address yet: make one with `paperround list add`"),
    }
}
