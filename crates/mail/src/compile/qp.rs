//! Quoted-printable (RFC 2045, section 6.7), written in pieces that each stay valid beside any other.
//!
//! A dot at the start of a line is encoded, so that the result needs no dot-stuffing (RFC 5321, section 4.5.2).

/// The longest line, the `=` of a soft break included.
const WIDTH: usize = 76;
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Writes one body part.
pub(super) struct Writer<'a> {
    out: &'a mut String,
    column: usize,
}

impl<'a> Writer<'a> {
    /// Starts at the beginning of a line.
    pub(super) const fn new(out: &'a mut String) -> Self {
        Self { out, column: 0 }
    }

    /// Ends the line softly, unless it has just begun: whatever follows stands at column zero.
    pub(super) fn soft_break(&mut self) {
        if self.column > 0 {
            self.out.push_str("=\r\n");
            self.column = 0;
        }
    }

    /// Writes text. Line ends of any kind become CRLF; white space before one, or at the very end, is encoded.
    pub(super) fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        for (index, &byte) in bytes.iter().enumerate() {
            let next = bytes.get(index + 1);
            match byte {
                b'\r' if next == Some(&b'\n') => {}
                b'\r' | b'\n' => {
                    self.out.push_str("\r\n");
                    self.column = 0;
                }
                b' ' | b'\t' if matches!(next, None | Some(b'\r' | b'\n')) => self.escaped(byte),
                b'.' if self.column == 0 => self.escaped(byte),
                b'\t' | b' '..=b'<' | b'>'..=b'~' => self.plain(byte),
                _ => self.escaped(byte),
            }
        }
    }

    /// Writes text escaped for HTML, in content and in attributes alike.
    pub(super) fn html(&mut self, text: &str) {
        let mut rest = text;
        while let Some(index) = rest.find(['&', '<', '>', '"', '\'']) {
            self.text(&rest[..index]);
            self.text(match rest.as_bytes()[index] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            });
            rest = &rest[index + 1..];
        }
        self.text(rest);
    }

    fn plain(&mut self, byte: u8) {
        self.make_room(1);
        // The break may just have brought a dot to the start of a line.
        if byte == b'.' && self.column == 0 {
            self.escaped(byte);
        } else {
            self.out.push(char::from(byte));
            self.column += 1;
        }
    }

    fn escaped(&mut self, byte: u8) {
        self.make_room(3);
        self.out.push('=');
        self.out.push(char::from(HEX[usize::from(byte >> 4)]));
        self.out.push(char::from(HEX[usize::from(byte & 15)]));
        self.column += 3;
    }

    fn make_room(&mut self, len: usize) {
        if self.column + len > WIDTH - 1 {
            self.soft_break();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        let mut out = String::new();
        Writer::new(&mut out).text(text);
        out
    }

    #[test]
    fn what_would_not_survive_the_journey_is_encoded() {
        assert_eq!(encoded("1 = 1\t"), "1 =3D 1=09");
        assert_eq!(encoded("été \nend"), "=C3=A9t=C3=A9=20\r\nend");
        assert_eq!(encoded("a\r\nb\rc\n\n.d"), "a\r\nb\r\nc\r\n\r\n=2Ed");
        assert_eq!(encoded("\0"), "=00");
    }

    #[test]
    fn long_lines_are_broken_softly_and_never_before_a_bare_dot() {
        let line = format!("{}.{}", "x".repeat(75), "y".repeat(80));

        let out = encoded(&line);

        assert!(out.lines().all(|line| line.len() <= WIDTH && !line.starts_with('.')));
        assert_eq!(out.replace("=\r\n", "").replace("=2E", "."), line);
    }

    #[test]
    fn html_values_are_escaped() {
        let mut out = String::new();
        Writer::new(&mut out).html("<a href=\"x?a&b'\">");

        assert_eq!(out, "&lt;a href=3D&quot;x?a&amp;b&#39;&quot;&gt;");
    }
}
