//! The one picture that stands for a post.

use url::Url;

use crate::{
    clean::is_shown_picture,
    text::title_from_html,
    tokens::{TagKind, Token, attr, each_token},
};

/// A narrower picture that comes beside the post is a thumbnail of one in it, so that one is preferred.
const TOO_NARROW: u32 = 200;

/// A wider picture only makes a mail heavy, and none shows more than a third of it.
const TOO_WIDE: u32 = 2400;

/// A narrower picture inside the text is an icon.
const ICON: u32 = 100;

const EXTENSIONS: &[&str] = &[".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"];

/// A file that a feed attaches to an item.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) url: String,
    /// Its type as the feed says: `image/png`, or just `image`.
    pub(super) kind: Option<String>,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    /// What it shows, in the feed's words.
    pub(super) alt: Option<String>,
    /// Whether the feed says that it only hints at another: a thumbnail, or the cover of a podcast.
    pub(super) is_stand_in: bool,
}

impl Candidate {
    /// The picture's address, if this is a picture. What an enclosure says of its length counts for nothing, and of
    /// its type only whether it is a picture at all.
    fn address(&self, base: &Url) -> Option<Url> {
        let url = base
            .join(self.url.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let said_to_be = match self.kind.as_deref() {
            Some(kind) => kind.to_ascii_lowercase().starts_with("image"),
            None => EXTENSIONS
                .iter()
                .any(|extension| url.path().to_ascii_lowercase().ends_with(extension)),
        };
        (said_to_be && is_shown_picture(&url, self.width, self.height)).then_some(url)
    }

    fn is_narrow(&self) -> bool {
        self.width.is_some_and(|width| width < TOO_NARROW)
    }
}

/// A picture and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) url: Url,
    pub(super) alt: Option<String>,
}

/// The picture that stands for a post: what the feed attaches, its stand-ins, then what the cleaned text shows; last,
/// what is narrow.
pub(super) fn choose(candidates: &[Candidate], html: &str, base: &Url) -> Option<Picture> {
    let attached: Vec<(&Candidate, Url)> = candidates
        .iter()
        .filter_map(|candidate| Some((candidate, candidate.address(base)?)))
        .collect();
    let of = |is_wanted: &dyn Fn(&Candidate) -> bool| {
        let wanted: Vec<_> = attached.iter().filter(|(candidate, _)| is_wanted(candidate)).collect();
        largest(&wanted).map(|(candidate, url)| Picture {
            url: url.clone(),
            alt: candidate.alt.clone(),
        })
    };
    let shown = shown_in(html);

    let mut picture = of(&|one| !one.is_narrow() && !one.is_stand_in)
        .or_else(|| of(&|one| !one.is_narrow()))
        .or_else(|| shown.first().cloned())
        .or_else(|| of(&|_| true))?;
    if picture.alt.is_none() {
        let same = shown.into_iter().find(|other| is_same(&other.url, &picture.url));
        picture.alt = same.and_then(|same| same.alt);
    }
    Some(picture)
}

