//! `mail test`, against providers that take a mail and that do not.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;
use testkit::{
    SmtpSink,
    smtp_sink::{Answer, Rule, SinkOptions, Step},
};

use super::{command, refusal, says};

/// A folder with a list that can be mailed.
fn installation() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let list = ["list", "add", "--public-name", "Elm"];
    let sender = ["--from-name", "Dr. Lee", "--from", "news@elmstreet.example"];
    let address = ["--postal-address", "1 Elm Street", "--zone", "Europe/Paris"];
    let blog = ["--blog-url", "https://elmstreet.example/blog"];
    says(folder.path(), &[&list[..], &sender, &address, &blog].concat());
    folder
}

/// `mail test` with a provider at that address, for whose answers it waits a few seconds.
fn mail_test(folder: &Path, provider: &str) -> Command {
    let mut command = command(folder, &["mail", "test", "ann@example.org", "--timeout", "3"]);
    command.env("PAPERROUND_SMTP_URL", provider);
    command
}

/// What is told about a provider with such a rule: the failure, and what to do.
fn told(folder: &Path, rule: Rule) -> (String, String) {
    let sink = SmtpSink::start();
    sink.add_rule(rule);
    failure(&mut mail_test(folder, &sink.url()))
}

fn failure(command: &mut Command) -> (String, String) {
    let message = refusal(command);
    let (failure, advice) = message
        .trim_end()
        .split_once('\n')
        .unwrap_or_else(|| panic!("{message}"));
    (failure.to_owned(), advice.to_owned())
}

#[test]
fn a_mail_that_is_taken_is_told_with_the_providers_answer() {
    let (folder, sink) = (installation(), SmtpSink::start());

    let output = mail_test(folder.path(), &sink.url()).output().unwrap();

    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("The mail provider took it: 250 2.0.0"), "{said}");
    assert_eq!(sink.accepted(), 1);
}

#[test]
fn what_is_refused_is_named_with_the_providers_answer_and_what_to_do() {
    let folder = installation();
    for (step, line, part, advice) in [
        (
            Step::Mail,
            "553 5.7.1 not yours",
            "refused the address that the mail comes from: 553 5.7.1 not yours",
            "paperround list change KEY --from ADDRESS",
        ),
        (
            Step::Mail,
            "530 5.7.0 authentication required",
            "refused the address that the mail comes from: 530 5.7.0 authentication required",
            "Check user and password.",
        ),
        (
            Step::Rcpt,
            "550 5.1.1 no such user",
            "refused the address that the mail goes to: 550 5.1.1 no such user",
            "Check the spelling of the address.",
        ),
        (
            Step::Rcpt,
            "450 4.2.0 later",
            "refused the address that the mail goes to: 450 4.2.0 later",
            "try again in some minutes",
        ),
        (
            Step::Data,
            "554 5.7.1 no",
            "refused the mail itself: 554 5.7.1 no",
            "Both addresses were taken",
        ),
        (
            Step::Dot,
            "554 5.7.9 no DKIM",
            "refused the mail itself: 554 5.7.9 no DKIM",
            "SPF, DKIM",
        ),
        (
            Step::Connect,
            "554 5.7.1 not from there",
            "greeting the mail provider at 127.0.0.1:",
            "its answer says why",
        ),
    ] {
        let (failure, told) = told(folder.path(), Rule::reply(step, line));

        assert!(failure.contains(part), "{line}: {failure}");
        assert!(told.contains(advice), "{line}: {told}");
    }
}

#[test]
fn a_provider_that_falls_silent_is_given_up_and_the_step_is_told() {
    let folder = installation();
    for (step, part, advice) in [
        (
            Step::Connect,
            "greeting the mail provider at ",
            "Something answers there",
        ),
        (
            Step::Mail,
            "the connection was lost before the message was complete: no answer in time",
            "Nothing was sent.",
        ),
        (
            Step::Dot,
            "the connection was lost after the message was sent, before the answer: no answer in time",
            "The mail may have arrived",
        ),
    ] {
        let (failure, told) = told(folder.path(), Rule::new(step, Answer::Stall));

        assert!(failure.contains(part), "{step:?}: {failure}");
        assert!(told.contains(advice), "{step:?}: {told}");
    }
}

#[test]
fn where_nobody_listens_the_port_is_to_be_checked() {
    let (folder, sink) = (installation(), SmtpSink::start());
    sink.close();

    let (failure, told) = failure(&mut mail_test(folder.path(), &sink.url()));

    assert!(
        failure.contains("connecting to the mail provider at 127.0.0.1:"),
        "{failure}"
    );
    assert!(told.contains("Check the port"), "{told}");
}

#[test]
fn a_mail_server_on_this_machine_whose_certificate_nobody_trusts_is_talked_to_without_encryption() {
    let folder = installation();
    let sink = SmtpSink::with(SinkOptions {
        starttls: true,
        ..SinkOptions::default()
    });

    let (failure, told) = failure(&mut mail_test(folder.path(), &sink.url()));
    let as_told = mail_test(folder.path(), &format!("{}?tls=none", sink.url()))
        .output()
        .unwrap();

    assert!(
        failure.contains("encrypting the connection to the mail provider at "),
        "{failure}"
    );
    assert!(told.contains("?tls=none, or smtp_tls = \"none\""), "{told}");
    assert!(as_told.status.success(), "{}", String::from_utf8_lossy(&as_told.stderr));
}

#[test]
fn a_refused_login_is_told_with_the_providers_answer() {
    let folder = installation();
    let sink = SmtpSink::with(SinkOptions {
        login: Some(("ann".to_owned(), "secret".to_owned())),
        starttls: true,
        ..SinkOptions::default()
    });
    let trusted = folder.path().join("sink.pem");
    fs::write(&trusted, sink.certificate().unwrap()).unwrap();
    let log_in = |login: &str| {
        let mut command = mail_test(folder.path(), &sink.url().replace("://", &format!("://{login}@")));
        command.env("SSL_CERT_FILE", &trusted);
        command
    };

    let (failure, told) = failure(&mut log_in("ann:wrong"));
    let right = log_in("ann:secret").output().unwrap();

    assert!(failure.contains("logging in to the mail provider at "), "{failure}");
    assert!(failure.ends_with("535 5.7.8 authentication failed"), "{failure}");
    assert!(told.starts_with("Check user and password."), "{told}");
    assert!(right.status.success(), "{}", String::from_utf8_lossy(&right.stderr));
}
