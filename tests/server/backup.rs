//! Backups: taken while the service runs, brought back with mailings paused.

use std::fs;

use domain::{Keys, Random};

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
fn a_restore_is_refused_where_anything_of_a_database_was_left() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    says(folder.path(), &["backup", "backup.db"]);
    let backup = folder.path().join("backup.db");
    let restore = ["restore", backup.to_str().unwrap()];
    let data = elsewhere.path().join("paperround-data");
    fs::create_dir(&data).unwrap();

    for left in [
        &["paperround.db-wal", "paperround.db-shm"][..],
        &["paperround.db-journal"],
    ] {
        for name in left {
            fs::write(data.join(name), "").unwrap();
        }
        let message = refusal(&mut command(elsewhere.path(), &restore));
        for name in left {
            assert!(message.contains(&format!("paperround-data/{name}")), "{message}");
            fs::remove_file(data.join(name)).unwrap();
        }
        assert!(!data.join("paperround.db").exists() && !data.join("secret.keys").exists());
    }
    says(elsewhere.path(), &restore);
}

#[test]
fn what_a_restore_that_was_killed_left_does_not_get_into_the_next() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut process, _) = serve(folder.path(), &[]);
    says(folder.path(), &["list", "add", "--public-name", "Elm"]);
    says(folder.path(), &["backup", "backup.db"]);
    says(folder.path(), &["list", "add", "--public-name", "Oak"]);
    process.kill();
    let data = elsewhere.path().join("paperround-data");
    fs::create_dir(&data).unwrap();
    let log = folder.path().join("paperround-data/paperround.db-wal");
    fs::copy(log, data.join("paperround.restoring-wal")).unwrap();

    says(
        elsewhere.path(),
        &["restore", folder.path().join("backup.db").to_str().unwrap()],
    );
    let lists = says(elsewhere.path(), &["list", "list"]);

    assert!(lists.contains("elm") && !lists.contains("oak"), "{lists}");
}

#[test]
fn a_restore_keeps_a_key_file_that_has_the_backups_keys_and_overwrites_none() {
    let folder = tempfile::tempdir().unwrap();
    says(folder.path(), &["backup", "backup.db"]);
    let ours = fs::read_to_string(folder.path().join("paperround-data/secret.keys")).unwrap();
    let other = Keys::generate(&Random::seeded(1)).expose();
    let more = format!("{ours}{}", other.replacen("1:", "2:", 1));
    let restore = |data: &str, keys: &str| {
        let mut command = command(folder.path(), &["restore", "backup.db", "--data-dir", data]);
        command.env("PAPERROUND_SECRET_KEYS_FILE", keys);
        command
    };
    let write = |name: &str, keys: &str| fs::write(folder.path().join(name), keys).unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    write("more.keys", &more);
    write("other.keys", &other);
    write("no.keys", "a letter");

    let kept = restore("kept", "more.keys").output().unwrap();
    let refused = ["other.keys", "no.keys"].map(|keys| refusal(&mut restore("refused", keys)));
    let made = restore("made", "made.keys").output().unwrap();

    assert!(kept.status.success() && made.status.success(), "{kept:?} {made:?}");
    for message in &refused {
        assert!(
            message.contains("lacks the keys of this backup") && message.contains("secret_keys_file"),
            "{message}"
        );
    }
    assert_eq!((read("more.keys"), read("made.keys")), (more, ours));
    assert_eq!((read("other.keys"), read("no.keys")), (other, "a letter".to_owned()));
    let left = fs::read_dir(folder.path().join("refused")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["paperround.lock"]);
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
