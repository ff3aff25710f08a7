//! Hostile or sloppy markup into a small, well-nested document.

use std::collections::HashSet;

use url::Url;

use super::{EVERYWHERE, SCHEMES, attributes_of, counters::is_picture, structure::Structure};
use crate::tokens::{Tag, TagKind, Token, attr, each_token};

/// Pictures are shown at most this wide, in CSS pixels: the width of the mail.
pub const MAX_IMAGE_WIDTH: u32 = 600;

/// Elements that go together with all they contain.
const GONE: &[&str] = &[
    "applet", "audio", "button", "canvas", "dialog", "form", "frameset", "head", "iframe", "map", "math", "noembed",
    "noframes", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
    "xmp",
];

/// The only elements that `/>` closes.
const FOREIGN: &[&str] = &["math", "svg"];

const VOID: &[&str] = &["br", "hr", "img"];

/// Where scripts that load pictures late keep the real address.
const LATE_SOURCES: &[&str] = &["data-src", "data-lazy-src", "data-original", "data-orig-file"];

/// WordPress writes each emoji as a picture from here, with the character as its alternative text.
const EMOJI: &str = "s.w.org";

/// Writes `html` anew: known elements and attributes only, every element closed, links absolute against `base`.
pub(super) fn tame(html: &str, base: &Url) -> String {
    let mut writer = Writer {
        base,
        out: String::with_capacity(html.len().min(1 << 20)),
        open: Structure::default(),
        gone: Gone::default(),
    };
    each_token(html, |token| writer.take(token));
    writer.open.close_all(&mut writer.out);
    writer.out
}

/// `reference` as an absolute address that mail may link to.
fn absolute(reference: &str, base: &Url) -> Option<Url> {
    let url = base.join(reference.trim()).ok()?;
    SCHEMES.contains(&url.scheme()).then_some(url)
}

/// The element that stands for `name` in mail: blocks stay blocks, so that their words do not run together.
fn written_as(name: &str) -> &str {
    match name {
        "address" | "article" | "aside" | "center" | "details" | "fieldset" | "footer" | "header" | "main" | "nav"
        | "section" | "summary" => "div",
        "acronym" => "abbr",
        "strike" => "s",
        "tt" => "code",
        other => other,
    }
}

/// The open elements that take their content with them. One end tag closes all of its name: hostile or sloppy markup
/// nests them as it likes, and losing the rest of the post would be worse.
#[derive(Default)]
struct Gone(HashSet<&'static str>);

impl Gone {
    /// Notes the tag when it belongs to such an element.
    fn takes(&mut self, tag: &Tag) -> bool {
        let Some(name) = GONE.iter().find(|name| **name == &*tag.name) else {
            return false;
        };
        match tag.kind {
            TagKind::StartTag if tag.self_closing && FOREIGN.contains(name) => {}
            TagKind::StartTag => {
                self.0.insert(name);
            }
            TagKind::EndTag => {
                self.0.remove(name);
            }
        }
        true
    }

    fn is_open(&self) -> bool {
        !self.0.is_empty()
    }
}

struct Writer<'a> {
    base: &'a Url,
    out: String,
    open: Structure,
    gone: Gone,
}

impl Writer<'_> {
    fn take(&mut self, token: Token) {
        match token {
            Token::Tag(tag) if self.gone.takes(&tag) => {}
            _ if self.gone.is_open() => {}
            Token::Text(text) => escape(&text, &mut self.out),
            Token::Tag(tag) => {
                let name = written_as(&tag.name);
                match attributes_of(name) {
                    Some(known) if tag.kind == TagKind::StartTag => self.start(name, &tag, known),
                    // `</br>` is no second line break: it is how an XML serialiser writes `<br/>`.
                    Some(_) if !VOID.contains(&name) => self.open.close(name, &mut self.out),
                    _ => {}
                }
            }
        }
    }

    fn start(&mut self, name: &str, tag: &Tag, known: &[&str]) {
        if name == "img" {
            return self.image(tag);
        }
        if !VOID.contains(&name) && !self.open.open(name, &mut self.out) {
            return;
        }
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in known
            .iter()
            .chain(EVERYWHERE)
            .filter_map(|name| Some((*name, attr(tag, name)?)))
        {
            match name {
                "href" => {
                    if let Some(url) = absolute(value, self.base) {
                        self.attribute(name, url.as_str());
                    }
                }
                _ => self.attribute(name, value),
            }
        }
        self.out.push('>');
    }

    /// Writes a picture that is worth showing, with an alternative text and no wider than the mail.
    fn image(&mut self, tag: &Tag) {
        let late = LATE_SOURCES
            .iter()
            .find_map(|name| attr(tag, name))
            .filter(|source| !source.is_empty());
        let Some(source) = late
            .or_else(|| attr(tag, "src"))
            .filter(|source| !source.trim().is_empty())
        else {
            return;
        };
        let Some(url) = absolute(source, self.base).filter(|url| url.scheme() != "mailto") else {
            return;
        };
        let width = pixels(tag, "width");
        let height = pixels(tag, "height");
        if url.host_str() == Some(EMOJI) {
            return escape(attr(tag, "alt").unwrap_or_default(), &mut self.out);
        }
        if !is_picture(&url, width, height) || is_hidden(tag) {
            return;
        }

        self.out.push_str("<img");
        self.attribute("src", url.as_str());
        self.attribute("alt", attr(tag, "alt").unwrap_or_default());
        if let Some(width) = width {
            self.attribute("width", &width.min(MAX_IMAGE_WIDTH).to_string());
        }
        // A height would distort a picture whose width was cut, or that a narrow screen cuts.
        if let (Some(height), Some(0..=MAX_IMAGE_WIDTH)) = (height, width) {
            self.attribute("height", &height.to_string());
        }
        self.out.push('>');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
    }
}

/// A size in pixels, from the attribute or from the element's own style.
fn pixels(tag: &Tag, name: &str) -> Option<u32> {
    let number = |text: &str| {
        text.trim()
            .trim_end_matches("px")
            .trim()
            .parse::<f32>()
            .ok()
            .map(|size| size as u32)
    };
    attr(tag, name)
        .and_then(number)
        .or_else(|| style(tag, name).as_deref().and_then(number))
}

fn is_hidden(tag: &Tag) -> bool {
    style(tag, "display").as_deref() == Some("none") || style(tag, "visibility").as_deref() == Some("hidden")
}

/// The value of a property in the element's own style.
fn style(tag: &Tag, property: &str) -> Option<String> {
    attr(tag, "style")?.split(';').find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case(property)
            .then(|| value.replace("!important", "").trim().to_ascii_lowercase())
    })
}

fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            char => out.push(char),
        }
    }
}
