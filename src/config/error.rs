//! What is wrong with a setting, where it came from, and what would be right.

use std::{fmt, path::PathBuf};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said otherwise.
    Default,
    /// A file.
    File(PathBuf),
    /// The environment: the variable's name.
    Variable(String),
    /// The command line: the flag's name.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::Flag(name) => write!(f, "the flag --{name}"),
        }
    }
}

/// Why a configuration is not accepted. The messages are all that whoever starts the program gets to read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A value that makes no sense.
    #[error("the setting {setting} is {shown} (from {origin}); it has to be: {right}")]
    Wrong {
        /// The setting's name.
        setting: &'static str,
        /// Its value as it may be shown.
        shown: String,
        /// Where it came from.
        origin: Origin,
        /// What would be right.
        right: String,
    },
    /// A value that is missing beside another one.
    #[error("the setting {setting} is missing: {why} (in paperround.toml, or as the variable {})", variable(.setting))]
    Missing {
        /// The setting's name.
        setting: &'static str,
        /// What needs it.
        why: String,
    },
    /// A name that is no setting's.
    #[error("there is no setting {name} (from {origin}){}", did_you_mean(.nearest.as_deref()))]
    Unknown {
        /// The name.
        name: String,
        /// Where it stands.
        origin: Origin,
        /// The setting that may be meant.
        nearest: Option<String>,
    },
    /// A file that is named and cannot be read.
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
}

/// The variable that carries a setting.
pub(super) fn variable(name: &str) -> String {
    format!("PAPERROUND_{}", name.to_ascii_uppercase())
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "; `paperround config` shows them all".to_owned(),
        |name| format!("; did you mean {name}?"),
    )
}
