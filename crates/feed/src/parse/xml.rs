//! RSS and Atom made fit for feed-rs: read once to be checked, with some elements kept aside and cut out.
//!
//! Refused: entity declarations, deep nesting, broken markup. Cut out, after what matters of them is noted: media,
//! podcast and author elements, because feed-rs drops a thumbnail that stands alone, fails the whole feed for an empty
//! `media:title`, and panics on some authors; and all items beyond the limit.

use std::ops::Range;

use quick_xml::{
    NsReader,
    errors::SyntaxError,
    events::{BytesStart, Event},
    name::ResolveResult,
};
use url::Url;

use super::{
    Extra, MAX_ITEMS, ParseError,
    media::{self, ITUNES, MEDIA, attribute},
};

const MAX_DEPTH: usize = 200;

/// feed-rs compares each attribute of an element with all before it.
const MAX_ATTRIBUTES: usize = 1000;

const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const CUT: &[&str] = &[MEDIA[0], MEDIA[1], ITUNES, "https://podcastindex.org/namespace/1.0"];

/// People of the feed itself, for whom there is no use.
const PEOPLE: &[&str] = &["creator", "managingEditor", "webMaster"];

/// The depth of an item of RSS 0.9x and 2.0; in RSS 1.0 and Atom it is one less.
const RSS_ITEM: usize = 3;

/// A document that feed-rs reads, and what it would leave out, item by item.
pub(super) fn prepare(text: &str, url: &Url) -> Result<(String, Vec<Extra>), ParseError> {
    let mut scan = Scan {
        text,
        cuts: Vec::new(),
        extras: Vec::new(),
        bases: vec![None],
        item: None,
        cut: None,
        media: None,
        media_words: None,
    };
    scan.run(url)?;
    Ok((scan.without_cuts(), scan.extras))
}

struct Scan<'a> {
    text: &'a str,
    cuts: Vec<Range<usize>>,
    extras: Vec<Extra>,
    /// The `xml:base` in force at each depth; its length is the depth of the current element plus one.
    bases: Vec<Option<Url>>,
    /// The depth of the open item.
    item: Option<usize>,
    /// The open element that is being cut out: its depth, where it starts, and whether its text is the author.
    cut: Option<(usize, usize, bool)>,
    /// The depth of the open `media:content`, whose picture is the last one of its item.
    media: Option<usize>,
    /// The open element that may say what this picture shows: its depth, and where it starts.
    media_words: Option<(usize, usize)>,
}

