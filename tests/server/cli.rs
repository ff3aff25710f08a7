//! The commands that look after lists, feeds, posts and mailings, as somebody types them.

use std::{
    fs,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use testkit::{Blog, FeedServer, Page};

use super::{PATIENCE, command, refusal, run, says, serve};

const NOBODY: &str = "0192f3a4-0000-7000-8000-000000000000";

fn blog() -> Blog {
    Blog::new("https://elmstreet.example")
        .post("Sleep well", "Eight hours are enough.")
        .post("A walk a day", "Ten minutes are enough.")
}

/// A list that can be mailed, weekly and on request daily.
fn add_list(folder: &Path) -> String {
    says(
        folder,
        &[
            "list",
            "add",
            "--public-name",
            "Elm",
            "--from-name",
            "Dr. Lee",
            "--from",
            "news@elmstreet.example",
            "--postal-address",
            "1 Elm Street\\nSpringfield",
            "--zone",
            "Europe/Paris",
            "--cadence",
            "weekly fri 09:00",
            "--choices",
            "daily 08:00",
            "--approval",
            "send after 12h",
        ],
    )
}

/// What a command says that may go to a feed on this machine.
fn says_near(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder, arguments)
        .env("PAPERROUND_FEED_ALLOW_HOSTS", "127.0.0.1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Repeats a command until what it says has what is looked for.
fn says_at_last(folder: &Path, arguments: &[&str], part: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let text = says(folder, arguments);
        if text.contains(part) {
            return text;
        }
        assert!(Instant::now() < deadline, "{part:?} was expected: {text}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_list_is_made_with_rules_and_changed_only_where_flags_say_so() {
    let folder = tempfile::tempdir().unwrap();

    let made = add_list(folder.path());
    let changed = says(
        folder.path(),
        &[
            "list",
            "change",
            "elm",
            "--max-posts",
            "3",
            "--first-mailing",
            "automatic",
            "--topics",
            "Sleep,Food",
        ],
    );
    let shown = says(folder.path(), &["list", "show", "elm"]);
    let lists = says(folder.path(), &["list", "list"]);

    assert!(made.contains("The first mailing waits for you"), "{made}");
    let line = |name: &str| {
        let line = shown.lines().find(|line| line.split(' ').next() == Some(name));
        line.unwrap_or_else(|| panic!("{name} was expected: {shown}"))[name.len()..]
            .trim()
            .to_owned()
    };
    for (name, value) in [
        ("from", "news@elmstreet.example"),
        ("postal-address", "1 Elm Street\\nSpringfield"),
        ("choices", "daily 08:00"),
        ("max-posts", "3"),
        ("approval", "send after 12h"),
        ("first-mailing", "automatic"),
        ("topics", "food, sleep"),
    ] {
        assert_eq!(line(name), value);
    }
    for hour in [", 09:00 CE", ", 08:00 CE"] {
        assert_eq!(shown.lines().filter(|line| line.contains(hour)).count(), 5, "{shown}");
    }
    assert!(changed.contains("Changed elm."), "{changed}");
    assert!(lists.contains("elm  Elm   every Friday at 09:00"), "{lists}");
}

#[test]
fn what_a_list_cannot_be_is_refused_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    add_list(folder.path());
    let refused = |arguments: &[&str]| refusal(&mut command(folder.path(), arguments));

    for (arguments, part) in [
        (&["list", "change", "elm"][..], "nothing changes"),
        (
            &["list", "change", "elm", "--max-posts", "0"],
            "a mail brings 1 to 50 posts",
        ),
        (
            &["list", "change", "elm", "--choices", "hourly"],
            "\"hourly\" is not a cadence",
        ),
        (&["list", "change", "elm", "--approval", "later"], "write \"automatic\""),
        (
            &["list", "show", "oak"],
            "there is no list oak: `paperround list list` shows them",
        ),
        (&["mailing", "show", NOBODY], "`paperround mailing list` shows them"),
        (&["mailing", "approve", NOBODY], "`paperround mailing list` shows them"),
        (&["feed", "release", NOBODY], "`paperround feed list` shows them"),
        (
            &["post", "skip", NOBODY],
            "there is no such post: `paperround post list --list KEY` shows the posts",
        ),
        (
            &["post", "skip", "https://elmstreet.example/post/none"],
            "no post of elm has the address https://elmstreet.example/post/none",
        ),
        (
            &["post", "skip", "soup"],
            "\"soup\" is neither an id nor an address, which begins with https://",
        ),
        (
            &["replay", "nothing-here", "--list", "elm", "--since", "yesterday"],
            "a day is written year, month, day, such as 2026-11-02",
        ),
        (
            &["replay", "nothing-here", "--list", "elm", "--since", "2999-01-01"],
            "--since 2999-01-01 is not before the last day",
        ),
    ] {
        let message = refused(arguments);
        assert!(message.contains(part), "{arguments:?}: {message}");
    }
}

#[test]
fn where_there_are_several_lists_a_post_is_not_looked_for_on_a_guess() {
    let folder = tempfile::tempdir().unwrap();
    add_list(folder.path());
    says(folder.path(), &["list", "add", "--public-name", "Oak", "--no-input"]);

    let message = refusal(&mut command(
        folder.path(),
        &["announce", "https://elmstreet.example/post/none"],
    ));

    assert!(message.contains("there are several lists"), "{message}");
}

#[test]
fn a_pipe_that_is_closed_early_ends_a_command_quietly() {
    let folder = tempfile::tempdir().unwrap();
    add_list(folder.path());

    let mut process = command(folder.path(), &["list", "show", "elm"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Before it has opened its installation, which is long before it prints.
    drop(process.stdout.take());
    let output = process.wait_with_output().unwrap();

    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
        (Some(141), "")
    );
}

#[test]
fn a_feed_is_connected_although_nobody_reads_what_the_command_says() {
    let (folder, server) = (tempfile::tempdir().unwrap(), FeedServer::start());
    server.publish("/feed.xml", Page::rss(blog().rss()));
    let feed = server.url("/feed.xml");
    add_list(folder.path());

    let mut process = command(folder.path(), &["feed", "add", "elm", &feed])
        .env("PAPERROUND_FEED_ALLOW_HOSTS", "127.0.0.1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Before it has opened its installation, which is long before it prints.
    drop(process.stdout.take());
    let status = process.wait().unwrap();

    assert_eq!(status.code(), Some(141));
    let feeds = says(folder.path(), &["feed", "list"]);
    assert!(feeds.contains(&feed), "{feeds}");
}

#[test]
fn a_file_is_checked_without_an_installation_and_leaves_none_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("feed.xml"), blog().rss()).unwrap();
    fs::write(folder.path().join("letter.txt"), "Dear reader").unwrap();

    let shown = says(folder.path(), &["feed", "check", "feed.xml"]);
    let json = says(folder.path(), &["feed", "check", "feed.xml", "--json"]);
    let wrong = refusal(&mut command(folder.path(), &["feed", "check", "letter.txt"]));

    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(shown.contains("1. A walk a day\n"), "{shown}");
    assert!(shown.ends_with("\n0 of these 2 posts will be sent.\n"), "{shown}");
    assert_eq!(
        (&json["posts"][1]["title"], &json["way"]),
        (&"Sleep well".into(), &"document".into())
    );
    assert!(wrong.contains("letter.txt: "), "{wrong}");
    assert!(!folder.path().join("paperround-data").exists());
}

#[test]
fn an_address_is_checked_without_an_installation_too() {
    let (folder, server) = (tempfile::tempdir().unwrap(), FeedServer::start());
    server.publish("/feed.xml", Page::rss(blog().rss()));

    let shown = says_near(folder.path(), &["feed", "check", &server.url("/feed.xml")]);

    assert!(shown.starts_with("The address is the feed itself.\n"), "{shown}");
    assert!(shown.contains("2. Sleep well\n"), "{shown}");
    assert!(!folder.path().join("paperround-data").exists());
}

#[test]
fn a_blog_is_connected_by_its_address_and_its_posts_are_decided_about() {
    let (folder, server) = (tempfile::tempdir().unwrap(), FeedServer::start());
    server.publish("/feed.xml", Page::rss(blog().rss()));
    server.publish(
        "/blog",
        Page::html(
            "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed.xml\"></head></html>",
        ),
    );
    fs::write(
        folder.path().join("paperround.toml"),
        "smtp_url = \"catch:\"\nfeed_allow_hosts = \"127.0.0.1\"\n",
    )
    .unwrap();
    add_list(folder.path());
    let (_process, _) = serve(folder.path(), &[]);

    let connected = says(folder.path(), &["feed", "add", "elm", &server.url("/blog")]);
    let posts = says_at_last(folder.path(), &["post", "list", "--list", "elm"], "baseline");
    let address = &blog().posts()[0].link.clone();
    let restored = says(folder.path(), &["post", "restore", address]);
    let skipped = says(folder.path(), &["post", "skip", address, "--list", "elm"]);
    let again = refusal(&mut command(folder.path(), &["post", "skip", address, "--list", "elm"]));
    let announced = says(folder.path(), &["announce", address]);
    let mailings = says(folder.path(), &["mailing", "list"]);
    let id = mailings
        .lines()
        .nth(1)
        .and_then(|line| line.split(' ').next_back())
        .unwrap();
    let settled = says_at_last(folder.path(), &["mailing", "show", id], "State     settled");
    let over = refusal(&mut command(folder.path(), &["mailing", "pause", id]));
    let feeds = says(folder.path(), &["feed", "list"]);

    assert!(
        connected.starts_with("The page at this address names the feed.\n"),
        "{connected}"
    );
    assert!(
        connected.contains("\n0 of these 2 posts will be sent.\nConnected "),
        "{connected}"
    );
    assert!(posts.contains("was there when the feed was connected"), "{posts}");
    assert!(restored.contains("\"A walk a day\" is ready now"), "{restored}");
    assert!(skipped.contains("\"A walk a day\" is skipped now"), "{skipped}");
    assert!(
        again.contains("this cannot be decided about a post that is skipped: \"A walk a day\" stays as it is"),
        "{again}"
    );
    assert!(announced.ends_with("It goes to 0 readers now.\n"), "{announced}");
    assert!(settled.contains("A walk a day  ("), "{settled}");
    assert!(
        over.contains("a mailing that is settled cannot be asked to pause: `paperround mailing show"),
        "{over}"
    );
    assert!(feeds.contains(&server.url("/feed.xml")), "{feeds}");
}

#[test]
fn a_replay_of_saved_copies_tells_who_would_have_got_what_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    add_list(folder.path());
    let copies = folder.path().join("copies");
    fs::create_dir(&copies).unwrap();
    let old = Blog::new("https://elmstreet.example").post("Sleep well", "Eight hours are enough.");
    fs::write(copies.join("2026-11-02.xml"), old.rss()).unwrap();
    fs::write(copies.join("2026-11-03.xml"), blog().rss()).unwrap();
    fs::write(copies.join("notes.txt"), "mine").unwrap();
    let arguments = [
        "replay",
        "copies",
        "--list",
        "elm",
        "--since",
        "2026-11-02",
        "--until",
        "2026-11-10",
    ];

    let told = says(folder.path(), &arguments);
    let json = says(folder.path(), &[&arguments[..], &["--json"]].concat());
    let posts = says(folder.path(), &["post", "list"]);
    let empty = run(
        folder.path(),
        &["replay", ".", "--list", "elm", "--since", "2026-11-02"],
    );

    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows: Vec<&str> = told.lines().filter(|line| line.ends_with("A walk a day")).collect();
    assert_eq!(
        rows,
        [
            "Tue 3 Nov 2026, 08:00 CET  every day at 08:00     1        A walk a day",
            "Fri 6 Nov 2026, 09:00 CET  every Friday at 09:00  1        A walk a day"
        ],
        "{told}"
    );
    assert!(told.contains("Left aside: notes.txt"), "{told}");
    assert_eq!(json["replay"]["mailings"][0]["at"], "2026-11-03T07:00:00Z");
    assert_eq!(json["replay"]["never_sent"][0]["title"], "Sleep well");
    assert!(posts.contains("elm has no posts yet"), "{posts}");
    assert!(!empty.status.success(), "a folder without copies is refused");
}
