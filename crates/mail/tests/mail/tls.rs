//! Encryption and login, with certificates of the test's own.

use std::sync::{Arc, Mutex};

use domain::reply::Step;
use paperround_mail::smtp::{Lane, Login, Relay as Settings, SendError, Stage, TlsMode};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    lane::{WIRE, envelope},
    relay::{Act, accept_one, fine, play},
};

type Log = Arc<Mutex<Vec<String>>>;

/// A certificate for this machine, and a server that has it.
fn certified() -> (String, TlsAcceptor) {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    (certified.cert.pem(), TlsAcceptor::from(Arc::new(config)))
}

fn settings(port: u16, tls: TlsMode) -> Settings {
    let login = Login {
        user: "ann".into(),
        password: "secret".into(),
    };
    Settings::new("localhost", Some(port), Some(login), Some(tls)).unwrap()
}

/// What the relay says once the connection is encrypted: the login of Ann with her password, and all else.
fn secure(log: &Log) -> impl Fn(&str) -> Act + use<> {
    let log = log.clone();
    move |command| {
        log.lock().unwrap().push(command.to_owned());
        match command {
            // "\0ann\0secret"
            "AUTH PLAIN AGFubgBzZWNyZXQ=" => Act::Say("235 2.7.0 welcome"),
            command if command.starts_with("AUTH") => Act::Say("535 5.7.8 bad credentials"),
            command if command.starts_with("EHLO") => {
                Act::Say("250-relay.test\r\n250-AUTH PLAIN LOGIN\r\n250 PIPELINING")
            }
            command => fine(command),
        }
    }
}

async fn wrapped(acceptor: TlsAcceptor, log: &Log) -> u16 {
    let script = secure(log);
    accept_one(|tcp| async move {
        if let Ok(tls) = acceptor.accept(tcp).await {
            play(tls, script).await;
        }
    })
    .await
}

/// Greets, answers EHLO and STARTTLS in clear, and goes on encrypted.
async fn upgraded(acceptor: TlsAcceptor, log: &Log) -> u16 {
    let (script, log) = (secure(log), log.clone());
    accept_one(|tcp: TcpStream| async move {
        let mut tcp = BufReader::new(tcp);
        let mut line = String::new();
        for answer in ["220 ready\r\n", "250-relay.test\r\n250 STARTTLS\r\n", "220 go on\r\n"] {
            log.lock().unwrap().push(format!("in clear: {}", line.trim_end()));
            tcp.write_all(answer.as_bytes()).await.unwrap();
            line.clear();
            if answer != "220 go on\r\n" {
                tcp.read_line(&mut line).await.unwrap();
            }
        }
        let tls = acceptor.accept(tcp.into_inner()).await.unwrap();
        // After STARTTLS there is no second greeting.
        play(tls, move |command| {
            if command == "greeting" {
                Act::SayNothing
            } else {
                script(command)
            }
        })
        .await;
    })
    .await
}

async fn send(settings: Settings) -> Result<(), SendError> {
    let mut lane = Lane::new(settings);
    envelope(&mut lane).await?;
    lane.content(WIRE, None).await.map(drop)
}

#[tokio::test]
async fn a_connection_that_is_encrypted_from_the_start_logs_in_and_sends() {
    let (pem, acceptor) = certified();
    let log = Log::default();
    let port = wrapped(acceptor, &log).await;

    send(settings(port, TlsMode::Wrapper).trusting(&pem)).await.unwrap();

    assert!(
        log.lock()
            .unwrap()
            .iter()
            .any(|command| command.starts_with("AUTH PLAIN"))
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_gets_no_password() {
    let (_, acceptor) = certified();
    let log = Log::default();
    let port = wrapped(acceptor, &log).await;

    let Err(SendError::Connect(error)) = send(settings(port, TlsMode::Wrapper)).await else {
        panic!()
    };

    assert_eq!(error.stage, Stage::Tls, "{error}");
    assert!(log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn starttls_comes_before_the_login() {
    let (pem, acceptor) = certified();
    let log = Log::default();
    let port = upgraded(acceptor, &log).await;

    send(settings(port, TlsMode::Required).trusting(&pem)).await.unwrap();

    let log = log.lock().unwrap();
    assert_eq!(log[2], "in clear: STARTTLS");
    assert!(log[3..].iter().all(|command| !command.starts_with("in clear")));
    assert!(log.iter().any(|command| command.starts_with("AUTH PLAIN")));
}

#[tokio::test]
async fn a_final_dot_is_held_back_under_encryption_too() {
    for mode in [TlsMode::Wrapper, TlsMode::Required] {
        let (pem, acceptor) = certified();
        let log = Log::default();
        let port = match mode {
            TlsMode::Wrapper => wrapped(acceptor, &log).await,
            _ => upgraded(acceptor, &log).await,
        };
        let mut lane = Lane::new(settings(port, mode).trusting(&pem));
        let has_ended = || log.lock().unwrap().contains(&".".to_owned());

        envelope(&mut lane).await.unwrap();
        let may_end = async {
            // The relay has the time to read what is there.
            for _ in 0..500 {
                tokio::task::yield_now().await;
            }
            !has_ended()
        };
        let answer = lane.content_held(WIRE, None, may_end).await;

        assert_eq!(answer.expect("nothing had arrived").unwrap().code, 250, "{mode:?}");
        assert!(has_ended());
    }
}

#[tokio::test]
async fn a_refused_login_is_told_with_the_relays_answer() {
    let (pem, acceptor) = certified();
    let port = wrapped(acceptor, &Log::default()).await;
    let login = Login {
        user: "ann".into(),
        password: "wrong".into(),
    };
    let settings = Settings::new("localhost", Some(port), Some(login), Some(TlsMode::Wrapper)).unwrap();

    let Err(SendError::Connect(error)) = send(settings.trusting(&pem)).await else {
        panic!()
    };

    assert_eq!(error.stage, Stage::Login);
    assert_eq!(error.cause, "535 5.7.8 bad credentials");
    let verdict = error.reply.map(|reply| reply.verdict(Step::Login));
    assert_eq!(verdict, Some(domain::reply::Verdict::Pause));
}
