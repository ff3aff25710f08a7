//! Messages whose final dot waits until it may leave.

use std::time::Duration;

use domain::reply::Reply;
use paperround_mail::smtp::{Lane, SendError};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::oneshot,
};

use crate::{
    lane::{WIRE, envelope, send, settings, start},
    relay::{Act, accept_one, fine},
};

/// A lane to a relay that tells how much of one content it has.
struct Taker {
    lane: Lane,
    /// Told once everything but the final dot has come: whether that was all.
    came: oneshot::Receiver<bool>,
    /// What it had in the end.
    got: oneshot::Receiver<String>,
}

impl Taker {
    async fn start() -> Self {
        let (tell, came) = oneshot::channel();
        let (give, got) = oneshot::channel();
        let port = accept_one(|tcp| async move { give.send(take(tcp, tell).await).unwrap() }).await;
        Self {
            lane: Lane::new(settings(port)),
            came,
            got,
        }
    }
}

async fn take(stream: TcpStream, came: oneshot::Sender<bool>) -> String {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.write_all(b"220 relay.test\r\n").await.unwrap();
    while !line.starts_with("DATA") {
        line.clear();
        stream.read_line(&mut line).await.unwrap();
        let answer = if line.starts_with("DATA") {
            "354 go on\r\n"
        } else {
            "250 fine\r\n"
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
    let mut content = vec![0; WIRE.len() - ".\r\n".len()];
    stream.read_exact(&mut content).await.unwrap();
    came.send(stream.buffer().is_empty()).unwrap();
    let mut rest = [0; 3];
    if stream.read_exact(&mut rest).await.is_ok() {
        content.extend(rest);
        stream.write_all(b"250 2.0.0 Ok\r\n").await.unwrap();
    }
    String::from_utf8(content).unwrap()
}

async fn send_held(lane: &mut Lane, may_end: impl Future<Output = bool>) -> Option<Result<Reply, SendError>> {
    envelope(lane).await.unwrap();
    lane.content_held(WIRE, None, may_end).await
}

#[tokio::test]
async fn everything_but_the_final_dot_travels_before_it_may_end() {
    let Taker { mut lane, came, got } = Taker::start().await;

    let mut nothing_more = false;
    let may_end = async {
        nothing_more = came.await.unwrap();
        true
    };
    let answer = send_held(&mut lane, may_end).await;

    assert_eq!(answer.unwrap().unwrap().code, 250);
    assert!(nothing_more, "the final dot came along");
    assert_eq!(got.await.unwrap(), WIRE);
}

#[tokio::test]
async fn a_message_that_may_not_end_never_gets_its_final_dot() {
    let Taker { mut lane, came, got } = Taker::start().await;

    let answer = send_held(&mut lane, async { !came.await.unwrap() }).await;

    assert!(answer.is_none(), "{answer:?}");
    assert_eq!(got.await.unwrap(), WIRE.trim_end_matches(".\r\n"));
}

#[tokio::test]
async fn the_next_message_takes_a_new_connection() {
    let (relay, mut lane) = start(|_, command| fine(command)).await;

    let answer = send_held(&mut lane, async { false }).await;
    send(&mut lane).await.unwrap();

    assert!(answer.is_none(), "{answer:?}");
    let commands = relay.commands();
    assert_eq!(commands.iter().filter(|command| command.starts_with("MAIL")).count(), 2);
    assert_eq!(commands.iter().filter(|command| *command == ".").count(), 1);
}

#[tokio::test]
async fn the_time_that_a_final_dot_is_held_is_not_the_relays() {
    let (relay, mut lane) = start(|_, command| fine(command)).await;
    let longer = settings(relay.port).timeouts.content + Duration::from_millis(100);

    let may_end = async {
        tokio::time::sleep(longer).await;
        true
    };
    let answer = send_held(&mut lane, may_end).await;

    assert_eq!(answer.unwrap().unwrap().code, 250);
}

#[tokio::test]
async fn who_decides_is_heard_to_the_end_although_the_connection_is_lost() {
    let (_relay, mut lane) = start(|_, command| match command {
        "DATA" => Act::SayAndClose("354 go on"),
        command => fine(command),
    })
    .await;
    // More than the kernel buffers.
    let wire = format!("{}.\r\n", "x\r\n".repeat(16 << 20));

    let mut heard = false;
    let may_end = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        heard = true;
        true
    };
    envelope(&mut lane).await.unwrap();
    let answer = lane.content_held(&wire, None, may_end).await;

    assert!(heard);
    assert!(matches!(answer, Some(Err(SendError::LostBefore(_)))), "{answer:?}");
}
