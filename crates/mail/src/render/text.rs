//! A post's HTML into text that reads as a person would type it: headings underlined, the address of a link behind its
//! words, no marks.

use std::{cell::RefCell, rc::Rc};

use html2text::{config, render::TextDecorator};

use super::RenderError;

/// The width at which text is wrapped.
const WIDTH: usize = 76;

/// Stands before a line of a heading. Like the others it is a character that no text may have, so that what was written
/// by a person is never taken for it.
const HEADING: char = '\u{fdd0}';
/// Stands before the words of a link.
const LINK: char = '\u{fdd1}';
/// With a number added to it, stands for an address, which is put in its place when the lines are wrapped: the library
/// would break it.
const ADDRESS: u32 = 0xf_0000;
/// How many addresses can be told apart.
const MOST_ADDRESSES: u32 = 0xfffd;

/// A post as plain text.
pub(super) fn to_text(html: &str) -> Result<String, RenderError> {
    let html = html.replace(|c| c == HEADING || c == LINK || number(c).is_some(), "");
    let addresses = Rc::default();
    let marked = config::with_decorator(Plain {
        addresses: Rc::clone(&addresses),
    })
    .allow_width_overflow()
    .string_from_read(html.as_bytes(), WIDTH)?;
    let text = underline(&with_addresses(&marked, &addresses.borrow()));
    Ok(text.trim().to_owned())
}

/// Which address a character stands for.
fn number(c: char) -> Option<usize> {
    let number = u32::from(c).checked_sub(ADDRESS)?;
    (number < MOST_ADDRESSES).then_some(number as usize)
}

/// Puts the addresses in their places: on a line of its own where the line would be too long, and nowhere where the words
/// of the link are the address.
fn with_addresses(marked: &str, addresses: &[String]) -> String {
    let mut text = String::with_capacity(marked.len());
    let mut words_at = 0;
    let mut is_said = false;
    for c in marked.chars() {
        match (c, number(c).and_then(|number| addresses.get(number))) {
            (LINK, _) => words_at = text.len(),
            (_, Some(address)) => {
                let bracket = text.rfind('(').unwrap_or(text.len());
                let words = text.get(words_at..bracket).unwrap_or_default();
                is_said = is_same(words, address);
                if is_said {
                    text.truncate(words_at + without_break(words).len());
                } else {
                    open(&mut text, bracket, address);
                }
            }
            (')', _) if is_said => is_said = false,
            (c, None) => text.push(c),
        }
    }
    text
}

/// Writes an address behind the bracket that stands at the end, on the next line where this one would be too long.
fn open(text: &mut String, bracket: usize, address: &str) {
    let line_at = text.rfind('\n').map_or(0, |end| end + 1);
    let line = &text[line_at..bracket];
    let margin = margin(line);
    if line.chars().count() + address.chars().count() + 2 > WIDTH && line.len() > margin.len() {
        text.truncate(line_at + line.trim_end().len());
        text.push_str(&format!("\n{margin}("));
    }
    text.push_str(address);
}

/// Whether the words of a link are its address already, or there are none.
fn is_same(words: &str, address: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim_start_matches("mailto:").trim_start_matches("https://");
        text.trim_start_matches("http://").trim_end_matches('/').to_owned()
    };
    let words: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    words.is_empty() || bare(&words) == bare(address)
}

/// Words without the line break, and the margin of the next line, that may follow them.
fn without_break(words: &str) -> &str {
    words.trim_end_matches([' ', '\n', '>'])
}

/// What the next line of the same paragraph begins with: the marks of a quotation, and room where an item of a list has
/// its mark.
fn margin(line: &str) -> String {
    let quotation = line.len() - line.trim_start_matches([' ', '>']).len();
    let rest = &line[quotation..];
    let mark = rest.find(' ').map_or("", |end| &rest[..=end]);
    let is_mark = mark == "- "
        || mark
            .strip_suffix(". ")
            .is_some_and(|number| number.parse::<i64>().is_ok());
    let room = if is_mark { mark.len() } else { 0 };
    format!("{}{}", &line[..quotation], " ".repeat(room))
}

