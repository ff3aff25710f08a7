//! Plain text out of HTML: for titles, excerpts and previews.

use crate::tokens::{TagKind, Token, each_token};

/// Elements that end a line of text, so that words on both sides do not run together.
pub(crate) const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// Elements whose text is not part of what a reader reads; captions make no sense without their pictures.
const SILENT: &[&str] = &[
    "button",
    "figcaption",
    "form",
    "head",
    "iframe",
    "math",
    "noscript",
    "object",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
];

/// Elements that turn up in titles; any other `<` in a title is meant as it stands ("a < b", "`Vec<u8>`").
const IN_TITLES: &[&str] = &[
    "a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "p", "q", "s",
    "small", "span", "strong", "sub", "sup", "u", "wbr",
];

/// Nothing beyond this many bytes is looked at in a title.
const MAX_TITLE: usize = 4096;

/// The text of `html` on one line.
#[must_use]
pub fn plain_text(html: &str) -> String {
    let mut text = String::new();
    let mut silent = 0_usize;
    each_token(html, |token| match token {
        Token::Tag(tag) if SILENT.contains(&&*tag.name) => match tag.kind {
            TagKind::StartTag => silent += 1,
            TagKind::EndTag => silent = silent.saturating_sub(1),
        },
        Token::Tag(tag) if BLOCKS.contains(&&*tag.name) => text.push(' '),
        Token::Text(piece) if silent == 0 => text.push_str(&piece),
        Token::Tag(_) | Token::Text(_) => {}
    });
    one_line(&text)
}

/// The first words of `text`, at most `max` characters with the ellipsis that shows a cut.
#[must_use]
pub fn excerpt(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let room = text
        .char_indices()
        .nth(max.saturating_sub(1))
        .map_or(text.len(), |(at, _)| at);
    let cut = match text[..room].rfind(' ') {
        _ if text[room..].starts_with(' ') => room,
        // A text without spaces, as in Chinese or Japanese, is cut between characters.
        Some(space) if space > room / 2 => space,
        _ => room,
    };

    format!(
        "{}…",
        text[..cut].trim_end_matches(|last: char| last.is_whitespace() || ",;:–—-".contains(last))
    )
}

/// A title that may contain markup, as RSS titles do, as plain text.
pub(crate) fn title_from_html(html: &str) -> String {
    let mut text = String::new();
    let mut rest = &html[..html.floor_char_boundary(MAX_TITLE)];
    while let Some(at) = rest.find('<') {
        let tag = &rest[at + 1..];
        let name = tag.trim_start_matches('/');
        let name = &name[..name
            .find(|end: char| !end.is_ascii_alphanumeric())
            .unwrap_or(name.len())];
        match tag.find('>') {
            Some(end) if IN_TITLES.contains(&&*name.to_ascii_lowercase()) => {
                text.push_str(&rest[..at]);
                rest = &tag[end + 1..];
            }
            _ => {
                text.push_str(&rest[..=at]);
                rest = tag;
            }
        }
    }
    text.push_str(rest);
    title_from_text(&text)
}

/// A title whose markup is already resolved, as plain text. Character references that are still there were encoded
/// once or twice too often, which is commoner than a title about them.
pub(crate) fn title_from_text(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(MAX_TITLE)];
    one_line(&resolve_references(&resolve_references(text)))
}

/// Resolves HTML's character references and nothing else.
fn resolve_references(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut resolved = String::with_capacity(text.len());
    each_token(&text.replace('<', "&lt;"), |token| {
        if let Token::Text(piece) = token {
            resolved.push_str(&piece);
        }
    });
    resolved
}

/// Joins words with single spaces and drops control and invisible characters.
pub(crate) fn one_line(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .filter(|char| {
            !matches!(
                char,
                '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}'
            )
        })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_separate_words_and_scripts_are_silent() {
        let html = "<h2>Sleep</h2><p>Rest <b>w</b>ell.<br>Often.</p><script>x()</script><ul><li>One<li>Two</ul>";

        assert_eq!(plain_text(html), "Sleep Rest well. Often. One Two");
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        assert_eq!(excerpt("Short.", 20), "Short.");
        assert_eq!(excerpt("one two three four", 12), "one two…");
        assert_eq!(excerpt("one two, three four", 9), "one two…");
        assert_eq!(excerpt("春眠不覚暁処処聞啼鳥", 5), "春眠不覚…");
    }

    #[test]
    fn an_excerpt_is_never_longer_than_asked() {
        for max in 1..20 {
            assert!(excerpt("aa bb cc ddd — eee, ffff", max).chars().count() <= max, "{max}");
        }
    }

    #[test]
    fn titles_keep_their_angle_brackets_and_lose_their_markup() {
        assert_eq!(title_from_html("Salt &#38; <em>pepper</em>"), "Salt & pepper");
        assert_eq!(
            title_from_html("Why a < b and Vec<u8> > 2"),
            "Why a < b and Vec<u8> > 2"
        );
        assert_eq!(title_from_html("Using &lt;br&gt; today"), "Using <br> today");
    }

    #[test]
    fn a_title_without_end_is_cut_before_it_costs_time() {
        let endless = "<b ".repeat(1_000_000);

        assert!(title_from_html(&endless).len() <= MAX_TITLE);
    }

    #[test]
    fn titles_encoded_twice_are_decoded_twice() {
        assert_eq!(title_from_text("Salt &amp;amp; pepper"), "Salt & pepper");
        assert_eq!(title_from_text("It&amp;#8217;s\u{a0}time\u{200b}"), "It’s time");
    }
}
