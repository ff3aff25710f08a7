//! The rendered content of a mailing as it is kept: with marks where each reader's own links will stand.

use domain::Random;
use serde::{Deserialize, Serialize};

use crate::render::Content;

/// A random word that marks the holes in rendered content. It is drawn for each edition, so that no content can contain
/// it: 128 bits, in letters and digits that neither HTML nor a URL nor an inliner of styles ever changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sentinel(String);

/// The two links that each reader of a mail has of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Where a press of a button ends the subscription.
    pub unsubscribe: String,
    /// Where the reader chooses how often mail comes.
    pub preferences: String,
}

/// A rendered mail with its marks, from which any process compiles the same [`Template`](super::Template).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The subject, without holes.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The whole HTML document.
    pub html: String,
    /// The word that marks the holes.
    pub sentinel: Sentinel,
}

/// An edition that cannot be compiled. It was damaged after it was rendered, or joined with another's sentinel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The sentinel stands before something that is no hole.
    #[error("the content of this edition has an unknown mark in its {0}")]
    UnknownMark(&'static str),
    /// The subject is the same for all readers.
    #[error("the subject of an edition must not have a hole")]
    SubjectHole,
    /// The sentinel is not one that [`Sentinel::new`] makes.
    #[error("the sentinel of this edition is damaged")]
    Sentinel,
}

/// What a reader has of their own in the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Unsubscribe,
    Preferences,
}

/// A stretch of content, or a hole in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Literal(&'a str),
    Hole(Mark),
}

impl Sentinel {
    /// Draws one.
    #[must_use]
    pub fn new(random: &Random) -> Self {
        Self(format!("hole{:032x}", u128::from_be_bytes(random.bytes())))
    }

    /// The marks to render where a reader's own links belong.
    #[must_use]
    pub fn links(&self) -> Links {
        Links {
            unsubscribe: format!("{}u", self.0),
            preferences: format!("{}p", self.0),
        }
    }

    fn is_sound(&self) -> bool {
        self.0.len() == 36 && self.0.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }
}

impl Edition {
    /// Keeps rendered content together with the sentinel that its links were marked with.
    #[must_use]
    pub fn new(content: Content, sentinel: Sentinel) -> Self {
        let Content { subject, text, html } = content;
        Self {
            subject,
            text,
            html,
            sentinel,
        }
    }

    /// The subject, the text and the HTML, the latter two cut at their holes.
    pub(super) fn pieces(&self) -> Result<(Vec<Piece<'_>>, Vec<Piece<'_>>), CompileError> {
        if !self.sentinel.is_sound() {
            return Err(CompileError::Sentinel);
        }
        if self.subject.contains(&self.sentinel.0) {
            return Err(CompileError::SubjectHole);
        }
        let cut = |text, part| cut(text, &self.sentinel.0).ok_or(CompileError::UnknownMark(part));
        Ok((cut(&self.text, "text")?, cut(&self.html, "HTML")?))
    }
}

fn cut<'a>(content: &'a str, sentinel: &str) -> Option<Vec<Piece<'a>>> {
    let mut stretches = content.split(sentinel);
    let mut pieces = vec![Piece::Literal(stretches.next()?)];
    for stretch in stretches {
        let mark = match stretch.bytes().next()? {
            b'u' => Mark::Unsubscribe,
            b'p' => Mark::Preferences,
            _ => return None,
        };
        pieces.extend([Piece::Hole(mark), Piece::Literal(&stretch[1..])]);
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(text: &str) -> Edition {
        let sentinel = Sentinel::new(&Random::seeded(1));
        Edition {
            subject: "News".into(),
            text: text.replace("{u}", &sentinel.links().unsubscribe),
            html: String::new(),
            sentinel,
        }
    }

    #[test]
    fn content_is_cut_at_its_marks() {
        let edition = edition("a {u}{u} b");

        let (text, html) = edition.pieces().unwrap();

        let hole = || Piece::Hole(Mark::Unsubscribe);
        let literal = Piece::Literal;
        assert_eq!(text, [literal("a "), hole(), literal(""), hole(), literal(" b")]);
        assert_eq!(html, [literal("")]);
    }

    #[test]
    fn a_damaged_edition_is_refused() {
        let mut subject = edition("");
        subject.subject = subject.sentinel.links().preferences;
        let mut mark = edition("{u}");
        mark.text = mark
            .text
            .replace(&mark.sentinel.links().unsubscribe, &format!("{}?", mark.sentinel.0));
        let mut sentinel = edition("text");
        sentinel.sentinel = Sentinel(String::new());

        assert_eq!(subject.pieces(), Err(CompileError::SubjectHole));
        assert_eq!(mark.pieces(), Err(CompileError::UnknownMark("text")));
        assert_eq!(sentinel.pieces(), Err(CompileError::Sentinel));
    }

    #[test]
    fn an_edition_survives_being_stored() {
        let edition = edition("a {u} b");

        let read: Edition = serde_json::from_str(&serde_json::to_string(&edition).unwrap()).unwrap();

        assert_eq!(read, edition);
    }
}
