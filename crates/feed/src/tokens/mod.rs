//! HTML as a stream of tags and text, read exactly as a browser's tokenizer does, in linear time.
//!
//! No tree is built: a tree builder takes quadratic time for deep nesting and multiplies unclosed formatting elements,
//! and what feeds contain is not to be trusted with that.

mod attributes;

use std::cell::{Cell, RefCell};

use html5ever::{
    Attribute,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Token as RawToken, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::{Rawtext, Rcdata, ScriptData},
    },
};

pub(crate) use html5ever::tokenizer::{Tag, TagKind};

use attributes::Attributes;

/// The tokenizer gets no more bytes than this at once.
const PIECE: usize = 1024;

/// A tag with more attributes than this ends the document: only one that is meant to cost time has them.
const MOST_ATTRIBUTES: usize = 1024;

/// A piece of an HTML document; comments, doctypes and mistakes are left out.
pub(crate) enum Token {
    /// A start or end tag.
    Tag(Tag),
    /// Text with its character references resolved.
    Text(StrTendril),
}

/// Calls `each` with every token of `html`.
pub(crate) fn each_token(html: &str, each: impl FnMut(Token)) {
    let sink = Sink {
        each: RefCell::new(each),
        heard: Cell::default(),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut attributes = Attributes::new();
    for piece in pieces(html) {
        if attributes.walk(piece) > MOST_ATTRIBUTES {
            break;
        }
        input.push_back(StrTendril::from(piece));
        // `Script` is never answered, so one call reads all of the piece.
        let _ = tokenizer.feed(&input);
        let heard = tokenizer.sink.heard.take();
        attributes.learn(heard.any, heard.markup && piece.ends_with('>'), heard.is_raw);
    }
    tokenizer.end();
}

/// Cuts a document behind each `>`, where tags end, and where it has none for long.
fn pieces(mut html: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let limit = html.floor_char_boundary(PIECE);
        let end = html[..limit].find('>').map_or(limit, |at| at + 1);
        let (piece, rest) = html.split_at(end);
        html = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The value of an attribute.
pub(crate) fn attr<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs
        .iter()
        .find(|Attribute { name: found, .. }| &*found.local == name)
        .map(|found| &*found.value)
}

struct Sink<F> {
    each: RefCell<F>,
    heard: Cell<Heard>,
}

/// What the tokenizer has said about a piece.
#[derive(Clone, Copy, Default)]
struct Heard {
    /// Anything.
    any: bool,
    /// A tag, a comment or a doctype.
    markup: bool,
    /// Whether the text behind the last tag is read as that of a script or the like.
    is_raw: Option<bool>,
}

impl<F: FnMut(Token)> TokenSink for Sink<F> {
    type Handle = ();

    fn process_token(&self, token: RawToken, _line: u64) -> TokenSinkResult<()> {
        let mut heard = self.heard.get();
        let result = match token {
            RawToken::ParseError(_) | RawToken::EOFToken => return TokenSinkResult::Continue,
            RawToken::TagToken(tag) => {
                let next = content_of(&tag);
                heard.markup = true;
                heard.is_raw = Some(!matches!(next, TokenSinkResult::Continue));
                self.each.borrow_mut()(Token::Tag(tag));
                next
            }
            RawToken::CharacterTokens(text) => {
                self.each.borrow_mut()(Token::Text(text));
                TokenSinkResult::Continue
            }
            RawToken::NullCharacterToken => TokenSinkResult::Continue,
            RawToken::CommentToken(_) | RawToken::DoctypeToken(_) => {
                heard.markup = true;
                TokenSinkResult::Continue
            }
        };
        heard.any = true;
        self.heard.set(heard);
        result
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
