//! The nesting of the document that [`super::tame`] writes: every element closed, in order, and none too deep.
//!
//! HTML leaves many end tags out, so this knows which elements end each other. It need not be right about every
//! corner: what it gets wrong shifts an end tag, and the sanitiser behind it parses the result as any browser would.

/// Deeper nesting than this is flattened: the text stays, the elements around it go.
const MAX_DEPTH: usize = 64;

const PARAGRAPH_ENDERS: &[&str] = &[
    "blockquote",
    "div",
    "dl",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ol",
    "p",
    "pre",
    "table",
    "ul",
];

const CELLS: &[&str] = &["table", "td", "th", "caption"];

/// Elements that are open, outermost first.
#[derive(Default)]
pub(super) struct Structure(Vec<String>);

impl Structure {
    /// Ends what a start tag of `name` ends by itself, and opens it unless it is nested too deep. Returns whether it
    /// was opened.
    pub(super) fn open(&mut self, name: &str, out: &mut String) -> bool {
        if PARAGRAPH_ENDERS.contains(&name) {
            self.close_within("p", CELLS, out);
        }
        match name {
            "li" => self.close_within("li", &["ul", "ol", "table"], out),
            "dt" | "dd" => {
                self.close_within("dt", &["dl", "table"], out);
                self.close_within("dd", &["dl", "table"], out);
            }
            "td" | "th" => {
                self.close_within("td", &["table"], out);
                self.close_within("th", &["table"], out);
            }
            "tr" => self.close_within("tr", &["table"], out),
            "thead" | "tbody" | "tfoot" => {
                for part in ["thead", "tbody", "tfoot"] {
                    self.close_within(part, &["table"], out);
                }
            }
            "a" => self.close_within("a", &[], out),
            _ => {}
        }

        let opened = self.0.len() < MAX_DEPTH;
        if opened {
            self.0.push(name.to_owned());
        }
        opened
    }

    /// Ends the innermost open element of this name and all inside it; nothing when there is none in reach.
    pub(super) fn close(&mut self, name: &str, out: &mut String) {
        let boundaries = if CELLS.contains(&name) || ["tr", "thead", "tbody", "tfoot"].contains(&name) {
            &["table"][..]
        } else {
            CELLS
        };
        self.close_within(name, boundaries, out);
    }

    /// Ends all that is still open.
    pub(super) fn close_all(&mut self, out: &mut String) {
        self.close_from(0, out);
    }

    fn close_within(&mut self, name: &str, boundaries: &[&str], out: &mut String) {
        for at in (0..self.0.len()).rev() {
            if self.0[at] == name {
                return self.close_from(at, out);
            }
            if boundaries.contains(&&*self.0[at]) {
                return;
            }
        }
    }

    fn close_from(&mut self, at: usize, out: &mut String) {
        for name in self.0.drain(at..).rev() {
            out.push_str("</");
            out.push_str(&name);
            out.push('>');
        }
    }
}
