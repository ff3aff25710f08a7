//! A database that goes away while the service runs, and one that was never there.

use std::fs;

use testkit::{TestDb, on_both_engines};

use super::{command, refusal};
use crate::support::{App, Web};

on_both_engines! {
    async fn a_database_that_is_gone_is_said_plainly_and_asked_for_again_later(app: App) {
        let web = Web::new(app.service.clone());
        let before = web.get("/readyz").await;

        app.service.db.close().await;
        let ready = web.get("/readyz").await;
        let page = web.get("/lists/blog").await;
        let alive = web.get("/healthz").await;

        assert_eq!(before.status.as_u16(), 200);
        assert_eq!((ready.status.as_u16(), page.status.as_u16(), alive.status.as_u16()), (503, 503, 200));
        assert!(ready.body.contains("not answering"), "{}", ready.body);
        assert_eq!(page.header("retry-after"), "10");
        assert!(page.heading().contains("it is our fault"), "{}", page.body);
    }

    async fn a_key_file_that_was_named_and_is_not_there_is_shown_with_a_line_to_put_into_it(test: TestDb) {
        let file = test.folder.path().join("keys/of.all");
        let migrate = || {
            let mut command = command(test.folder.path(), &["migrate"]);
            command.env("PAPERROUND_DATABASE_URL", &test.url).env("PAPERROUND_SECRET_KEYS_FILE", &file);
            command
        };

        let message = refusal(&mut migrate());
        let line = message.lines().map(str::trim).find(|line| line.starts_with("1:"));
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(&file, line.unwrap_or_else(|| panic!("a line was expected: {message}"))).unwrap();
        let made = migrate().output().unwrap();
        fs::remove_file(&file).unwrap();
        let gone = refusal(&mut migrate());

        assert!(message.contains(&format!("the key file {} is not there", file.display())), "{message}");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert!(gone.contains("Bring the file back"), "{gone}");
    }

    async fn tables_that_cannot_be_brought_up_to_this_version_are_met_with_what_to_do(test: TestDb) {
        let refused = || refusal(command(test.folder.path(), &["migrate"]).env("PAPERROUND_DATABASE_URL", &test.url));
        test.execute(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             select 9999, description, success, checksum, execution_time from _sqlx_migrations where version = 1",
        )
        .await;
        let newer = refused();
        test.execute("drop table _sqlx_migrations").await;
        let there = refused();

        assert!(newer.contains("A newer version of Paperround has worked on this database"), "{newer}");
        assert!(there.contains("already exists") && there.contains("What failed has changed nothing"), "{there}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = "postgres://ann:hunter2@127.0.0.1:1/paperround";

    let message = refusal(
        command(folder.path(), &["serve"])
            .env("PAPERROUND_DATABASE_URL", nobody)
            .env("PAPERROUND_LISTEN", "127.0.0.1:0"),
    );

    assert!(
        message.contains("the database postgres://ann:hidden@127.0.0.1:1/paperround cannot be opened"),
        "{message}"
    );
    assert!(message.contains("Connection refused"), "{message}");
    assert!(message.contains("Check that the server runs"), "{message}");
}

#[test]
fn a_password_in_the_query_of_an_address_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = "postgres:///paperround?host=127.0.0.1&port=1&user=ann&password=hunter2";

    let shown = command(folder.path(), &["config"])
        .env("PAPERROUND_DATABASE_URL", nobody)
        .output()
        .unwrap();
    let refused = refusal(command(folder.path(), &["migrate"]).env("PAPERROUND_DATABASE_URL", nobody));

    let shown = String::from_utf8(shown.stdout).unwrap();
    for text in [shown, refused] {
        assert!(
            text.contains("user=ann&password=hidden") && !text.contains("hunter2"),
            "{text}"
        );
    }
}
