//! How many attributes the tag has that is being read.
//!
//! The tokenizer compares each attribute of a tag with all before it, so that a tag with a million of them takes
//! minutes. Nothing stops it within a tag; it is therefore fed in pieces, and this walks ahead of it over each piece
//! in the states of the HTML standard (13.2.5), only far enough to count.

/// What the next byte is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// Behind `<`.
    Open,
    /// Behind `</`.
    OpenEnd,
    /// In a comment or the like, which has no attributes; the tokenizer says when it ends.
    Comment,
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

/// Counts the attributes of the open tag.
pub(super) struct Attributes {
    state: State,
    count: usize,
    /// Whether the text is that of a script or the like, in which only its own end tag can have attributes.
    is_raw: bool,
}

impl Attributes {
    pub(super) fn new() -> Self {
        Self {
            state: State::Text,
            count: 0,
            is_raw: false,
        }
    }

    /// Walks over the next piece and returns the most attributes that the open tag can have by its end.
    pub(super) fn walk(&mut self, piece: &str) -> usize {
        let mut most = 0;
        for byte in piece.bytes() {
            if self.is_raw {
                // Which `</script` ends a script is too much to know here: all that parts attributes counts.
                self.count += usize::from(byte.is_ascii_whitespace() || b"/\"'".contains(&byte));
            } else {
                self.step(byte);
            }
            most = most.max(self.count);
        }
        most
    }

    /// Takes what the tokenizer made of the piece: whether that were tokens at all, whether the last of them ended with
    /// the piece, and how the text behind it is read if that has changed.
    pub(super) fn learn(&mut self, any: bool, at_boundary: bool, is_raw: Option<bool>) {
        self.is_raw = is_raw.unwrap_or(self.is_raw);
        if at_boundary {
            self.state = State::Text;
        }
        if at_boundary || any && self.is_raw {
            self.count = 0;
        }
    }

    fn step(&mut self, byte: u8) {
        use State::{
            AfterName, BeforeName, BeforeValue, Comment, Name, Open, OpenEnd, Quoted, TagName, Text, Unquoted,
        };

        let is_space = byte.is_ascii_whitespace();
        self.state = match (self.state, byte) {
            (Text | Open, b'<') => Open,
            (Text, _) => Text,
            (Open, b'/') => OpenEnd,
            (Open, b'!' | b'?') => Comment,
            (Open | OpenEnd, _) if byte.is_ascii_alphabetic() => {
                self.count = 0;
                TagName
            }
            (Open, _) | (OpenEnd, b'>') => Text,
            (OpenEnd | Comment, _) => Comment,
            (Quoted(quote), _) if byte != quote => Quoted(quote),
            (Quoted(_), _) => BeforeName,
            (_, b'>') => Text,
            (BeforeValue, b'"' | b'\'') => Quoted(byte),
            (BeforeValue, _) if is_space => BeforeValue,
            (BeforeValue, _) => Unquoted,
            (Unquoted, _) if !is_space => Unquoted,
            (Name, _) if is_space => AfterName,
            (AfterName, _) if is_space => AfterName,
            (Name | AfterName, b'=') => BeforeValue,
            (TagName | BeforeName | Name | AfterName, b'/') => BeforeName,
            (TagName | BeforeName | Unquoted, _) if is_space => BeforeName,
            (BeforeName | AfterName, _) => {
                self.count += 1;
                Name
            }
            (state, _) => state,
        };
    }
}
