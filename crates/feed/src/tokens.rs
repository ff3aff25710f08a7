//! HTML as a stream of tags and text, read exactly as a browser's tokenizer does, in linear time.
//!
//! No tree is built: a tree builder takes quadratic time for deep nesting and multiplies unclosed formatting elements,
//! and what feeds contain is not to be trusted with that.

use std::cell::RefCell;

use html5ever::{
    Attribute,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Token as RawToken, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::{Rawtext, Rcdata, ScriptData},
    },
};

pub(crate) use html5ever::tokenizer::{Tag, TagKind};

/// A piece of an HTML document; comments, doctypes and mistakes are left out.
pub(crate) enum Token {
    /// A start or end tag.
    Tag(Tag),
    /// Text with its character references resolved.
    Text(StrTendril),
}

/// Calls `each` with every token of `html`.
pub(crate) fn each_token(html: &str, each: impl FnMut(Token)) {
    let tokenizer = Tokenizer::new(Sink(RefCell::new(each)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // `Script` is never answered, so one call reads everything.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
}

/// The value of an attribute.
pub(crate) fn attr<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs
        .iter()
        .find(|Attribute { name: found, .. }| &*found.local == name)
        .map(|found| &*found.value)
}

struct Sink<F>(RefCell<F>);

impl<F: FnMut(Token)> TokenSink for Sink<F> {
    type Handle = ();

    fn process_token(&self, token: RawToken, _line: u64) -> TokenSinkResult<()> {
        let each = &mut *self.0.borrow_mut();
        match token {
            RawToken::TagToken(tag) => {
                let next = content_of(&tag);
                each(Token::Tag(tag));
                next
            }
            RawToken::CharacterTokens(text) => {
                each(Token::Text(text));
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

/// How the content of an element is to be read; this is what a tree builder would tell the tokenizer.
fn content_of(tag: &Tag) -> TokenSinkResult<()> {
    if tag.kind == TagKind::EndTag {
        return TokenSinkResult::Continue;
    }
    match &*tag.name {
        "script" => TokenSinkResult::RawData(ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(Rawtext),
        "title" | "textarea" => TokenSinkResult::RawData(Rcdata),
        "plaintext" => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}
