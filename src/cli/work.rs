//! `paperround work`: workers without a web server, any number of processes beside each other on PostgreSQL.

use super::{Globals, logging, out, serve};
use crate::{
    server,
    startup::{self, Purpose},
};

pub(super) async fn run(globals: &Globals) -> anyhow::Result<()> {
    let config = globals.config()?;
    serve::refuse_catcher(&config)?;
    logging::start(&config.log);
    let house = startup::open(&config, Purpose::Stay).await?;
    let shutdown = server::shutdown_on_signal()?;
    out::unless_unread(say!("Paperround works."));
    serve::start_workers(&house, &config, shutdown).await?;
    house.service.db.close().await;
    Ok(())
}
