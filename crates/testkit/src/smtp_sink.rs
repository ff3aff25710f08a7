//! A mail provider for tests: a real SMTP server that writes down what it accepted and misbehaves on request.
//!
//! It lives on a thread of its own, so neither a test that blocks nor the death of the process under test stops it.
//! Bodies are thrown away unless asked for, so that tens of thousands of messages take seconds.

mod log;
mod rules;
mod session;
mod text;
mod tls;
mod wire;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::Random;
use rustls::ServerConfig;
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::JoinSet,
};

use crate::background::Background;

pub use self::{
    log::{Accepted, Log},
    rules::{Answer, Rule, Step},
};

/// How a sink is set up before it listens. What may change while it runs is set on [`SmtpSink`].
#[derive(Debug, Clone, Default)]
pub struct SinkOptions {
    /// Keep the messages as they came, not only their Message-IDs.
    pub keep_messages: bool,
    /// Demand this user and password (AUTH PLAIN or LOGIN) before the first MAIL.
    pub login: Option<(String, String)>,
    /// Offer STARTTLS, with the certificate of [`SmtpSink::certificate`].
    pub starttls: bool,
    /// The seed for rules that apply by chance.
    pub seed: u64,
}

/// A running SMTP server on a loopback port of its own. Dropping it closes everything.
#[derive(Debug)]
pub struct SmtpSink {
    shared: Arc<Shared>,
    address: SocketAddr,
    certificate: Option<String>,
    door: Mutex<Door>,
    background: Background,
}

/// What the sessions need.
#[derive(Debug)]
struct Shared {
    options: SinkOptions,
    tls: Option<Arc<ServerConfig>>,
    random: Random,
    rules: RwLock<Vec<Rule>>,
    per_connection: AtomicUsize,
    log: Mutex<Log>,
    accepted: watch::Sender<usize>,
    connections: AtomicUsize,
}

/// Whether the port is open. A closed one stays bound, so that nobody else can take it meanwhile.
#[derive(Debug)]
enum Door {
    Open(tokio::task::JoinHandle<()>),
    Closed(TcpSocket),
    Moving,
}

impl SmtpSink {
    /// Starts a sink that accepts everything and keeps no bodies.
    #[must_use]
    pub fn start() -> Self {
        Self::with(SinkOptions::default())
    }

    /// Starts a sink that keeps every message as it came.
    #[must_use]
    pub fn keeping_messages() -> Self {
        Self::with(SinkOptions {
            keep_messages: true,
            ..SinkOptions::default()
        })
    }

    /// Starts a sink with these options.
    ///
    /// # Panics
    /// When the machine has no free port on loopback.
    #[must_use]
    pub fn with(options: SinkOptions) -> Self {
        let background = Background::start("smtp-sink");
        let _inside = background.runtime().enter();
        let socket = bound_socket(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let address = socket.local_addr().expect("a bound socket has an address");
        let (tls, certificate) = options.starttls.then(tls::self_signed).unzip();
        let shared = Arc::new(Shared {
            random: Random::seeded(options.seed),
            options,
            tls,
            rules: RwLock::default(),
            per_connection: AtomicUsize::new(usize::MAX),
            log: Mutex::default(),
            accepted: watch::Sender::new(0),
            connections: AtomicUsize::new(0),
        });
        let sink = Self {
            shared,
            address,
            certificate,
            door: Mutex::new(Door::Closed(socket)),
            background,
        };
        sink.open();
        sink
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as the setting `PAPERROUND_SMTP_URL` wants it: `smtp://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The certificate that STARTTLS shows, in PEM, for `127.0.0.1` and `localhost`; none when it is not offered.
    #[must_use]
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Adds a rule. The first rule that fits a step decides it.
    pub fn add_rule(&self, rule: Rule) {
        self.shared
            .rules
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(rule);
    }

    /// Forgets all rules: everything is accepted again.
    pub fn clear_rules(&self) {
        self.shared
            .rules
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Answers 421 to the MAIL after this many messages of a connection.
    pub fn limit_per_connection(&self, messages: usize) {
        self.shared.per_connection.store(messages, Ordering::Relaxed);
    }

    /// Refuses connections and cuts those that are open, as a provider that went away.
    pub fn close(&self) {
        let mut door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        if let Door::Open(listening) = std::mem::replace(&mut *door, Door::Moving) {
            listening.abort();
            // The listener is gone only when its task is: until then the port cannot be bound again.
            while !listening.is_finished() {
                std::thread::sleep(Duration::from_millis(1));
            }
            *door = Door::Closed(bound_socket(self.address));
        }
    }

    /// Listens again on the same port; nothing happens when it does already.
    pub fn open(&self) {
        let mut door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        *door = match std::mem::replace(&mut *door, Door::Moving) {
            Door::Closed(socket) => {
                let runtime = self.background.runtime();
                let _inside = runtime.enter();
                let listener = socket.listen(1024).expect("a bound socket can listen");
                Door::Open(runtime.spawn(serve(listener, Arc::clone(&self.shared))))
            }
            other => other,
        };
    }

    /// What was accepted so far, in order.
    #[must_use]
    pub fn log(&self) -> Log {
        self.shared.lock_log().clone()
    }

    /// How many recipients' messages were accepted so far.
    #[must_use]
    pub fn accepted(&self) -> usize {
        *self.shared.accepted.borrow()
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Waits until at least `count` messages were accepted.
    ///
    /// # Panics
    /// When that takes longer than `patience`.
    pub async fn wait_for(&self, count: usize, patience: Duration) {
        let mut accepted = self.shared.accepted.subscribe();
        if tokio::time::timeout(patience, accepted.wait_for(|n| *n >= count))
            .await
            .is_err()
        {
            panic!("{} messages after {patience:?}, not {count}", self.accepted());
        }
    }
}

impl Shared {
    fn lock_log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer of the first rule that fits, if any.
    fn ruling(&self, step: Step, address: &str) -> Option<Answer> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        rules.iter().find_map(|rule| rule.decide(step, address, &self.random))
    }

    fn record(&self, message: Accepted) {
        let mut log = self.lock_log();
        log.push(message);
        self.accepted.send_replace(log.len());
    }
}

fn bound_socket(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("the machine has sockets");
    socket.set_reuseaddr(true).expect("sockets can reuse addresses");
    socket.bind(address).expect("the port is free");
    socket
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let connection = shared.connections.fetch_add(1, Ordering::Relaxed);
        sessions.spawn(session::run(stream, connection, Arc::clone(&shared)));
        while sessions.try_join_next().is_some() {}
    }
}
