//! `paperround mail test`: one mail, and what the provider says.

use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use domain::{EmailAddress, ListKey};
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
    /// How long to wait for each of the provider's answers.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u32,
}

impl Mail {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let Self::Test(test) = self;
        let house = globals.visit().await?;
        let list = list(&house.service, test.list.as_ref()).await?;
        let patience = Duration::from_secs(test.timeout.into());
        let result = send_test(&house.service, &list, &test.address, patience).await;
        house.service.db.close().await;
        match result {
            Ok(reply) => {
                say!("The mail provider took it: {reply}")?;
                Ok(())
            }
            Err(TrialError::Send(error)) => Err(anyhow!("{error}\n{}", error.advice())),
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
