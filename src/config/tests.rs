//! What a wrong configuration says, and what a right one means.

use super::{Config, ConfigError, Layers, ProviderChoice, Sources, error::variable, report, settings::SETTINGS};

fn layers(environment: &[(&str, &str)]) -> Layers {
    let environment = environment
        .iter()
        .map(|(name, text)| (variable(name), (*text).to_owned()))
        .collect();
    Layers::read(&Sources {
        environment,
        ..Sources::default()
    })
    .unwrap()
}

fn read(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(&layers(environment))
}

fn message(environment: &[(&str, &str)]) -> String {
    read(environment).unwrap_err().to_string()
}

#[test]
fn nothing_has_to_be_configured() {
    let config = read(&[]).unwrap();

    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.web.public_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.database.url, "sqlite:paperround-data/paperround.db");
    assert!(config.mail.provider.is_none());
}

#[test]
fn a_wrong_value_names_its_setting_its_origin_and_what_would_be_right() {
    let cases = [
        ("listen", "localhost"),
        ("public_url", "news.example.org"),
        ("public_url", "https://news.example.org/mail"),
        ("public_url", "ftp://news.example.org"),
        ("database_url", "mysql://x/y"),
        ("database_connections", "many"),
        ("smtp_per_second", "0"),
        ("smtp_lanes", "1000"),
        ("trusted_proxies", "10.0.0.0/8, elsewhere"),
        ("cors_origins", "https://example.org/path"),
        ("feed_allow_hosts", "http://intranet/"),
        ("secret_keys", "hunter2"),
        ("lease_seconds", "1"),
        ("log", "info=loud"),
        ("log_format", "xml"),
    ];
    for (name, value) in cases {
        let message = message(&[(name, value)]);
        assert!(message.starts_with(&format!("the setting {name} is ")), "{message}");
        assert!(
            message.contains(&format!("(from the variable {})", variable(name))),
            "{message}"
        );
        assert!(message.contains("; it has to be: "), "{message}");
    }
}

#[test]
fn passwords_and_keys_are_never_repeated() {
    let cases: [&[(&str, &str)]; 6] = [
        &[("smtp_url", "smtp://ann:hunter2@mail.example.org?tls=none")],
        &[("smtp_url", "smtp://ann:hunt/er2@mail.example.org")],
        &[("smtp_url", "hunter2")],
        &[("database_url", "mysql://ann:hunter2@db/x")],
        &[("database_url", "mysql:///x?user=ann&password=hunter2")],
        &[("secret_keys", "1:hunter2")],
    ];
    for case in cases {
        assert!(!message(case).contains("hunt"), "{}", message(case));
    }
    let shown = report(&layers(&[
        ("smtp_url", "smtps://ann:hunter2@mail.example.org"),
        ("database_url", "postgres://ann:hunter2@db/x"),
        ("smtp_password", "hunter2"),
        ("secret_keys", "hunter2"),
    ]));
    assert!(
        !shown.contains("hunter2") && shown.contains("ann:hidden@mail.example.org"),
        "{shown}"
    );
    for (address, part) in [
        (
            "postgres:///x?host=/run/postgresql&user=ann&password=hunter2",
            "\"postgres:///x?host=/run/postgresql&user=ann&password=hidden\"",
        ),
        (
            "postgres://db/x?p%61ssword=hunter2&sslmode=require",
            "\"postgres://db/x?password=hidden&sslmode=require\"",
        ),
        (
            "postgres://ann:hunter2@db/x?SSLPASSWORD=hunter2",
            "\"postgres://ann:hidden@db/x?SSLPASSWORD=hidden\"",
        ),
        (
            "postgres://ann@db/x?sslmode=require",
            "\"postgres://ann@db/x?sslmode=require\"",
        ),
        ("postgres://ann:hunter2@db:port/x", "hidden "),
    ] {
        let shown = report(&layers(&[("database_url", address)]));
        assert!(!shown.contains("hunter2") && shown.contains(part), "{shown}");
    }
}

#[test]
fn a_password_of_digits_stays_what_it_is() {
    let config = read(&[
        ("smtp_host", "127.0.0.1"),
        ("smtp_user", "ann"),
        ("smtp_password", "0123e5"),
    ])
    .unwrap();

    let Some(ProviderChoice::Smtp(relay)) = config.mail.provider else {
        panic!("a relay is configured")
    };
    assert_eq!(relay.address(), "127.0.0.1:587");
    assert!(
        layers(&[("smtp_password", "0123")])
            .find("smtp_password")
            .is_some_and(|found| found.text == "0123")
    );
}

