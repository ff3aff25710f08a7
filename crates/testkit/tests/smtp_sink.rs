//! The SMTP sink as its clients see it: lettre, and lines typed by hand.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use lettre::{
    SmtpTransport, Transport,
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        response::Response,
    },
};
use testkit::smtp_sink::{Answer, Rule, SinkOptions, SmtpSink, Step};

const PATIENCE: Duration = Duration::from_secs(10);

fn client(sink: &SmtpSink) -> SmtpTransport {
    SmtpTransport::builder_dangerous("127.0.0.1")
        .port(sink.address().port())
        .timeout(Some(PATIENCE))
        .build()
}

/// A message whose body is full of dots, without its last line end: lettre adds one.
fn message(to: &str) -> String {
    format!("Message-ID: <{to}>\r\nSubject: Sleep well\r\n\r\n.\r\n..\r\nwords")
}

fn send(client: &SmtpTransport, to: &str) -> Result<Response, Error> {
    let from = "clinic@example.org".parse().unwrap();
    let envelope = Envelope::new(Some(from), vec![to.parse().unwrap()]).unwrap();
    client.send_raw(&envelope, message(to).as_bytes())
}

/// Sends lines as they are and reads one reply line for each line expected.
fn dialogue(sink: &SmtpSink, lines: &str, replies: usize) -> Vec<String> {
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(lines.as_bytes()).unwrap();
    BufReader::new(stream)
        .lines()
        .take(replies)
        .map(Result::unwrap)
        .collect()
}

#[test]
fn a_message_is_recorded_as_it_was_before_dot_stuffing() {
    let sink = SmtpSink::keeping_messages();

    send(&client(&sink), "ann@example.org").unwrap();

    let log = sink.log();
    let accepted = log.iter().next().unwrap();
    assert_eq!(accepted.recipient, "ann@example.org");
    assert_eq!(accepted.sender, "clinic@example.org");
    assert_eq!(accepted.message_id, "<ann@example.org>");
    assert!(accepted.answered);
    assert_eq!(
        accepted.raw.as_deref().unwrap(),
        format!("{}\r\n", message("ann@example.org")).as_bytes()
    );
}

#[test]
fn pipelined_commands_are_answered_in_order() {
    let sink = SmtpSink::start();
    let lines = "EHLO test\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@example.org>\r\nRCPT TO:<ben@example.org>\r\nDATA\r\n\
                 MESSAGE-ID:\r\n <1@b.example>\r\n\r\nHi\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n.\r\nQUIT\r\n";

    let replies = dialogue(&sink, lines, 16);

    let codes: Vec<_> = replies.iter().map(|reply| &reply[..4]).collect();
    assert_eq!(
        codes,
        [
            "220 ", "250-", "250-", "250-", "250 ", "250 ", "250 ", "250 ", "354 ", "250 ", "250 ", "250 ", "354 ",
            "250 ", "221 "
        ]
    );
    let log = sink.log();
    let ids: Vec<_> = log
        .iter()
        .map(|m| (m.recipient.as_str(), m.message_id.as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            ("ann@example.org", "<1@b.example>"),
            ("ben@example.org", "<1@b.example>"),
            ("ann@example.org", "")
        ]
    );
    assert_eq!(log.recipients().len(), 2);
    assert_eq!(log.repeats()["ann@example.org"], ["<1@b.example>", ""]);
}

