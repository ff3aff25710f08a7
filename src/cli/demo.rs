//! `paperround demo`: the whole round in a temporary folder, which is gone afterwards.

use std::{net::SocketAddr, sync::Arc};

use clap::Args;
use tokio::net::TcpListener;

use super::{logging, out, serve};
use crate::{
    config::{Config, Layers},
    demo, server,
    startup::{self, Purpose},
    web,
};

/// Flags of `demo`.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where Paperround listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the sample blog listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    blog_listen: SocketAddr,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let folder = tempfile::Builder::new().prefix("paperround-demo-").tempdir()?;
        let listener = listen_near(self.listen).await?;
        let blog_listener = listen_near(self.blog_listen).await?;
        let blog_address = blog_listener.local_addr()?;
        let config = config(folder.path(), listener.local_addr()?, blog_address)?;
        logging::start(&config.log);

        let shutdown = server::shutdown_on_signal()?;
        let house = startup::open(&config, Purpose::Stay).await?;
        let demo = Arc::new(demo::set_up(&house.service, &format!("http://{blog_address}")).await?);
        let blog = tokio::spawn(server::serve(blog_listener, demo::site(demo.clone()), shutdown.clone()));
        let work = serve::start_workers(&house, &config, shutdown.clone());
        let app = web::app(&house, &config.web, Some(demo.clone()))?;
        let pages = tokio::spawn(server::serve(listener, web::router(app), shutdown.clone()));
        demo.wait_for_first_look().await?;
        out::unless_unread(announce(&demo));

        let (pages, blog, work) = tokio::join!(pages, blog, work);
        house.service.db.close().await;
        folder.close()?;
        work?;
        blog??;
        Ok(pages??)
    }
}

/// The address that was asked for; any free port beside it when another program has that one.
async fn listen_near(address: SocketAddr) -> Result<TcpListener, server::ListenError> {
    match server::listen(address).await {
        Err(server::ListenError::InUse(_)) => server::listen(SocketAddr::new(address.ip(), 0)).await,
        listener => listener,
    }
}

/// A configuration of its own: a demo shows the same wherever it is started.
fn config(folder: &std::path::Path, listen: SocketAddr, blog: SocketAddr) -> anyhow::Result<Config> {
    let layers = Layers::of(&[
        ("data_dir", folder.display().to_string()),
        ("listen", listen.to_string()),
        ("smtp_url", "catch:".to_owned()),
        ("feed_allow_hosts", blog.to_string()),
        ("log", "warn".to_owned()),
    ])?;
    Ok(Config::read(&layers)?)
}

fn announce(demo: &demo::Demo) -> Result<(), out::OutputError> {
    let addresses = &demo.addresses;
    say!("Paperround's demo is at  {}", addresses.start)?;
    say!("  the sample blog        {}/", addresses.blog)?;
    say!("  its feed               {}/blog-feed.xml", addresses.blog)?;
    say!("  its list               {}", addresses.list)?;
    say!("  the inbox              {}", addresses.inbox)?;
    say!("No mail leaves this machine. Ctrl-C ends the demo and removes its data.")
}