#[test]
fn credentials_never_travel_without_encryption() {
    let parts = [
        ("smtp_host", "mail.example.org"),
        ("smtp_user", "ann"),
        ("smtp_password", "x"),
        ("smtp_tls", "none"),
    ];

    assert!(message(&parts).contains("a password is never sent without encryption"));
    assert!(message(&parts[..2]).contains("needs both a user and a password"));
}

#[test]
fn real_mail_needs_https_in_its_links_except_on_this_machine() {
    let provider = ("smtp_url", "smtp://mail.example.org");
    let on_this_machine = read(&[provider]);
    let https = read(&[provider, ("public_url", "https://news.example.org")]);
    let http = message(&[provider, ("public_url", "http://news.example.org")]);
    let unsaid = message(&[provider, ("listen", "192.0.2.1:80")]);
    let caught = read(&[("smtp_url", "catch:"), ("public_url", "http://news.example.org")]);

    assert!(on_this_machine.is_ok() && https.is_ok() && caught.is_ok());
    assert!(
        http.starts_with("the setting public_url is \"http://news.example.org\""),
        "{http}"
    );
    assert!(unsaid.starts_with("the setting public_url is missing"), "{unsaid}");
}

#[test]
fn the_provider_comes_in_one_piece_or_in_parts_but_not_in_both() {
    let both = message(&[("smtp_url", "smtp://mail.example.org"), ("smtp_port", "25")]);
    let half = message(&[("smtp_port", "25")]);
    let two = message(&[
        ("smtp_host", "mail.example.org"),
        ("smtp_password", "x"),
        ("smtp_password_file", "/nonexistent"),
    ]);

    assert!(
        both.contains("smtp_port") && both.contains("smtp_url left out"),
        "{both}"
    );
    assert!(half.starts_with("the setting smtp_host is missing"), "{half}");
    assert!(two.contains("not both"), "{two}");
}

#[test]
fn an_unknown_name_is_refused_with_the_one_that_was_meant() {
    assert_eq!(
        message(&[("lisen", "127.0.0.1:80")]),
        "there is no setting lisen (from the variable PAPERROUND_LISEN); did you mean listen?"
    );
}

#[test]
fn the_environment_goes_before_the_file_and_flags_go_before_both() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paperround.toml");
    let toml =
        "listen = \"127.0.0.1:1\"\nlog = \"warn\"\nsmtp_lanes = 7\ntrusted_proxies = [\"10.0.0.1\", \"10.1.0.0/16\"]\n";
    std::fs::write(&file, toml).unwrap();
    let sources = Sources {
        file: Some(file.clone()),
        environment: vec![("PAPERROUND_LISTEN".to_owned(), "127.0.0.1:2".to_owned())],
        flags: vec![("log", "debug".to_owned())],
    };

    let layers = Layers::read(&sources).unwrap();
    let config = Config::read(&layers).unwrap();

    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.log.filter, "debug");
    assert_eq!(config.mail.lanes, 7);
    assert_eq!(config.web.trusted_proxies.networks().len(), 2);
    assert!(report(&layers).contains(&file.display().to_string()));
}

#[test]
fn a_file_that_was_named_must_be_there_and_be_toml() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.toml");
    std::fs::write(&broken, "listen = ").unwrap();
    let read = |file| {
        Layers::read(&Sources {
            file: Some(file),
            ..Sources::default()
        })
    };

    let missing = read(folder.path().join("missing.toml")).unwrap_err();
    let broken = read(broken).unwrap_err();

    assert!(missing.to_string().contains("missing.toml cannot be read"), "{missing}");
    assert!(broken.to_string().contains("broken.toml cannot be read"), "{broken}");
}

#[test]
fn what_kubernetes_adds_by_itself_is_no_setting() {
    let names = ["service_host", "service_port", "port", "port_8080_tcp"];

    assert!(read(&names.map(|name| (name, "tcp://10.0.0.1:80"))).is_ok());
}

#[test]
fn the_manual_names_every_setting() {
    let manual = include_str!("../../docs/configuration.md");

    for setting in &SETTINGS {
        let line = format!(
            "| `{}` | {} |",
            setting.name,
            setting.default.map_or_else(String::new, |d| format!("`{d}`"))
        );
        assert!(manual.contains(&line), "docs/configuration.md lacks: {line}");
    }
}
