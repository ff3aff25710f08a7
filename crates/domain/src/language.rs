//! Languages by their tag.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The tag of a language, such as `en` or `pt-BR` (RFC 5646: a language of two or three letters, then subtags).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

/// A text that is no language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a language: use a tag such as \"en\" or \"pt-BR\"")]
pub struct LanguageError(String);

impl Language {
    /// The language of the texts that Paperround brings.
    #[must_use]
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// Accepts a tag as it stands.
    ///
    /// # Errors
    /// When it does not have the shape of one.
    pub fn parse(text: &str) -> Result<Self, LanguageError> {
        let mut parts = text.split('-');
        let language = parts.next().unwrap_or_default();
        let fits = (2..=3).contains(&language.len())
            && language.bytes().all(|b| b.is_ascii_lowercase())
            && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
            && text.len() <= 35;
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(LanguageError(text.to_owned()))
        }
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_accepted_and_names_of_languages_are_not() {
        for text in ["en", "pt-BR", "zh-Hant-TW", "gsw"] {
            assert!(Language::parse(text).is_ok(), "{text:?}");
        }
        for text in ["", "e", "English", "en_US", "en-", "\" onload=\"x"] {
            assert!(Language::parse(text).is_err(), "{text:?}");
        }
    }
}
