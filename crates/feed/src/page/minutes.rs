//! How long a text takes to read.

use crate::{
    text::BLOCKS,
    tokens::{TagKind, Token, each_token},
};

/// What an adult reads of plain prose, in words a minute.
const A_MINUTE: usize = 230;

/// Below this a time would be a joke, or the text is none.
const FEWEST: usize = 50;

/// Elements whose text is not the post's.
const ASIDE: &[&str] = &[
    "aside", "button", "footer", "form", "head", "header", "iframe", "math", "nav", "noscript", "object", "script",
    "select", "style", "svg", "template", "textarea", "title",
];

/// The minutes that a post's HTML takes to read, at 230 words a minute, rounded up; `None` below 50 words. Characters
/// of Chinese and Japanese count as half a word each, because no spaces part their words.
#[must_use]
pub fn reading_minutes(html: &str) -> Option<u32> {
    let mut words = Words::default();
    each_token(&html[..html.floor_char_boundary(super::MOST_BYTES)], |token| {
        words.take(&token)
    });
    words.minutes()
}

/// Counts the words of a page: of its longest article, of its main part, and of all of it.
#[derive(Default)]
pub(super) struct Words {
    all: Count,
    main: Part,
    article: Part,
    /// The open elements that are not the post's. One end tag closes all of its name, as sloppy pages nest them anyhow.
    aside: Vec<&'static str>,
}

impl Words {
    /// Takes the next piece of the page.
    pub(super) fn take(&mut self, token: &Token) {
        match token {
            Token::Tag(tag) => {
                if let Some(name) = ASIDE.iter().find(|name| **name == &*tag.name) {
                    self.aside.retain(|open| open != name);
                    if tag.kind == TagKind::StartTag && !tag.self_closing {
                        self.aside.push(name);
                    }
                }
                if BLOCKS.contains(&&*tag.name) {
                    self.each(|count| count.in_word = false);
                }
                match &*tag.name {
                    "article" => self.article.step(tag.kind),
                    "main" => self.main.step(tag.kind),
                    _ => {}
                }
            }
            Token::Text(text) if self.aside.is_empty() => self.each(|count| count.add(text)),
            Token::Text(_) => {}
        }
    }

    /// The minutes of the innermost part that is a text: the longest article, else the main part, else all.
    pub(super) fn minutes(&self) -> Option<u32> {
        [self.article.words(), self.main.words(), self.all.words()]
            .into_iter()
            .find(|words| *words >= FEWEST)
            .and_then(|words| u32::try_from(words.div_ceil(A_MINUTE)).ok())
    }

    fn each(&mut self, mut f: impl FnMut(&mut Count)) {
        f(&mut self.all);
        for part in [&mut self.main, &mut self.article] {
            if part.depth > 0 {
                f(&mut part.now);
            }
        }
    }
}

/// The longest of the elements of one name; those inside another belong to it.
#[derive(Default)]
struct Part {
    depth: usize,
    now: Count,
    most: usize,
}

impl Part {
    fn step(&mut self, kind: TagKind) {
        match kind {
            TagKind::StartTag => self.depth += 1,
            TagKind::EndTag => self.depth = self.depth.saturating_sub(1),
        }
        if self.depth == 0 {
            self.most = self.words();
            self.now = Count::default();
        }
    }

    /// Those of an element that was never closed count too.
    fn words(&self) -> usize {
        self.most.max(self.now.words())
    }
}

/// A count of words that goes on over pieces of text.
#[derive(Default)]
struct Count {
    spaced: usize,
    unspaced: usize,
    in_word: bool,
}

impl Count {
    fn add(&mut self, text: &str) {
        for char in text.chars() {
            if matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}') {
                self.unspaced += 1;
                self.in_word = false;
            } else if char.is_alphanumeric() {
                self.spaced += usize::from(!self.in_word);
                self.in_word = true;
            } else if char.is_whitespace() {
                self.in_word = false;
            }
        }
    }

    fn words(&self) -> usize {
        self.spaced + self.unspaced / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(n: usize) -> String {
        "well-known ".repeat(n)
    }

    #[test]
    fn minutes_are_rounded_up_and_a_note_has_none() {
        assert_eq!(reading_minutes(&words(49)), None);
        assert_eq!(reading_minutes(&words(50)), Some(1));
        assert_eq!(reading_minutes(&words(230)), Some(1));
        assert_eq!(reading_minutes(&words(231)), Some(2));
    }

    #[test]
    fn only_the_longest_article_counts_where_there_is_one() {
        let page = format!(
            "<nav>{}</nav><main><article>{}</article><article>{}</article>{}</main>",
            words(1000),
            words(300),
            words(60),
            words(1000)
        );

        assert_eq!(reading_minutes(&page), Some(2));
    }

    #[test]
    fn the_main_part_counts_where_articles_are_mere_cards() {
        let page = format!("<main><article>More</article>{}</main>{}", words(300), words(1000));

        assert_eq!(reading_minutes(&page), Some(2));
    }

    #[test]
    fn what_stands_around_the_text_does_not_count() {
        let page = format!(
            "<header>{0}</header><script>{0}</script><p>{1}</p><form>{0}</form><aside>{0}</aside><footer>{0}</footer>",
            words(500),
            words(100)
        );

        assert_eq!(reading_minutes(&page), Some(1));
    }

    #[test]
    fn words_are_whole_across_tags_and_end_at_blocks() {
        let whole = "<b>w</b>ord ".repeat(60);
        let listed = "<li>word</li>".repeat(231);

        assert_eq!(reading_minutes(&whole), Some(1));
        assert_eq!(reading_minutes(&listed), Some(2));
    }

    #[test]
    fn a_text_without_spaces_takes_its_time_too() {
        assert_eq!(reading_minutes(&"春眠不覚暁".repeat(200)), Some(3));
    }
}