impl<'a> Scan<'a> {
    fn run(&mut self, url: &Url) -> Result<(), ParseError> {
        let mut reader = NsReader::from_str(self.text);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().trim_markup_names_in_closing_tags = true;

        loop {
            let before = offset(reader.buffer_position());
            let (namespace, event) = reader
                .read_resolved_event()
                .map_err(|error| self.refusal(before, &error))?;
            match event {
                Event::DocType(doctype) if doctype.contains("<!ENTITY") => return Err(ParseError::Entities),
                // What follows is UTF-8 whatever the declaration said.
                Event::Decl(_) | Event::DocType(_) => self.cuts.push(before..offset(reader.buffer_position())),
                Event::Start(start) => {
                    let namespace = match namespace {
                        ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
                        ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
                    };
                    self.start(&namespace, &start, before, url)?;
                }
                Event::End(_) => self.end(before, offset(reader.buffer_position())),
                Event::Eof if self.bases.len() > 1 => return Err(ParseError::CutOff),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn start(&mut self, namespace: &str, start: &BytesStart<'_>, at: usize, url: &Url) -> Result<(), ParseError> {
        let depth = self.bases.len();
        if depth > MAX_DEPTH {
            return Err(ParseError::TooDeep);
        }
        if start.attributes().with_checks(false).take(MAX_ATTRIBUTES + 1).count() > MAX_ATTRIBUTES {
            return Err(self.broken(at, &format!("an element has more than {MAX_ATTRIBUTES} attributes")));
        }
        let base = self.bases.last().cloned().flatten();
        let base = match attribute(start, "xml:base") {
            Some(own) => base.as_ref().unwrap_or(url).join(&own).ok().or(base),
            None => base,
        };
        self.bases.push(base.clone());

        let name = start.local_name();
        let name = name.as_ref();
        match self.item {
            None if (2..=3).contains(&depth) && matches!(name, "item" | "entry") => {
                self.item = Some(depth);
                self.extras.push(Extra {
                    base,
                    ..Extra::default()
                });
                if self.extras.len() > MAX_ITEMS {
                    self.cut = self.cut.or(Some((depth, at, false)));
                }
            }
            Some(item) => self.start_in_item(namespace, name, start, depth - item == 1, at),
            None if CUT.contains(&namespace) || PEOPLE.contains(&name) => {
                self.cut = self.cut.or(Some((depth, at, false)))
            }
            None => {}
        }
        Ok(())
    }

    fn start_in_item(&mut self, namespace: &str, name: &str, start: &BytesStart<'_>, is_child: bool, at: usize) {
        let depth = self.bases.len() - 1;
        let Some(extra) = self.extras.last_mut() else { return };
        let is_media = MEDIA.contains(&namespace);
        match name {
            "content" if is_media => {
                let before = extra.pictures.len();
                extra.pictures.extend(media::file(start, "url"));
                self.media = (extra.pictures.len() > before).then_some(depth);
            }
            "thumbnail" if is_media => extra.pictures.extend(media::stand_in(start, "url")),
            "image" if namespace == ITUNES && is_child => extra.pictures.extend(media::stand_in(start, "href")),
            "title" | "description" if is_media && self.media == Some(depth - 1) => {
                self.media_words = Some((depth, at))
            }
            "enclosure" if is_child => extra.pictures.extend(media::file(start, "url")),
            "link" if is_child && attribute(start, "rel").as_deref() == Some("enclosure") => {
                extra.pictures.extend(media::file(start, "href"));
            }
            "guid" if is_child => {
                extra.guid_is_link = attribute(start, "isPermaLink").is_none_or(|value| value.trim() != "false");
            }
            _ => {}
        }

        // Atom's authors have a structure, which feed-rs reads well; RSS and Dublin Core write a line of text.
        let is_author = is_child
            && match name {
                "creator" => namespace == DUBLIN_CORE,
                "author" => namespace.is_empty() && self.item == Some(RSS_ITEM),
                _ => false,
            };
        if is_author || CUT.contains(&namespace) {
            self.cut = self.cut.or(Some((depth, at, is_author)));
        }
    }

    fn end(&mut self, before: usize, after: usize) {
        self.bases.pop();
        let depth = self.bases.len();
        if let Some((_, from, is_author)) = self.cut.take_if(|(cut, ..)| *cut == depth) {
            self.cuts.push(from..after);
            if is_author && let Some(extra) = self.extras.last_mut() {
                extra.author = extra.author.take().or_else(|| author(&self.text[from..before]));
            }
        }
        if let Some((_, from)) = self.media_words.take_if(|(words, _)| *words == depth)
            && let Some(picture) = self.extras.last_mut().and_then(|extra| extra.pictures.last_mut())
        {
            picture.alt = picture.alt.take().or_else(|| media::alt(&self.text[from..before]));
        }
        self.media.take_if(|media| *media == depth);
        self.item.take_if(|item| *item == depth);
    }

    fn without_cuts(&self) -> String {
        let mut kept = String::with_capacity(self.text.len());
        let mut from = 0;
        for cut in &self.cuts {
            kept.push_str(&self.text[from..cut.start]);
            from = cut.end;
        }
        kept.push_str(&self.text[from..]);
        kept
    }

    /// A tag that does not end is where the document broke off.
    fn refusal(&self, at: usize, error: &quick_xml::Error) -> ParseError {
        match error {
            quick_xml::Error::Syntax(SyntaxError::UnclosedTag) => ParseError::CutOff,
            error => self.broken(at, &error.to_string()),
        }
    }

    fn broken(&self, at: usize, reason: &str) -> ParseError {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        ParseError::BrokenXml {
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            reason: reason.to_owned(),
        }
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).expect("a position lies within a document that is in memory")
}

/// The name in `jane@clinic.example (Jane Doe)`, `Jane Doe <jane@clinic.example>` or `Jane Doe`; addresses are nobody
/// else's business.
fn author(element: &str) -> Option<String> {
    let text = media::inner_text(element)?;
    let name = match (text.split_once('('), text.split_once('<')) {
        (Some((address, rest)), _) if address.contains('@') => rest.trim_end_matches([')', ' ']),
        (_, Some((name, _))) => name,
        _ => &text,
    };
    let name = name.trim();
    (!name.is_empty() && !name.contains('@')).then(|| name.to_owned())
}
