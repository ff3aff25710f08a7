//! A lane against relays that refuse, stall, drop and contradict themselves.

use std::time::Duration;

use domain::{
    EmailAddress,
    reply::{Reply, Step, Verdict},
};
use paperround_mail::smtp::{ConnectError, Lane, Loss, Relay as Settings, SendError, Stage, Timeouts, TlsMode};

use crate::relay::{Act, Relay, Script, accept_one, fine};

const WIRE: &str = "Subject: x\r\n\r\nx\r\n.\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn settings(port: u16) -> Settings {
    let mut settings = Settings::new("127.0.0.1", Some(port), None, None).unwrap();
    let limit = Duration::from_millis(300);
    settings.timeouts = Timeouts {
        connect: limit,
        command: limit,
        content: limit,
    };
    settings
}

async fn start(script: Script) -> (Relay, Lane) {
    let relay = Relay::start(script).await;
    let lane = Lane::new(settings(relay.port));
    (relay, lane)
}

async fn envelope(lane: &mut Lane) -> Result<(), SendError> {
    envelope_to(lane, "ann@example.org").await
}

async fn envelope_to(lane: &mut Lane, to: &str) -> Result<(), SendError> {
    lane.envelope(&address("journal@clinic.example"), &address(to)).await
}

async fn send_with_next(lane: &mut Lane, next: &str) -> Result<Reply, SendError> {
    lane.content(WIRE, Some((&address("journal@clinic.example"), &address(next))))
        .await
}

async fn send(lane: &mut Lane) -> Result<Reply, SendError> {
    envelope(lane).await?;
    lane.content(WIRE, None).await
}

fn rejected(result: Result<impl std::fmt::Debug, SendError>) -> (u16, Step) {
    match result {
        Err(SendError::Rejected { reply, step }) => (reply.code, step),
        other => panic!("not rejected: {other:?}"),
    }
}

#[tokio::test]
async fn a_message_is_an_envelope_and_its_content_and_brings_the_relays_reference() {
    let (relay, mut lane) = start(|_, command| fine(command)).await;

    let reply = send(&mut lane).await.unwrap();

    assert_eq!(reply.reference(), Some("4C1D2E"));
    assert_eq!(
        relay.commands(),
        [
            "MAIL FROM:<journal@clinic.example>",
            "RCPT TO:<ann@example.org>",
            "DATA",
            "."
        ]
    );
}

#[tokio::test]
async fn the_next_envelope_travels_with_the_content() {
    // This relay says nothing about the content until it has read the next envelope.
    let (relay, mut lane) = start(|_, command| match command {
        "." => Act::Hold("250 2.0.0 Ok: queued as 4C1D2E"),
        command => fine(command),
    })
    .await;

    envelope(&mut lane).await.unwrap();
    let reply = send_with_next(&mut lane, "bob@example.org").await.unwrap();
    relay.commands();
    envelope_to(&mut lane, "bob@example.org").await.unwrap();

    assert_eq!(reply.reference(), Some("4C1D2E"));
    assert_eq!(relay.commands(), [] as [&str; 0], "only the answers were read");
}

#[tokio::test]
async fn an_envelope_that_went_ahead_is_judged_like_any_other() {
    let (relay, mut lane) = start(|_, command| match command {
        "." => Act::Say("552 5.2.2 full"),
        "RCPT TO:<bob@example.org>" => Act::Say("550 5.1.1 no such user"),
        "DATA" => Act::Say("354 go on"),
        command => fine(command),
    })
    .await;

    envelope(&mut lane).await.unwrap();
    let refused = send_with_next(&mut lane, "bob@example.org").await;
    let announced = envelope_to(&mut lane, "bob@example.org").await;

    assert_eq!(rejected(refused), (552, Step::Content));
    assert_eq!(rejected(announced), (550, Step::Recipient));
    assert!(
        !relay.commands().contains(&"RSET".to_owned()),
        "the next transaction was open"
    );
}

#[tokio::test]
async fn an_envelope_that_went_ahead_and_is_not_wanted_is_given_up_with_its_connection() {
    let (relay, mut lane) = start(|_, command| fine(command)).await;

    envelope(&mut lane).await.unwrap();
    send_with_next(&mut lane, "bob@example.org").await.unwrap();
    envelope_to(&mut lane, "cat@example.org").await.unwrap();
    send_with_next(&mut lane, "dan@example.org").await.unwrap();
    lane.close().await;

    let commands = relay.commands();
    let count = |wanted: &str| commands.iter().filter(|command| *command == wanted).count();
    assert_eq!((count("."), count("QUIT")), (2, 0));
}

#[tokio::test]
async fn no_envelope_goes_ahead_on_a_connection_that_is_used_up_or_that_does_not_pipeline() {
    let relay = Relay::start(|connection, command| match command {
        command if connection > 0 && command.starts_with("EHLO") => Act::Say("250 relay.test"),
        command => fine(command),
    })
    .await;
    let mut settings = settings(relay.port);
    settings.rotate_after = 1;
    let mut lane = Lane::new(settings);

    for _ in 0..2 {
        envelope(&mut lane).await.unwrap();
        send_with_next(&mut lane, "bob@example.org").await.unwrap();
    }
    lane.close().await;

    let commands = relay.commands();
    assert!(
        !commands.contains(&"RCPT TO:<bob@example.org>".to_owned()),
        "{commands:?}"
    );
    assert_eq!(commands.iter().filter(|command| *command == "QUIT").count(), 2);
}

