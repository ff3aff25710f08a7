//! Servers that say nothing, little or nonsense.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::Router;
use paperround_feed::{FetchError, Limits, SystemResolver};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::peers::{fetcher_with, get_from, limits, local, serve};

/// A server that reads a request and writes `opening`, then `drip` every 100 ms for ever.
async fn dripping(opening: &'static [u8], drip: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _request = stream.read(&mut [0; 1024]).await;
                stream.write_all(opening).await.ok();
                while stream.write_all(drip).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn servers_that_say_nothing_or_little_are_left() {
    let silent = dripping(b"", b"").await;
    let stalling = dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab", b"").await;
    let slow = dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x").await;
    let limits = Limits {
        total: Duration::from_millis(1500),
        ..limits()
    };
    let fetcher = fetcher_with(limits, &["127.0.0.1"], SystemResolver);
    let timeout = Err(FetchError::Timeout {
        host: "127.0.0.1".to_owned(),
    });

    for server in [silent, stalling, slow] {
        let start = Instant::now();

        assert_eq!(get_from(&fetcher, &format!("http://{server}/")).await, timeout);
        assert!(start.elapsed() < Duration::from_secs(4));
    }
}

#[tokio::test]
async fn connections_that_fail_say_how() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let plain = serve(Router::new()).await;
    let rude = dripping(b"220 mail.example ESMTP\r\n", b"").await;

    assert_eq!(
        get_from(&local(), &format!("http://{gone}/")).await,
        Err(FetchError::Refused {
            host: "127.0.0.1".to_owned()
        })
    );
    assert!(matches!(
        get_from(&local(), &format!("https://{plain}/")).await,
        Err(FetchError::Tls { .. })
    ));
    assert!(matches!(
        get_from(&local(), &format!("http://{rude}/")).await,
        Err(FetchError::Connection { .. })
    ));
}
