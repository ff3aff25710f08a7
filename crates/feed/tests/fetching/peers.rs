//! Both ends of a fetch: a server of this machine, a resolver with a script, and a fetcher that may reach them.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::Router;
use paperround_feed::{
    Body, FetchError, Fetched, Fetcher, Limits, Lookup, Request, Resolver, Settings, SystemResolver,
};
use tokio::net::TcpListener;

pub(crate) const FEED: &str = "<rss version=\"2.0\"><channel><title>Local</title></channel></rss>";

/// Serves `router` on a free port of this machine.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

pub(crate) fn limits() -> Limits {
    Limits {
        body: 100_000,
        total: Duration::from_secs(5),
        connect: Duration::from_secs(2),
        idle: Duration::from_secs(1),
        ..Limits::default()
    }
}

pub(crate) fn fetcher_with(limits: Limits, allow: &[&str], resolver: impl Resolver + 'static) -> Fetcher {
    let settings = Settings {
        public_url: "https://news.example/".parse().unwrap(),
        allow_hosts: allow.iter().map(|host| host.parse().unwrap()).collect(),
        limits,
    };
    Fetcher::new(settings, Arc::new(resolver)).unwrap()
}

pub(crate) fn local() -> Fetcher {
    fetcher_with(limits(), &["127.0.0.1"], SystemResolver)
}

pub(crate) async fn get_from(fetcher: &Fetcher, url: &str) -> Result<Fetched, FetchError> {
    fetcher
        .fetch(Request {
            url,
            etag: None,
            last_modified: None,
        })
        .await
}

pub(crate) fn body(fetched: Fetched) -> Body {
    match fetched {
        Fetched::Body(body) => *body,
        Fetched::NotModified => panic!("nothing was modified"),
    }
}

/// Answers from a script: each look-up of a name takes its next line, and the last one stays.
#[derive(Clone, Default)]
pub(crate) struct Scripted {
    answers: HashMap<&'static str, Vec<Vec<IpAddr>>>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    pub(crate) fn with(mut self, name: &'static str, answers: &[&[&str]]) -> Self {
        let parse = |line: &&[&str]| line.iter().map(|address| address.parse().unwrap()).collect();
        self.answers.insert(name, answers.iter().map(parse).collect());
        self
    }
}

impl Resolver for Scripted {
    fn lookup(&self, name: &str) -> Lookup {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|other| *other == name).count();
        asked.push(name.to_owned());
        let answer = self
            .answers
            .get(name)
            .map(|lines| lines[before.min(lines.len() - 1)].clone())
            .ok_or_else(|| io::Error::other("no such name"));
        Box::pin(async move { answer })
    }
}