/// Underlines headings. The library puts the mark before each of their lines.
fn underline(marked: &str) -> String {
    let mut text = String::with_capacity(marked.len());
    let mut lines = marked.lines().peekable();
    let mut longest = 0;
    while let Some(line) = lines.next() {
        let Some((before, heading)) = line.split_once(HEADING) else {
            text.push_str(&format!("{}\n", line.trim_end()));
            continue;
        };
        text.push_str(&format!("{before}{heading}\n"));
        longest = longest.max(heading.chars().count());
        if !lines.peek().is_some_and(|next| next.contains(HEADING)) {
            text.push_str(&format!("{}{}\n", margin(before), "-".repeat(longest)));
            longest = 0;
        }
    }
    text
}

/// Writes what a person would type, and marks what is done when the lines are wrapped.
#[derive(Clone)]
struct Plain {
    addresses: Rc<RefCell<Vec<String>>>,
}

impl TextDecorator for Plain {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        self.addresses.borrow_mut().push(url.to_owned());
        (LINK.to_string(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        let number = u32::try_from(self.addresses.borrow().len()).unwrap_or(u32::MAX);
        let mark = number.checked_sub(1).filter(|number| *number < MOST_ADDRESSES);
        let mark = mark.and_then(|number| char::from_u32(ADDRESS + number));
        mark.map_or_else(String::new, |mark| format!(" ({mark})"))
    }

    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _address: &str, words: &str) -> (String, ()) {
        (format!("[{words}]"), ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        HEADING.to_string()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }

    fn decorate_superscript_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }

    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_reads_as_if_somebody_had_typed_it() {
        let html = r#"<h2>What helps on most evenings</h2>
            <p>Small <strong>habits</strong> work <em>better</em> than <a href="https://blog.example.org/plans">large plans</a>.</p>
            <ul><li>Go to bed at the same time, weekends included, and also when a friend asks you to
            <a href="https://blog.example.org/a-rather-long-address-of-a-post-that-goes-on-and-on?with=parameters&amp;and=more">stay</a>.</li>
            <li>Read <code>one</code> page</li></ul>
            <ol><li>One</li><li>Two</li></ol>
            <blockquote><p>If you lie awake, get up and <a href="https://x.example/y">read</a>.</p></blockquote>
            <h3>A heading that is so long that it does not fit on one line of a plain mail, as some do</h3>
            <p>Write to <a href="mailto:us@example.org">us@example.org</a> or see <a href="https://www.example.org/">www.example.org</a>.
            <img src="https://x.example/a.png" alt="A quiet evening"> <a href="https://x.example/big.png"><img src="b.png" alt=""></a></p>"#;

        insta::assert_snapshot!(to_text(html).unwrap(), @r#"
        What helps on most evenings
        ---------------------------

        Small habits work better than large plans (https://blog.example.org/plans).
        - Go to bed at the same time, weekends included, and also when a friend asks
          you to stay
          (https://blog.example.org/a-rather-long-address-of-a-post-that-goes-on-and-on?with=parameters&and=more).
        - Read one page
        1. One
        2. Two

        > If you lie awake, get up and read (https://x.example/y).

        A heading that is so long that it does not fit on one line of a plain
        mail, as some do
        ---------------------------------------------------------------------

        Write to us@example.org or see www.example.org. [A quiet evening]
        "#);
    }

    #[test]
    fn a_heading_in_a_quotation_is_underlined_within_it() {
        let html = "<blockquote><h2>Tips</h2><p>Sleep.</p></blockquote>";

        assert_eq!(to_text(html).unwrap(), "> Tips\n> ----\n>\n> Sleep.");
    }

    #[test]
    fn characters_that_are_used_as_marks_are_taken_for_nothing_in_a_post() {
        let html = "<p>a\u{fdd0}b\u{fdd1}c\u{f0000}d &#xF0000;</p>";

        assert_eq!(
            to_text(html).unwrap().trim_end_matches(|c| number(c).is_some()),
            "abcd "
        );
    }
}
