//! A relay that plays a script over real TCP.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the relay does when it has read a command; `.` is the end of the content.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Say(&'static str),
    /// Answers together with the answer to a later command.
    Hold(&'static str),
    SayNothing,
    /// Answers, then closes without reading on.
    SayAndClose(&'static str),
    Stall,
    Close,
}

/// Decides by the number of the connection, counted from 0, and the command.
pub(crate) type Script = fn(usize, &str) -> Act;

pub(crate) struct Relay {
    pub(crate) port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

/// What a relay in good order says.
pub(crate) fn fine(command: &str) -> Act {
    match command.split([' ', ':']).next().unwrap_or_default() {
        "greeting" => Act::Say("220 relay.test ready"),
        "EHLO" => Act::Say("250-relay.test\r\n250-PIPELINING\r\n250 8BITMIME"),
        "DATA" => Act::Say("354 go on"),
        "." => Act::Say("250 2.0.0 Ok: queued as 4C1D2E"),
        "QUIT" => Act::SayAndClose("221 bye"),
        _ => Act::Say("250 2.0.0 Ok"),
    }
}

impl Relay {
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::<Mutex<Vec<String>>>::default();
        let kept = log.clone();
        tokio::spawn(async move {
            for connection in 0.. {
                let (tcp, _) = listener.accept().await.unwrap();
                let log = log.clone();
                tokio::spawn(play(tcp, move |command| {
                    log.lock().unwrap().push(command.to_owned());
                    script(connection, command)
                }));
            }
        });
        Self { port, log: kept }
    }

    /// All commands since the last time, other than greetings and EHLO.
    pub(crate) fn commands(&self) -> Vec<String> {
        let mut commands = std::mem::take(&mut *self.log.lock().unwrap());
        commands.retain(|command| command != "greeting" && !command.starts_with("EHLO"));
        commands
    }
}

/// Plays a script on one connection. Like a relay that pipelines, it may answer late: MAIL, RCPT and RSET are answered
/// together with the DATA that follows, if EHLO offered PIPELINING. A client that waits in between waits for ever.
pub(crate) async fn play<S: AsyncRead + AsyncWrite + Unpin>(stream: S, script: impl Fn(&str) -> Act) {
    let mut stream = BufReader::new(stream);
    let (mut held, mut pipelining, mut line) = (String::new(), false, String::new());
    let mut act = script("greeting");
    loop {
        match act {
            Act::Say(text) | Act::SayAndClose(text) => {
                pipelining |= text.contains("PIPELINING");
                held.push_str(text);
                held.push_str("\r\n");
                let group = ["MAIL", "RCPT", "RSET"].iter().any(|verb| line.starts_with(verb));
                if matches!(act, Act::SayAndClose(_)) || !(pipelining && group) {
                    stream.write_all(std::mem::take(&mut held).as_bytes()).await.unwrap();
                }
                if matches!(act, Act::SayAndClose(_)) {
                    return;
                }
            }
            Act::Hold(text) => {
                held.push_str(text);
                held.push_str("\r\n");
            }
            Act::SayNothing => {}
            Act::Stall => std::future::pending().await,
            Act::Close => return,
        }
        let in_content = line.starts_with("DATA") && matches!(act, Act::Say(text) if text.starts_with("354"));
        loop {
            line.clear();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if !in_content || line == ".\r\n" {
                break;
            }
        }
        act = script(line.trim_end());
    }
}

/// Accepts one connection on a port of its own.
pub(crate) async fn accept_one<F: Future<Output = ()> + Send + 'static>(
    serve: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        serve(tcp).await;
    });
    port
}
