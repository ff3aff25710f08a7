//! The settings by name.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its key in `paperround.toml`; in the environment it is `PAPERROUND_` and the same in capitals.
    pub name: &'static str,
    /// What is in force when nobody says otherwise.
    pub default: Option<&'static str>,
    /// How much of its value may be shown.
    pub secrecy: Secrecy,
    /// What it is for.
    pub meaning: &'static str,
}

/// How much of a setting's value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// All of it.
    Open,
    /// All but the password in an address.
    PasswordInside,
    /// Nothing.
    Secret,
}

const fn open(name: &'static str, default: Option<&'static str>, meaning: &'static str) -> Setting {
    Setting {
        name,
        default,
        secrecy: Secrecy::Open,
        meaning,
    }
}

const fn hidden(name: &'static str, secrecy: Secrecy, meaning: &'static str) -> Setting {
    Setting {
        name,
        default: None,
        secrecy,
        meaning,
    }
}

/// All settings, in the order in which `paperround config` shows them.
pub static SETTINGS: [Setting; 23] = [
    open(
        "listen",
        Some("127.0.0.1:8080"),
        "the address and port that the web server listens on",
    ),
    open(
        "public_url",
        None,
        "the address under which readers reach it (default: http:// and `listen`)",
    ),
    open(
        "data_dir",
        Some("paperround-data"),
        "the folder of the database, the secret keys and caught mail",
    ),
    hidden(
        "database_url",
        Secrecy::PasswordInside,
        "the database (default: SQLite in the data folder)",
    ),
    open(
        "database_connections",
        Some("20"),
        "the most connections to PostgreSQL that one process opens",
    ),
    hidden(
        "smtp_url",
        Secrecy::PasswordInside,
        "the mail provider: smtp://, smtps://, or catch: for the mail catcher",
    ),
    open("smtp_host", None, "the mail provider's host, instead of smtp_url"),
    open("smtp_port", None, "its port (default: 465 for wrapper, else 587)"),
    open("smtp_user", None, "its user"),
    hidden("smtp_password", Secrecy::Secret, "its password"),
    open("smtp_password_file", None, "a file that holds its password"),
    open(
        "smtp_tls",
        None,
        "none (on this machine), starttls (if offered), required or wrapper",
    ),
    open(
        "smtp_per_second",
        None,
        "the most mails that it takes in a second (default: no limit)",
    ),
    open(
        "smtp_per_day",
        None,
        "the most mails that it takes in a day (default: no limit)",
    ),
    open(
        "smtp_lanes",
        Some("4"),
        "how many connections to it mailings use at once",
    ),
    open(
        "trusted_proxies",
        Some("127.0.0.0/8, ::1/128"),
        "networks whose X-Forwarded-For is believed",
    ),
    open(
        "cors_origins",
        None,
        "sites whose scripts may use the JSON form, such as https://example.org",
    ),
    open(
        "feed_allow_hosts",
        None,
        "hosts that feeds may be on although their addresses are not public",
    ),
    hidden("secret_keys", Secrecy::Secret, "the secret keys themselves"),
    open(
        "secret_keys_file",
        None,
        "the file of the secret keys (default: secret.keys in the data folder)",
    ),
    open(
        "lease_seconds",
        Some("60"),
        "after how many seconds others take over the jobs of a silent process",
    ),
    open(
        "log",
        Some("info"),
        "what is logged, such as info or warn,paperround=debug",
    ),
    open("log_format", Some("text"), "text or json"),
];

/// The setting of that name.
#[must_use]
pub(super) fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}