#[test]
fn a_final_dot_cut_anywhere_between_packets_is_found() {
    let sink = SmtpSink::keeping_messages();
    let body = "Subject: x\r\n\r\n.. dots\r\n..\r\n.\r\n";

    for cut in 1..body.len() {
        let mut stream = TcpStream::connect(sink.address()).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut replies = BufReader::new(stream.try_clone().unwrap()).lines();
        stream
            .write_all(b"HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
            .unwrap();
        assert!(replies.nth(4).unwrap().unwrap().starts_with("354"));
        stream.write_all(&body.as_bytes()[..cut]).unwrap();
        std::thread::sleep(Duration::from_millis(2));
        stream.write_all(&body.as_bytes()[cut..]).unwrap();
        assert_eq!(replies.next().unwrap().unwrap(), "250 2.0.0 taken over", "cut at {cut}");
    }

    let log = sink.log();
    assert_eq!(log.len(), body.len() - 1);
    assert!(
        log.iter()
            .all(|m| m.raw.as_deref() == Some(b"Subject: x\r\n\r\n. dots\r\n.\r\n"))
    );
}

#[test]
fn rules_apply_to_their_step_their_address_and_their_number_of_times() {
    let sink = SmtpSink::start();
    sink.add_rule(Rule::reply(Step::Rcpt, "550 5.1.1 no such user").to("gone@example.org"));
    sink.add_rule(
        Rule::reply(Step::Dot, "450 4.2.0 later")
            .when(|a| a.starts_with("busy"))
            .times(1),
    );
    let client = client(&sink);

    let gone = send(&client, "gone@example.org").unwrap_err();
    let busy = send(&client, "busy@example.org").unwrap_err();
    send(&client, "busy@example.org").unwrap();
    send(&client, "ann@example.org").unwrap();

    assert!(gone.is_permanent(), "{gone}");
    assert!(busy.is_transient(), "{busy}");
    assert_eq!(sink.accepted(), 2);
    sink.clear_rules();
    send(&client, "gone@example.org").unwrap();
}

#[test]
fn chance_is_the_same_for_the_same_seed() {
    let refused = |seed| {
        let sink = SmtpSink::with(SinkOptions {
            seed,
            ..SinkOptions::default()
        });
        sink.add_rule(Rule::reply(Step::Rcpt, "450 4.2.0 later").percent(30));
        let client = client(&sink);
        (0..40)
            .map(|n| send(&client, &format!("{n}@example.org")).is_err())
            .collect::<Vec<_>>()
    };

    let first = refused(7);

    assert_eq!(first, refused(7));
    assert_ne!(first, refused(8));
    assert!(first.contains(&true) && first.contains(&false));
}

#[test]
fn a_connection_cut_after_the_dot_leaves_a_record_and_before_it_none() {
    let sink = SmtpSink::start();
    sink.add_rule(Rule::new(Step::Dot, Answer::AcceptAndDrop).to("after@example.org"));
    sink.add_rule(Rule::new(Step::Body, Answer::Drop).to("before@example.org"));

    let after = send(&client(&sink), "after@example.org");
    let before = send(&client(&sink), "before@example.org");

    assert!(after.is_err() && before.is_err());
    let log = sink.log();
    assert_eq!(log.recipients(), ["after@example.org"].into());
    assert!(log.iter().all(|m| !m.answered));
}

#[test]
fn a_stalled_step_never_answers() {
    let sink = SmtpSink::start();
    sink.add_rule(Rule::new(Step::Mail, Answer::Stall));
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap()).lines();
    stream.write_all(b"HELO x\r\n").unwrap();
    assert!(replies.nth(1).unwrap().is_ok());

    stream.write_all(b"MAIL FROM:<a@b.example>\r\nQUIT\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();

    let silence = replies.next().unwrap().unwrap_err();
    assert_eq!(silence.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_connection_takes_no_more_than_its_limit() {
    let sink = SmtpSink::start();
    sink.limit_per_connection(1);
    let one = "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n.\r\n";

    let replies = dialogue(&sink, &format!("HELO x\r\n{one}{one}"), 7);

    assert_eq!(replies[6], "421 4.7.0 too many messages on this connection");
    assert_eq!(sink.accepted(), 1);
}

#[test]
fn a_closed_sink_refuses_and_an_opened_one_is_back_on_its_port() {
    let sink = SmtpSink::start();
    let address = sink.address();
    let mut open = TcpStream::connect(address).unwrap();

    sink.close();
    let refused = TcpStream::connect(address).unwrap_err();
    open.set_read_timeout(Some(PATIENCE)).unwrap();
    let cut = BufReader::new(&mut open).lines().map_while(Result::ok).count();
    sink.open();

    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(cut <= 1, "only the greeting came");
    assert_eq!(sink.address(), address);
    send(&client(&sink), "ann@example.org").unwrap();
}

#[test]
fn a_login_is_asked_for_and_checked_inside_starttls() {
    let sink = SmtpSink::with(SinkOptions {
        login: Some(("clinic".into(), "secret".into())),
        starttls: true,
        ..SinkOptions::default()
    });
    let certificate = Certificate::from_pem(sink.certificate().unwrap().as_bytes()).unwrap();
    let tls = TlsParameters::builder("localhost".into())
        .add_root_certificate(certificate)
        .build()
        .unwrap();
    let with = |password: &str| {
        let client = SmtpTransport::builder_dangerous("localhost")
            .port(sink.address().port())
            .tls(Tls::Required(tls.clone()))
            .credentials(Credentials::new("clinic".into(), password.into()))
            .build();
        send(&client, "ann@example.org")
    };

    let wrong = with("wrong").unwrap_err();
    with("secret").unwrap();
    let without = send(&client(&sink), "ann@example.org").unwrap_err();

    assert!(wrong.is_permanent(), "{wrong}");
    assert!(without.to_string().contains("530"), "{without}");
    assert_eq!(sink.accepted(), 1);
}

#[tokio::test]
async fn twenty_thousand_messages_are_counted_exactly() {
    let sink = SmtpSink::start();
    let address = sink.address();
    let body = format!(
        "Message-ID: <x>\r\n\r\n{}",
        "forty bytes of words in every line ......\r\n".repeat(100)
    );

    let sender = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let mut replies = BufReader::new(stream.try_clone().unwrap()).lines();
        stream.write_all(b"HELO x\r\n").unwrap();
        replies.nth(1).unwrap().unwrap();
        for n in 0..20_000 {
            let text = format!("MAIL FROM:<a@b.example>\r\nRCPT TO:<{n}@d.example>\r\nDATA\r\n{body}\r\n.\r\n");
            stream.write_all(text.as_bytes()).unwrap();
            assert!(replies.nth(3).unwrap().unwrap().starts_with("250"));
        }
    });
    sink.wait_for(20_000, Duration::from_secs(60)).await;

    sender.join().unwrap();
    assert_eq!(sink.log().recipients().len(), 20_000);
    assert!(sink.log().repeats().is_empty());
    assert_eq!(sink.connections(), 1);
}
