//! Header fields: encoded (RFC 2047), folded (RFC 5322, section 2.2.3), and closed to injection.
//!
//! Everything that comes in loses its line breaks and other control characters first, so that no value can end its field.

use base64::{Engine, prelude::BASE64_STANDARD};

/// Lines are folded at this length where there is a place to fold.
const WIDTH: usize = 76;
/// As many bytes as an encoded word carries: short enough to follow the longest of our field names on its line.
const WORD_BYTES: usize = 36;

/// Writes an unstructured field, such as the subject.
pub(super) fn unstructured(out: &mut String, name: &str, text: &str) {
    let text = one_line(text);
    out.push_str(name);
    out.push(':');
    if text.is_ascii() && !text.contains("=?") && text.split(' ').all(|word| word.len() < WIDTH) {
        let mut column = name.len() + 1;
        for word in text.split(' ') {
            if column + 1 + word.len() > WIDTH {
                out.push_str("\r\n");
                column = 0;
            }
            out.push(' ');
            out.push_str(word);
            column += 1 + word.len();
        }
    } else {
        out.push(' ');
        encoded_words(out, &text);
    }
    out.push_str("\r\n");
}

/// Writes a field of the shape `Name: display name <machine readable>`. The second part must come from [`visible`] or
/// be otherwise free of spaces and line breaks.
pub(super) fn phrase(out: &mut String, name: &str, display: &str, machine: &str) {
    let display = one_line(display);
    let start = out.len();
    out.push_str(name);
    out.push_str(": ");
    if display.is_empty() {
        // The machine-readable part says it all.
    } else if display.is_ascii() && !display.contains("=?") && display.len() < WIDTH - 16 {
        out.push('"');
        for c in display.chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        let fits = out.len() - start + machine.len() + 4 <= WIDTH;
        out.push_str(if fits { "\" " } else { "\"\r\n " });
    } else {
        encoded_words(out, &display);
        out.push_str("\r\n ");
    }
    out.push('<');
    out.push_str(machine);
    out.push_str(">\r\n");
}

/// A value for a structured field: what is not visible ASCII, or would end the value, is percent-encoded. Addresses,
/// URLs and ids that are in order pass unchanged.
pub(super) fn visible(out: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'\\' | b'(' | b')' | b',' | b';') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// One line without control characters, its white space collapsed.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Base64 encoded words, one a line, cut between characters (RFC 2047, sections 2 and 5).
fn encoded_words(out: &mut String, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let (word, tail) = rest.split_at(rest.floor_char_boundary(WORD_BYTES.min(rest.len())));
        out.push_str("=?utf-8?B?");
        out.push_str(&BASE64_STANDARD.encode(word));
        out.push_str(if tail.is_empty() { "?=" } else { "?=\r\n " });
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(text: &str) -> String {
        let mut out = String::new();
        unstructured(&mut out, "Subject", text);
        out
    }

    #[test]
    fn plain_subjects_stay_readable_and_long_ones_are_folded_at_spaces() {
        assert_eq!(subject("Sleep well"), "Subject: Sleep well\r\n");
        assert_eq!(
            subject(&"word ".repeat(20)),
            format!(
                "Subject: {}\r\n {}\r\n",
                "word ".repeat(13).trim(),
                "word ".repeat(7).trim()
            )
        );
    }

    #[test]
    fn what_is_not_ascii_or_looks_encoded_becomes_encoded_words() {
        assert_eq!(subject("Été"), "Subject: =?utf-8?B?w4l0w6k=?=\r\n");
        assert_eq!(subject("=?x?="), "Subject: =?utf-8?B?PT94Pz0=?=\r\n");
        assert!(subject(&"é".repeat(100)).lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn a_value_cannot_start_a_field_of_its_own() {
        assert_eq!(subject("Hi\r\nBcc: a@b.c"), "Subject: Hi Bcc: a@b.c\r\n");
        let mut out = String::new();
        phrase(&mut out, "From", "The \"Blog\"\r\nX: y", "a@example.org");
        assert_eq!(out, "From: \"The \\\"Blog\\\" X: y\" <a@example.org>\r\n");
        let mut out = String::new();
        visible(&mut out, "https://a.b/?q=1\r\nX: <y>");
        assert_eq!(out, "https://a.b/?q=1%0D%0AX:%20%3Cy%3E");
    }

    #[test]
    fn a_nameless_sender_is_its_address() {
        let mut out = String::new();
        phrase(&mut out, "From", " ", "a@example.org");

        assert_eq!(out, "From: <a@example.org>\r\n");
    }
}
