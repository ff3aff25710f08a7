//! The picture that stands for a page when it is shared.

use url::Url;

use super::meta::web_address;
use crate::clean::is_shown_picture;

/// No more pictures of one page are looked at.
const MOST: usize = 20;

/// A picture that was chosen.
pub(super) struct Picture {
    pub(super) url: Url,
    pub(super) alt: Option<String>,
}

/// The pictures that a page names, in its order: Open Graph's, and X's.
#[derive(Default)]
pub(super) struct Pictures {
    named: Vec<Named>,
    x: Named,
}

#[derive(Default)]
struct Named {
    url: String,
    secure: Option<String>,
    alt: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
}

impl Pictures {
    /// Takes a meta element; what describes a picture follows it.
    pub(super) fn take(&mut self, name: &str, content: &str) {
        let content = content.trim();
        match name {
            "og:image" | "og:image:url" if self.named.len() < MOST => {
                // Some pages write both for one picture.
                if self.named.last().is_none_or(|last| last.url != content) {
                    self.named.push(Named {
                        url: content.to_owned(),
                        ..Named::default()
                    });
                }
            }
            "twitter:image" | "twitter:image:src" if self.x.url.is_empty() => self.x.url = content.to_owned(),
            "twitter:image:alt" => self.x.alt = self.x.alt.take().or_else(|| Some(content.to_owned())),
            _ => {
                let Some(last) = self.named.last_mut() else { return };
                match name {
                    "og:image:secure_url" => last.secure = Some(content.to_owned()),
                    "og:image:alt" => last.alt = Some(content.to_owned()),
                    "og:image:width" => last.width = content.parse().ok(),
                    "og:image:height" => last.height = content.parse().ok(),
                    _ => {}
                }
            }
        }
    }

    /// The first that is a picture, and not the page itself.
    pub(super) fn choose(&self, base: &Url, page: &Url) -> Option<Picture> {
        self.named.iter().chain([&self.x]).find_map(|named| {
            let url = [named.secure.as_deref(), Some(&*named.url)]
                .into_iter()
                .flatten()
                .filter_map(|url| web_address(url, base))
                .find(|url| url != page && is_shown_picture(url, named.width, named.height))?;
            // A page that names one picture for both describes it once.
            let is_same = self.x.url.is_empty() || self.x.url == named.url;
            let alt = named.alt.clone().or_else(|| self.x.alt.clone().filter(|_| is_same));
            Some(Picture { url, alt })
        })
    }
}
