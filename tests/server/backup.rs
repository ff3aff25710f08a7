//! Backups: taken while the service runs, brought back with mailings paused.

use std::fs;

use super::{PATIENCE, command, refusal, says, serve};

#[cfg(unix)]
#[test]
fn a_backup_taken_from_a_running_service_starts_elsewhere() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut process, _) = serve(folder.path(), &[]);
    says(folder.path(), &["list", "add", "--public-name", "Elm Street"]);
    let file = folder.path().join("backup.db");
    let file_name = file.to_str().unwrap();

    says(folder.path(), &["backup", file_name]);
    process.terminate(PATIENCE);
    says(elsewhere.path(), &["restore", file_name]);
    let (_restored, _) = serve(elsewhere.path(), &[]);
    let again = refusal(&mut command(
        elsewhere.path(),
        &["list", "add", "--public-name", "Elm Street"],
    ));

    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(again.contains("there is already a list called elm-street"), "{again}");
    let key = |of: &tempfile::TempDir| fs::read(of.path().join("paperround-data/secret.keys")).unwrap();
    assert_eq!(key(&folder), key(&elsewhere));
}

#[test]
fn a_backup_never_overwrites_and_neither_does_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    says(folder.path(), &["backup", "backup.db"]);

    let backup = refusal(&mut command(folder.path(), &["backup", "backup.db"]));
    let restore = refusal(&mut command(folder.path(), &["restore", "backup.db"]));

    assert!(backup.contains("is there already"), "{backup}");
    assert!(restore.contains("there is a database already"), "{restore}");
}

#[test]
fn a_backup_that_was_merely_moved_into_place_is_not_worked_on() {
    let folder = tempfile::tempdir().unwrap();
    says(folder.path(), &["backup", "backup.db"]);
    fs::create_dir(folder.path().join("moved")).unwrap();
    fs::copy(
        folder.path().join("backup.db"),
        folder.path().join("moved/paperround.db"),
    )
    .unwrap();

    let message = refusal(&mut command(folder.path(), &["serve", "--data-dir", "moved"]));

    assert!(message.contains("paperround restore"), "{message}");
}

#[test]
fn what_is_no_backup_is_not_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "Dear reader").unwrap();

    let message = refusal(&mut command(folder.path(), &["restore", "letter.txt"]));

    assert!(message.contains("not a backup"), "{message}");
    assert!(!folder.path().join("paperround-data/paperround.db").exists());
}
