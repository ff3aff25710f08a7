//! A lane to a relay that plays a script, and the steps in which tests drive it.

use std::time::Duration;

use domain::{
    EmailAddress,
    reply::{Reply, Step},
};
use paperround_mail::smtp::{ConnectError, Lane, Relay as Settings, SendError, Timeouts};

use crate::relay::{Relay, Script};

pub(crate) const WIRE: &str = "Subject: x\r\n\r\nx\r\n.\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) fn settings(port: u16) -> Settings {
    let mut settings = Settings::new("127.0.0.1", Some(port), None, None).unwrap();
    let limit = Duration::from_millis(300);
    settings.timeouts = Timeouts {
        connect: limit,
        command: limit,
        content: limit,
    };
    settings
}

pub(crate) async fn start(script: Script) -> (Relay, Lane) {
    let relay = Relay::start(script).await;
    let lane = Lane::new(settings(relay.port));
    (relay, lane)
}

pub(crate) async fn envelope(lane: &mut Lane) -> Result<(), SendError> {
    envelope_to(lane, "ann@example.org").await
}

pub(crate) async fn envelope_to(lane: &mut Lane, to: &str) -> Result<(), SendError> {
    lane.envelope(&address("journal@clinic.example"), &address(to)).await
}

pub(crate) async fn send_with_next(lane: &mut Lane, next: &str) -> Result<Reply, SendError> {
    lane.content(WIRE, Some((&address("journal@clinic.example"), &address(next))))
        .await
}

pub(crate) async fn send(lane: &mut Lane) -> Result<Reply, SendError> {
    envelope(lane).await?;
    lane.content(WIRE, None).await
}

pub(crate) fn rejected(result: Result<impl std::fmt::Debug, SendError>) -> (u16, Step) {
    match result {
        Err(SendError::Rejected { reply, step }) => (reply.code, step),
        other => panic!("not rejected: {other:?}"),
    }
}

pub(crate) async fn failed(settings: Settings) -> ConnectError {
    Lane::new(settings).connect().await.unwrap_err()
}
