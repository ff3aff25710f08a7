//! Connections that cannot be opened, are lost, or are replaced.

use domain::reply::Step;
use paperround_mail::smtp::{Lane, Loss, Relay as Settings, SendError, Stage, TlsMode};

use crate::{
    lane::{WIRE, envelope, failed, rejected, send, settings, start},
    relay::{Act, Relay, accept_one, fine},
};

#[tokio::test]
async fn the_stage_at_which_connecting_failed_is_named_with_advice() {
    let nobody = Settings::new("relay.invalid", None, None, None).unwrap();
    let refused = settings({
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        closed.local_addr().unwrap().port()
    });
    let silent = settings(accept_one(|_tcp| std::future::pending()).await);
    let unwelcome = Relay::start(|_, _| Act::SayAndClose("554 5.7.1 go away")).await;
    let plain = Relay::start(|_, command| fine(command)).await;
    let with_login = |port| {
        let login = paperround_mail::smtp::Login {
            user: "ann".into(),
            password: "secret".into(),
        };
        let mut with = Settings::new("127.0.0.1", Some(port), Some(login), Some(TlsMode::Starttls)).unwrap();
        with.timeouts = settings(port).timeouts;
        with
    };

    for (settings, stage) in [
        (nobody, Stage::Resolve),
        (refused, Stage::Tcp),
        (silent, Stage::Greeting),
        (settings(unwelcome.port), Stage::Greeting),
        (with_login(plain.port), Stage::Tls),
    ] {
        let error = failed(settings).await;
        assert_eq!(error.stage, stage, "{error}");
        assert!(!error.advice().is_empty());
    }

    assert_eq!(
        failed(settings(unwelcome.port)).await.reply.map(|reply| reply.code),
        Some(554)
    );
    assert_eq!(plain.commands(), Vec::<String>::new(), "a password was sent in clear");
}

#[tokio::test]
async fn a_relay_that_says_421_is_left_and_met_again_on_a_new_connection() {
    let (_relay, mut lane) = start(|connection, command| match (connection, command) {
        (0, "MAIL FROM:<journal@clinic.example>") => Act::SayAndClose("421 4.7.0 too many"),
        (1, ".") => Act::SayAndClose("421 4.3.0 going down"),
        (_, command) => fine(command),
    })
    .await;

    assert_eq!(rejected(send(&mut lane).await), (421, Step::Sender));
    assert_eq!(rejected(send(&mut lane).await), (421, Step::Content));
    send(&mut lane).await.unwrap();
}

#[tokio::test]
async fn a_connection_lost_in_the_envelope_is_lost_before() {
    let (_relay, mut lane) = start(|connection, command| match (connection, command) {
        (0, "DATA") => Act::Close,
        (1, "DATA") => Act::Stall,
        (2, "DATA") => Act::Say("250 what?"),
        (_, command) => fine(command),
    })
    .await;

    assert!(matches!(
        send(&mut lane).await,
        Err(SendError::LostBefore(Loss::Broken(_)))
    ));
    assert!(matches!(
        send(&mut lane).await,
        Err(SendError::LostBefore(Loss::Timeout))
    ));
    assert!(matches!(
        send(&mut lane).await,
        Err(SendError::LostBefore(Loss::Unexpected(_)))
    ));
    send(&mut lane).await.unwrap();
}

#[tokio::test]
async fn a_connection_lost_after_the_final_dot_is_lost_after() {
    let (_relay, mut lane) = start(|connection, command| match (connection, command) {
        (0, ".") => Act::Close,
        (1, ".") => Act::Stall,
        (_, command) => fine(command),
    })
    .await;

    assert!(matches!(
        send(&mut lane).await,
        Err(SendError::LostAfter(Loss::Broken(_)))
    ));
    assert!(matches!(
        send(&mut lane).await,
        Err(SendError::LostAfter(Loss::Timeout))
    ));
    send(&mut lane).await.unwrap();
}

#[tokio::test]
async fn content_that_was_not_written_to_its_end_cannot_have_arrived() {
    let (_relay, mut lane) = start(|_, command| match command {
        "DATA" => Act::SayAndClose("354 go on"),
        command => fine(command),
    })
    .await;
    // More than the kernel buffers.
    let wire = format!("{}.\r\n", "x\r\n".repeat(16 << 20));

    envelope(&mut lane).await.unwrap();

    assert!(matches!(lane.content(&wire, None).await, Err(SendError::LostBefore(_))));
}

#[tokio::test]
async fn an_abandoned_message_never_gets_its_final_dot() {
    let (relay, mut lane) = start(|_, command| fine(command)).await;

    envelope(&mut lane).await.unwrap();
    lane.abandon();
    assert!(matches!(
        lane.content(WIRE, None).await,
        Err(SendError::LostBefore(Loss::NoEnvelope))
    ));
    send(&mut lane).await.unwrap();

    assert_eq!(relay.commands().iter().filter(|command| *command == ".").count(), 1);
}

#[tokio::test]
async fn a_connection_is_replaced_after_so_many_messages() {
    let relay = Relay::start(|_, command| fine(command)).await;
    let mut settings = settings(relay.port);
    settings.rotate_after = 2;
    let mut lane = Lane::new(settings);

    for _ in 0..5 {
        send(&mut lane).await.unwrap();
    }
    lane.close().await;

    assert_eq!(relay.commands().iter().filter(|command| *command == "QUIT").count(), 3);
}
