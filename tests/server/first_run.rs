//! The first run makes everything by itself, and says what it waits for.

use std::{fs, path::Path};

use super::{PATIENCE, command, get, refusal, says, serve};

#[cfg(unix)]
#[tokio::test]
async fn a_first_run_makes_folder_database_and_key_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();

    let (mut process, address) = serve(folder.path(), &[]);
    let ready = get(format!("{address}/readyz")).await;
    let status = ready.status();
    let body: serde_json::Value = ready.json().await.unwrap();
    let ended = process.terminate(PATIENCE);

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let data = folder.path().join("paperround-data");
    assert_eq!(
        (status.as_u16(), body["mail"].as_str()),
        (200, Some("waiting for a mail provider"))
    );
    assert!(ended.success());
    assert_eq!(mode(&data), 0o700);
    for file in ["paperround.db", "secret.keys", "paperround.lock"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
}

#[test]
fn a_list_and_a_token_can_be_made_while_the_service_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (_process, _) = serve(folder.path(), &[]);

    let list = says(
        folder.path(),
        &[
            "list",
            "add",
            "--public-name",
            "Elm Street",
            "--zone",
            "Europe/Paris",
            "--cadence",
            "weekly mon,thu 09:00",
        ],
    );
    let token = says(folder.path(), &["token", "add", "script", "--role", "admin"]);
    let again = refusal(&mut command(
        folder.path(),
        &["list", "add", "--public-name", "Elm Street"],
    ));
    let hourly = refusal(&mut command(
        folder.path(),
        &["list", "add", "--public-name", "Elm", "--cadence", "hourly"],
    ));

    assert!(list.contains("Made the list elm-street"), "{list}");
    assert!(
        list.contains("still needs a From name and address, a postal address"),
        "{list}"
    );
    assert!(list.contains("mailed every Monday and Thursday at 09:00"), "{list}");
    let dates = list
        .lines()
        .filter(|line| line.ends_with(", 09:00 CET") || line.ends_with(", 09:00 CEST"));
    assert_eq!(dates.count(), 5, "{list}");
    assert!(token.starts_with("pr_"), "{token}");
    assert!(again.contains("there is already a list called elm-street"), "{again}");
    assert!(
        hourly.contains("\"hourly\" is not a cadence: write \"instant\""),
        "{hourly}"
    );
}

#[test]
fn a_key_file_that_is_gone_is_missed_and_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    says(folder.path(), &["migrate"]);
    fs::remove_file(folder.path().join("paperround-data/secret.keys")).unwrap();

    let message = refusal(&mut command(folder.path(), &["serve"]));

    assert!(message.contains("the secret keys are missing"), "{message}");
    assert!(!folder.path().join("paperround-data/secret.keys").exists());
}

#[test]
fn other_keys_are_refused() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    says(folder.path(), &["migrate"]);
    says(other.path(), &["migrate"]);
    let keys = other.path().join("paperround-data/secret.keys");

    let message = refusal(command(folder.path(), &["serve"]).env("PAPERROUND_SECRET_KEYS_FILE", keys));

    assert!(
        message.contains("secret key 1 is not the one that this database was set up with"),
        "{message}"
    );
}