#[tokio::test]
async fn a_relay_without_pipelining_is_asked_one_command_at_a_time() {
    let (relay, mut lane) = start(|_, command| match command {
        "RCPT TO:<ann@example.org>" => Act::Say("450 4.2.0 later"),
        command if command.starts_with("EHLO") => Act::Say("250 relay.test"),
        command => fine(command),
    })
    .await;

    assert_eq!(rejected(send(&mut lane).await), (450, Step::Recipient));
    assert_eq!(rejected(send(&mut lane).await), (450, Step::Recipient));
    envelope_to(&mut lane, "bob@example.org").await.unwrap();
    lane.content(WIRE, None).await.unwrap();

    let verbs: Vec<String> = relay
        .commands()
        .iter()
        .map(|line| line[..4.min(line.len())].to_owned())
        .collect();
    assert_eq!(
        verbs,
        [
            "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "."
        ]
    );
}

#[tokio::test]
async fn a_refused_recipient_costs_neither_the_connection_nor_a_round_trip() {
    let (relay, mut lane) = start(|connection, command| match command {
        "RCPT TO:<ann@example.org>" => Act::Say("550 5.1.1 no such user"),
        "DATA" if connection > 0 => Act::Close,
        command => fine(command),
    })
    .await;
    relay.commands();

    // This relay opens the content although it has nobody to send it to.
    let Err(SendError::Rejected { reply, step }) = send(&mut lane).await else {
        panic!()
    };
    envelope_to(&mut lane, "bob@example.org").await.unwrap();
    lane.content(WIRE, None).await.unwrap();

    assert_eq!(reply.verdict(step), Verdict::Refused { suppress: true });
    let verbs: Vec<String> = relay
        .commands()
        .iter()
        .map(|line| line[..4.min(line.len())].to_owned())
        .collect();
    assert_eq!(
        verbs,
        ["MAIL", "RCPT", "DATA", ".", "RSET", "MAIL", "RCPT", "DATA", "."]
    );
}

#[tokio::test]
async fn the_first_refusal_of_an_envelope_counts() {
    let (_relay, mut lane) = start(|_, command| match command {
        "MAIL FROM:<journal@clinic.example>" => Act::Say("550 5.7.1 not you"),
        "RCPT TO:<ann@example.org>" => Act::Say("503 5.5.1 need MAIL first"),
        "DATA" => Act::Say("503 5.5.1 need RCPT first"),
        command => fine(command),
    })
    .await;

    let Err(SendError::Rejected { reply, step }) = send(&mut lane).await else {
        panic!()
    };

    assert_eq!(reply.to_string(), "550 5.7.1 not you");
    assert_eq!(reply.verdict(step), Verdict::Pause);
}

#[tokio::test]
async fn a_relay_that_takes_content_after_refusing_the_sender_is_left_at_once() {
    let (relay, mut lane) = start(|connection, command| match command {
        "MAIL FROM:<journal@clinic.example>" if connection == 0 => Act::Say("450 4.7.1 not now"),
        command => fine(command),
    })
    .await;

    assert_eq!(rejected(send(&mut lane).await), (450, Step::Sender));
    send(&mut lane).await.unwrap();

    assert_eq!(relay.commands().iter().filter(|command| *command == ".").count(), 1);
}

#[tokio::test]
async fn refused_content_is_told_with_its_reply_and_the_connection_goes_on() {
    let (relay, mut lane) = start(|connection, command| match command {
        "." if connection == 0 => Act::Say("554-5.7.1 looks\r\n554 5.7.1 like spam"),
        command => fine(command),
    })
    .await;

    let Err(SendError::Rejected { reply, step }) = send(&mut lane).await else {
        panic!()
    };
    envelope(&mut lane).await.unwrap();

    assert_eq!((reply.text.as_str(), step), ("5.7.1 looks like spam", Step::Content));
    assert!(relay.commands().contains(&"RSET".to_owned()));
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

#[tokio::test]
async fn whatever_a_relay_says_no_words_of_it_have_a_nul_in_them() {
    let (_relay, mut refusing) = start(|_, command| match command {
        "RCPT TO:<ann@example.org>" => Act::Say("550 5.1.1 no\0such user"),
        command => fine(command),
    })
    .await;
    let (_relay, mut babbling) = start(|_, command| match command {
        "RCPT TO:<ann@example.org>" => Act::Say("no\0reply"),
        command => fine(command),
    })
    .await;
    let unwelcome = Relay::start(|_, _| Act::SayAndClose("554 go\0away")).await;
    let strange = Relay::start(|_, _| Act::SayAndClose("no\0reply")).await;

    let said = [
        envelope(&mut refusing).await.unwrap_err().to_string(),
        envelope(&mut babbling).await.unwrap_err().to_string(),
        failed(settings(unwelcome.port)).await.to_string(),
        failed(settings(strange.port)).await.to_string(),
    ];

    assert!(
        said.iter()
            .all(|words| words.contains("\u{fffd}") && !words.contains('\0')),
        "{said:?}"
    );
}

async fn failed(settings: Settings) -> ConnectError {
    Lane::new(settings).connect().await.unwrap_err()
}

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
