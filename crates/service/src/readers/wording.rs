//! The words that readers agree to by signing up.
//!
//! They live in code, each version for ever, and are copied into the database, so that a consent record shows what was
//! agreed to even where another version of the program reads it.

use domain::WordingId;
use store::{Db, wordings};

/// The version that forms show now.
pub const WORDING_VERSION: i64 = 1;

/// The version that stands for none: what was agreed to is not known, because nobody named it.
const UNKNOWN: i64 = 0;

/// Every version that a form ever showed, and what a record says that names none of them. Never change one: add the next.
const TEXTS: [(i64, &str, &str); 2] = [
    (
        UNKNOWN,
        "en",
        "Not known: the request did not name the words that were agreed to.",
    ),
    (
        1,
        "en",
        "By subscribing you agree to receive this blog's posts by email. You can leave with one click, in every email.",
    ),
];

/// The wordings as the database names them.
#[derive(Debug, Clone)]
pub struct Wordings {
    known: Vec<(i64, WordingId)>,
}

/// Why the wordings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WordingError {
    /// Somebody changed a text under its version.
    #[error("consent wording {0} is not the one that readers agreed to: a changed wording needs a new version")]
    Changed(i64),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Wordings {
    /// Adds to the database what it does not have yet.
    ///
    /// # Errors
    /// When a text was changed without a new version, or the database does not answer.
    pub(crate) async fn settle(db: &Db) -> Result<Self, WordingError> {
        db.write(|mut tx| async move {
            let mut known = Vec::new();
            for (version, language, text) in TEXTS {
                let wording = match wordings::find(&mut tx, version, language).await? {
                    Some(wording) if wording.text == text => wording,
                    Some(_) => return Err(WordingError::Changed(version)),
                    None => wordings::insert(&mut tx, version, language, text).await?,
                };
                known.push((version, wording.id));
            }
            Ok(Self { known })
        })
        .await
    }

    /// The row of a version that was named. Where none was, or one that never was, it says so: a record never holds words
    /// that may not have stood there.
    pub(crate) fn id(&self, named: Option<i64>) -> WordingId {
        let row = |version| self.known.iter().find(|(known, _)| *known == version);
        named
            .and_then(row)
            .or_else(|| row(UNKNOWN))
            .expect("what stands for none is among the texts")
            .1
    }

    /// The words that stand beside a form's button now.
    #[must_use]
    pub fn current(&self) -> &'static str {
        text_of(WORDING_VERSION).expect("the current version is among the texts")
    }

    /// The words behind a row.
    pub(crate) fn text(&self, id: WordingId) -> Option<&'static str> {
        self.known
            .iter()
            .find(|(_, known)| *known == id)
            .and_then(|(version, _)| text_of(*version))
    }
}

fn text_of(version: i64) -> Option<&'static str> {
    TEXTS.iter().find(|text| text.0 == version).map(|text| text.2)
}
