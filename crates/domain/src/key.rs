//! The short name by which a list is called in addresses of pages and on the command line.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A list's short name: 1 to 60 lower-case letters, digits and inner hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ListKey(String);

/// A text that cannot be a list's short name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a list's short name has 1 to 60 lower-case letters, digits and inner hyphens, such as \"wellness-blog\"")]
pub struct ListKeyError;

impl ListKey {
    /// Accepts a short name as it stands.
    ///
    /// # Errors
    /// When it is empty, longer than 60 bytes, or has any other character.
    pub fn parse(text: &str) -> Result<Self, ListKeyError> {
        let fits = (1..=60).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(ListKeyError)
        }
    }

    /// Makes a short name from any title: ASCII letters and digits, the rest as single hyphens.
    #[must_use]
    pub fn from_title(title: &str) -> Self {
        let mut key = String::new();
        for c in title.chars().flat_map(char::to_lowercase) {
            if key.len() == 60 {
                break;
            }
            if c.is_ascii_alphanumeric() {
                key.push(c);
            } else if !key.is_empty() && !key.ends_with('-') {
                key.push('-');
            }
        }
        let key = key.trim_end_matches('-');
        Self(if key.is_empty() {
            "list".to_owned()
        } else {
            key.to_owned()
        })
    }

    /// The short name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ListKey {
    type Err = ListKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ListKey {
    type Error = ListKeyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ListKey> for String {
    fn from(key: ListKey) -> Self {
        key.0
    }
}

impl fmt::Display for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
