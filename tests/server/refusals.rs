//! What the program says when it does not start.

use std::fs;

use super::{command, refusal, run, serve};

#[test]
fn a_data_folder_that_cannot_be_made_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "in the way").unwrap();

    let message = refusal(&mut command(folder.path(), &["serve", "--data-dir", "file/data"]));

    assert!(
        message.contains("the data folder file/data cannot be used"),
        "{message}"
    );
    assert!(message.contains("PAPERROUND_DATA_DIR"), "{message}");
}

#[test]
fn a_second_process_on_the_same_folder_is_told_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_process, _) = serve(folder.path(), &[]);

    let message = refusal(&mut command(folder.path(), &["serve", "--listen", "127.0.0.1:0"]));

    assert!(message.contains("another Paperround process (number "), "{message}");
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let message = refusal(&mut command(folder.path(), &["serve", "--listen", &address]));

    assert!(
        message.contains(&format!("{address} is in use by another program")),
        "{message}"
    );
    assert!(
        !folder.path().join("paperround-data").exists(),
        "nothing is made before it can listen"
    );
}

#[test]
fn the_mail_catcher_is_refused_where_its_folder_would_be_split() {
    let folder = tempfile::tempdir().unwrap();

    for arguments in [&["serve", "--no-workers"][..], &["work"][..]] {
        let message = refusal(command(folder.path(), arguments).env("PAPERROUND_SMTP_URL", "catch:"));
        assert!(message.contains("the mail catcher"), "{message}");
    }
}

#[test]
fn a_database_that_does_not_open_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("notes.txt"),
        "this is a text, and long enough not to be taken for empty".repeat(50),
    )
    .unwrap();

    let message = refusal(command(folder.path(), &["serve"]).env("PAPERROUND_DATABASE_URL", "sqlite:notes.txt"));

    assert!(
        message.contains("the database sqlite:notes.txt cannot be opened"),
        "{message}"
    );
    assert!(message.contains("not a database"), "{message}");
    assert!(message.contains("Name a database of Paperround's"), "{message}");
}

#[test]
fn the_settings_in_force_are_shown_with_what_is_wrong_among_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("paperround.toml"), "listen = \"nowhere\"\n").unwrap();

    let output = run(folder.path(), &["config"]);

    let (shown, wrong) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(!output.status.success());
    assert!(
        shown.contains("\"nowhere\"") && shown.contains("paperround.toml"),
        "{shown}"
    );
    assert!(
        wrong.contains("the setting listen is \"nowhere\" (from paperround.toml)"),
        "{wrong}"
    );
}
