//! What a lane makes of what a relay says: acceptance, refusals, contradictions.

use domain::reply::{Step, Verdict};
use paperround_mail::smtp::SendError;

use crate::{
    lane::{WIRE, envelope, envelope_to, failed, rejected, send, settings, start},
    relay::{Act, Relay, fine},
};

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
