//! The listener, and how it ends.

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, signal};
use tokio_util::sync::CancellationToken;

/// How long requests may go on after the process was asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// Why the web server does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else listens there.
    #[error(
        "{0} is in use by another program. Stop that, or listen elsewhere (listen, PAPERROUND_LISTEN), such as on port 0 \
         for any that is free"
    )]
    InUse(SocketAddr),
    /// The system does not allow it.
    #[error(
        "{0} is not for this user to listen on: ports below 1024 need a privilege. Use a higher one (listen, PAPERROUND_LISTEN) behind a proxy"
    )]
    NotAllowed(SocketAddr),
    /// The address is not this machine's.
    #[error("{0} is no address of this machine (listen, PAPERROUND_LISTEN)")]
    NotOurs(SocketAddr),
    /// Anything else.
    #[error("cannot listen on {0}: {1}")]
    Other(SocketAddr, #[source] io::Error),
}

/// Listens.
///
/// # Errors
/// With what to do about it.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse(address),
        io::ErrorKind::PermissionDenied => ListenError::NotAllowed(address),
        io::ErrorKind::AddrNotAvailable => ListenError::NotOurs(address),
        _ => ListenError::Other(address, error),
    })
}

/// Serves until `shutdown` is cancelled; then takes no more connections and gives those that are open a moment to end.
///
/// # Errors
/// The listener's.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stopping = shutdown.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move { stopping.cancelled().await });
    let out_of_patience = async {
        shutdown.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server => result,
        () = out_of_patience => {
            tracing::warn!("requests that took too long to end were cut off");
            Ok(())
        }
    }
}

/// A token that is cancelled when the process is asked to end (SIGTERM, Ctrl-C). Asked twice, it ends at once.
///
/// # Errors
/// When the system does not let signals be caught.
pub fn shutdown_on_signal() -> io::Result<CancellationToken> {
    let shutdown = CancellationToken::new();
    let asked = shutdown.clone();
    #[cfg(unix)]
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        let mut next = async || {
            #[cfg(unix)]
            tokio::select! {
                _ = terminate.recv() => {}
                _ = signal::ctrl_c() => {}
            }
            #[cfg(not(unix))]
            drop(signal::ctrl_c().await);
        };
        next().await;
        tracing::info!("asked to end: finishing what is under way");
        asked.cancel();
        next().await;
        tracing::warn!("asked to end again: ending at once");
        std::process::exit(130);
    });
    Ok(shutdown)
}
