//! One line of text that people read.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A name that a person typed and that others read: one line of 1 to 120 characters without control characters, so
/// that it can stand in a header.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

/// A text that cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name is one line of 1 to 120 characters")]
pub struct LabelError;

impl Label {
    /// Accepts a name, without the white space around it.
    ///
    /// # Errors
    /// When it is empty, too long or has a line break or another control character in it.
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 120 || text.chars().any(char::is_control) {
            return Err(LabelError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Label {
    type Error = LabelError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(Label::parse("  Émilie's blog ").unwrap().as_str(), "Émilie's blog");
        for text in ["", "  ", "a\r\nBcc: b@example.org", "a\u{0}b", &"x".repeat(121)] {
            assert_eq!(Label::parse(text), Err(LabelError), "{text:?}");
        }
    }
}
