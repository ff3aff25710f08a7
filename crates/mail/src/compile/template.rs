//! A mail compiled into literal text and typed holes; filling it is a copy.

use domain::{EmailAddress, Millis};
use jiff::{fmt::rfc2822::DateTimePrinter, tz::TimeZone};

use super::{
    CompileError, Edition, Head, Kind, Links,
    edition::{Mark, Piece},
    header, qp,
};

/// The boundary between the parts. Quoted-printable text never has `=_` in it (RFC 2045, section 6.7), so that it needs
/// no chance.
const BOUNDARY: &str = "=_paperround";
const DATES: DateTimePrinter = DateTimePrinter::new();

/// A compiled mail, the same for every recipient of an edition.
#[derive(Debug, Clone)]
pub struct Template {
    segments: Vec<Segment>,
    len: usize,
    has_links: bool,
}

/// What differs between the recipients of one edition.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// The address in the To field.
    pub to: &'a EmailAddress,
    /// What stands between the angle brackets of the Message-ID, such as `id@example.org`: the same in every try.
    pub message_id: &'a str,
    /// When this copy is sent.
    pub date: Millis,
    /// The reader's own links; a mail without holes for them needs none.
    pub links: Option<&'a Links>,
}

/// A recipient that a template cannot be filled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The mail has holes for a reader's own links.
    #[error("this mail needs links to leave the list and to choose how often it comes, and has none")]
    NoLinks,
}

#[derive(Debug, Clone)]
enum Segment {
    Literal(Box<str>),
    Hole(Value, Escape),
}

#[derive(Debug, Clone, Copy)]
enum Value {
    To,
    MessageId,
    Date,
    Link(Mark),
}

/// How a value is made harmless; a hole's place decides it, never the value.
#[derive(Debug, Clone, Copy)]
enum Escape {
    Header,
    Text,
    Html,
}

impl Template {
    /// Compiles an edition: the same result in every process.
    ///
    /// # Errors
    /// When the edition's marks are damaged.
    pub fn compile(edition: &Edition, head: &Head) -> Result<Self, CompileError> {
        let (text, html) = edition.pieces()?;
        let mut segments = Vec::new();
        let mut literal = String::new();

        head.write(&edition.subject, &mut literal);
        let mut field = |before: &str, value, after: &str| {
            literal.push_str(before);
            segments.push(Segment::Literal(std::mem::take(&mut literal).into()));
            segments.push(Segment::Hole(value, Escape::Header));
            literal.push_str(after);
        };
        field("To: ", Value::To, "\r\n");
        field("Date: ", Value::Date, "\r\n");
        field("Message-ID: <", Value::MessageId, ">\r\n");
        if matches!(head.kind, Kind::Newsletter { .. }) {
            field("List-Unsubscribe: <", Value::Link(Mark::Unsubscribe), ">\r\n");
            literal.push_str("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        }
        literal.push_str("MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"");
        literal.push_str(BOUNDARY);
        literal.push_str("\"\r\n\r\n");
        part(&mut segments, &mut literal, "plain", &text, Escape::Text);
        part(&mut segments, &mut literal, "html", &html, Escape::Html);
        literal.push_str(&format!("--{BOUNDARY}--\r\n.\r\n"));
        segments.push(Segment::Literal(literal.into()));

        Ok(Self::from(segments))
    }

    /// Writes one recipient's copy, ready for the wire: lines end in CRLF, none but the last starts with a dot, and that
    /// one ends the content. The buffer is cleared first, and keeps its room when it is used again.
    ///
    /// # Errors
    /// When the mail needs links that the recipient lacks.
    pub fn fill(&self, recipient: &Recipient<'_>, wire: &mut String) -> Result<(), FillError> {
        if self.has_links && recipient.links.is_none() {
            return Err(FillError::NoLinks);
        }
        wire.clear();
        wire.reserve(self.len + 1024);
        for segment in &self.segments {
            match segment {
                Segment::Literal(text) => wire.push_str(text),
                Segment::Hole(value, escape) => fill_hole(*value, *escape, recipient, wire),
            }
        }
        Ok(())
    }
}

impl From<Vec<Segment>> for Template {
    fn from(segments: Vec<Segment>) -> Self {
        let len = |segment: &Segment| {
            if let Segment::Literal(text) = segment {
                text.len()
            } else {
                0
            }
        };
        Self {
            len: segments.iter().map(len).sum(),
            has_links: segments
                .iter()
                .any(|segment| matches!(segment, Segment::Hole(Value::Link(_), _))),
            segments,
        }
    }
}

/// Encodes one part. Each hole stands on lines of its own, fenced by soft breaks, so that its length does not matter.
fn part(segments: &mut Vec<Segment>, literal: &mut String, subtype: &str, pieces: &[Piece<'_>], escape: Escape) {
    literal.push_str(&format!(
        "--{BOUNDARY}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ));
    let mut writer = qp::Writer::new(literal);
    for piece in pieces {
        match piece {
            Piece::Literal(text) => writer.text(text),
            Piece::Hole(mark) => {
                writer.soft_break();
                segments.push(Segment::Literal(std::mem::take(literal).into()));
                segments.push(Segment::Hole(Value::Link(*mark), escape));
                writer = qp::Writer::new(literal);
            }
        }
    }
    literal.push_str("\r\n");
}

fn fill_hole(value: Value, escape: Escape, recipient: &Recipient<'_>, wire: &mut String) {
    let value = match (value, recipient.links) {
        (Value::To, _) => recipient.to.as_str(),
        (Value::MessageId, _) => recipient.message_id,
        (Value::Link(Mark::Unsubscribe), Some(links)) => &links.unsubscribe,
        (Value::Link(Mark::Preferences), Some(links)) => &links.preferences,
        (Value::Link(_), None) => "",
        (Value::Date, _) => {
            // Years outside 0 to 9999 have no place in a mail; the clock never shows one.
            let _ = DATES.print_zoned(&recipient.date.timestamp().to_zoned(TimeZone::UTC), wire);
            return;
        }
    };
    match escape {
        Escape::Header => header::visible(wire, value),
        Escape::Text => fenced(wire, |writer| writer.text(value)),
        Escape::Html => fenced(wire, |writer| writer.html(value)),
    }
}

fn fenced(wire: &mut String, write: impl FnOnce(&mut qp::Writer<'_>)) {
    let mut writer = qp::Writer::new(wire);
    write(&mut writer);
    writer.soft_break();
}
