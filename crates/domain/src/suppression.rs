//! Addresses that must not be mailed.

use serde::{Deserialize, Serialize};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

crate::words! {
    /// Why an address must not be mailed.
    pub enum Reason {
        /// A mail provider answered that the address does not exist (enhanced status 5.1.x, RFC 3463).
        Bounce = "bounce",
        /// Its owner reported our mail as unwanted.
        Complaint = "complaint",
        /// An admin blocked it.
        Admin = "admin",
    }
}

impl Reason {
    /// Whether the owner may lift it by signing up again and confirming: an address can come back to life, but a
    /// complaint or an admin's block is lifted by an admin only.
    #[must_use]
    pub const fn reader_may_lift(self) -> bool {
        matches!(self, Self::Bounce)
    }
}

/// What an admin writes beside a block, for those who look at it later: 1 to 500 characters, without control characters
/// but line breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Note(String);

/// A text that cannot be a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a note has 1 to {LONGEST_NOTE} characters, and no control characters but line breaks")]
pub struct NoteError;

impl Note {
    /// Accepts a note, without the white space around it.
    ///
    /// # Errors
    /// When it is empty, too long or has a control character other than a line break in it.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim();
        let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.is_empty() || text.chars().count() > LONGEST_NOTE || text.chars().any(is_odd) {
            return Err(NoteError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The note.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Note {
    type Error = NoteError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_a_text_that_people_can_read() {
        assert_eq!(
            Note::parse(" on the telephone,\ntwice ").unwrap().as_str(),
            "on the telephone,\ntwice"
        );
        assert!(Note::parse(&"é".repeat(500)).is_ok());
        for text in ["", "  ", "a\0b", "a\u{1b}[2J", &"é".repeat(501)] {
            assert_eq!(Note::parse(text), Err(NoteError), "{text:?}");
        }
    }
}