/// The first; where that one says its width, the widest of all that do and are not wider than sensible.
fn largest<'a>(pictures: &[&'a (&'a Candidate, Url)]) -> Option<&'a (&'a Candidate, Url)> {
    let first = *pictures.first()?;
    let width = |picture: &&(&Candidate, Url)| picture.0.width.filter(|_| first.0.width.is_some());
    let sensible = pictures
        .iter()
        .copied()
        .filter(|picture| width(picture).is_some_and(|width| width <= TOO_WIDE))
        // Of several, `max_by_key` takes the last.
        .rev()
        .max_by_key(width);
    let heavy = || {
        pictures
            .iter()
            .copied()
            .filter(|picture| width(picture).is_some())
            .min_by_key(width)
    };

    sensible.or_else(heavy).or(Some(first))
}

/// The pictures of cleaned HTML, without icons.
fn shown_in(html: &str) -> Vec<Picture> {
    let mut shown = Vec::new();
    each_token(html, |token| {
        if let Token::Tag(tag) = token
            && tag.kind == TagKind::StartTag
            && &*tag.name == "img"
            && let Some(url) = attr(&tag, "src").and_then(|source| Url::parse(source).ok())
        {
            let size = |name: &str| attr(&tag, name).and_then(|size| size.parse().ok());
            let is_icon = size("width").is_some_and(|width: u32| width < ICON);
            if !is_icon && is_shown_picture(&url, size("width"), size("height")) {
                // Ghost and others write the markup of a caption into it.
                let alt = attr(&tag, "alt").map(title_from_html).filter(|alt| !alt.is_empty());
                shown.push(Picture { url, alt });
            }
        }
    });
    shown
}

/// Whether two addresses are one picture, perhaps in different sizes: WordPress writes these as `-300x200` behind the
/// name, Substack before the picture's real address, which its own contains.
fn is_same(one: &Url, other: &Url) -> bool {
    one.host_str() == other.host_str() && unsized_path(one) == unsized_path(other)
}

fn unsized_path(url: &Url) -> String {
    let path = url.path();
    if let Some(at) = path.find("https%3A%2F%2F") {
        return path[at..].to_owned();
    }
    let Some((stem, extension)) = path.rsplit_once('.') else {
        return path.to_owned();
    };
    let is_size = |text: &str| {
        text.split_once('x').is_some_and(|(width, height)| {
            [width, height]
                .iter()
                .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    match stem.rsplit_once('-') {
        Some((name, size)) if is_size(size) => format!("{name}.{extension}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attached(url: &str, width: Option<u32>) -> Candidate {
        Candidate {
            url: url.to_owned(),
            kind: Some("image/jpeg".to_owned()),
            width,
            ..Candidate::default()
        }
    }

    fn chosen(candidates: &[Candidate], html: &str) -> Option<(String, Option<String>)> {
        let picture = choose(candidates, html, &Url::parse("https://blog.example/post").unwrap())?;
        Some((picture.url.path().to_owned(), picture.alt))
    }

    fn path(candidates: &[Candidate], html: &str) -> Option<String> {
        chosen(candidates, html).map(|(path, _)| path)
    }

    #[test]
    fn of_several_sizes_the_largest_sensible_one_is_taken() {
        let sizes = [
            attached("/s.jpg", Some(300)),
            attached("/xxl.jpg", Some(6000)),
            attached("/l.jpg", Some(1200)),
            attached("/l2.jpg", Some(1200)),
        ];

        assert_eq!(path(&sizes, "").as_deref(), Some("/l.jpg"));
        assert_eq!(path(&sizes[1..2], "").as_deref(), Some("/xxl.jpg"));
    }

    #[test]
    fn an_enclosure_that_comes_first_is_the_authors_choice() {
        let pictures = [attached("/chosen.jpg", None), attached("/other.jpg", Some(1200))];

        assert_eq!(path(&pictures, "").as_deref(), Some("/chosen.jpg"));
    }

    #[test]
    fn thumbnails_give_way_to_pictures_and_icons_are_none() {
        let thumbnail = |width| Candidate {
            is_stand_in: true,
            ..attached("/thumbnail.jpg", width)
        };
        let text = "<img src=\"https://blog.example/icon.png\" alt=\"\" width=\"24\">\
                    <img src=\"https://blog.example/text.jpg\" alt=\"A path\">";

        let both = [thumbnail(None), attached("/real.jpg", None)];
        assert_eq!(path(&both, text).as_deref(), Some("/real.jpg"));
        assert_eq!(path(&[thumbnail(Some(72))], text).as_deref(), Some("/text.jpg"));
        assert_eq!(path(&[thumbnail(Some(72))], "").as_deref(), Some("/thumbnail.jpg"));
        assert_eq!(path(&[], &text[..70]), None);
    }

    #[test]
    fn what_a_picture_shows_is_taken_from_the_text_where_it_stands_there_too() {
        let text = "<img src=\"https://blog.example/a.jpg\" alt=\"First\">\
                    <img src=\"https://blog.example/up/path-1024x683.jpg\" alt=\"A path\">";

        let chosen_in_text = chosen(&[attached("/up/path.jpg", None)], text).unwrap();
        let elsewhere = chosen(&[attached("/other.jpg", None)], text).unwrap();

        assert_eq!(chosen_in_text.1.as_deref(), Some("A path"));
        assert_eq!(elsewhere.1, None);
        assert_eq!(chosen(&[], text).unwrap().1.as_deref(), Some("First"));
    }
}
