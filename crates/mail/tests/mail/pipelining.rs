//! Envelopes that travel with the content before them, where the relay pipelines (RFC 2920).

use domain::reply::Step;
use paperround_mail::smtp::Lane;

use crate::{
    lane::{WIRE, envelope, envelope_to, rejected, send, send_with_next, settings, start},
    relay::{Act, Relay, fine},
};

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
