//! `paperround serve`: the web server, with workers unless they run elsewhere.

use anyhow::bail;
use clap::Args;
use tokio_util::sync::CancellationToken;
use workers::WorkersConfig;

use super::{Globals, logging, out};
use crate::{
    config::{Config, ProviderChoice},
    server,
    startup::{self, House, Purpose},
    web,
};

/// Flags of `serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Leave the background work to `paperround work`.
    #[arg(long)]
    no_workers: bool,
    /// The address and port to listen on.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The address under which readers reach the pages.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl Serve {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let flags = [("listen", self.listen), ("public_url", self.public_url)];
        let flags = flags
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let mut config = Config::read(&globals.layers(flags)?)?;
        if self.no_workers {
            refuse_catcher(&config)?;
        }
        logging::start(&config.log);

        let listener = server::listen(config.listen).await?;
        config.listens_on(listener.local_addr()?);
        let house = startup::open(&config, Purpose::Stay).await?;
        let shutdown = server::shutdown_on_signal()?;
        let app = web::app(&house, &config.web, None)?;
        let work = (!self.no_workers).then(|| start_workers(&house, &config, shutdown.clone()));
        out::unless_unread(announce(&config, listener.local_addr()?));

        let served = server::serve(listener, web::router(app), shutdown.clone()).await;
        shutdown.cancel();
        if let Some(work) = work {
            work.await?;
        }
        house.service.db.close().await;
        Ok(served?)
    }
}

/// Says where it listens, on standard output, for people and for scripts.
fn announce(config: &Config, address: std::net::SocketAddr) -> Result<(), out::OutputError> {
    say!("Paperround listens on http://{address} for {}", config.web.public_url)?;
    if config.mail.provider.is_none() {
        say!("It is waiting for a mail provider (smtp_url, PAPERROUND_SMTP_URL): until then nothing is mailed.")?;
    }
    Ok(())
}

/// Caught mail is in the folder of one process; others would look for it in vain.
pub(super) fn refuse_catcher(config: &Config) -> anyhow::Result<()> {
    if matches!(config.mail.provider, Some(ProviderChoice::Catch)) {
        bail!(
            "the mail catcher (smtp_url = \"catch:\") keeps mail in the folder of one process: run `paperround serve` \
             with its workers, or name a mail provider"
        );
    }
    Ok(())
}

/// Starts the workers of this process.
pub(super) fn start_workers(
    house: &House,
    config: &Config,
    shutdown: CancellationToken,
) -> tokio::task::JoinHandle<()> {
    let mut settings = WorkersConfig {
        lease: std::time::Duration::from_secs(config.jobs.lease_seconds.into()),
        ..WorkersConfig::default()
    };
    settings.slots.deliveries = config.mail.lanes as usize;
    workers::start(house.service.clone(), settings, shutdown)
}
