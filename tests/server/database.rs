//! A database that goes away while the service runs, and one that was never there.

use testkit::on_both_engines;

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
        message.contains("the database postgres://ann@127.0.0.1:1/paperround cannot be opened"),
        "{message}"
    );
    assert!(message.contains("Connection refused"), "{message}");
}
