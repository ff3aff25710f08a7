//! What the owner of a blog pastes into it so that readers can sign up for a list: printed by the command line, answered by
//! the API, and on the pages of the sample blog.

use askama::Template;
use serde::Serialize;
use service::{Service, readers::WORDING_VERSION};
use store::lists::List;
use utoipa::ToSchema;

use crate::pages::snippet::{FormSnippet, FrameSnippet};

/// Ways by which readers of a blog sign up for its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Snippets {
    /// The list's own page, to link to.
    #[schema(example = "https://news.example.org/lists/wellness")]
    pub page: String,
    /// HTML of a plain form. It names the words beside its button, which the consent record keeps.
    pub form: String,
    /// HTML of a frame, for sites that allow no forms.
    pub frame: String,
}

impl Snippets {
    /// Those of a list; none of one that is archived, which takes no readers.
    ///
    /// # Errors
    /// When a template fails.
    pub fn of(service: &Service, list: &List) -> Result<Option<Self>, askama::Error> {
        if list.archived_at.is_some() {
            return Ok(None);
        }
        let frame = FrameSnippet {
            public_url: service.links.base(),
            list: list.key.as_str(),
            name: list.settings.public_name.as_str(),
        };
        Ok(Some(Self {
            page: service.links.list(&list.key),
            form: form(service, list).render()?,
            frame: frame.render()?,
        }))
    }
}

/// The plain form of a list.
#[must_use]
pub fn form<'a>(service: &'a Service, list: &'a List) -> FormSnippet<'a> {
    FormSnippet {
        public_url: service.links.base(),
        list: list.key.as_str(),
        consent: service.wordings.current(),
        wording: WORDING_VERSION,
        privacy: list.settings.privacy_url.as_ref().map(url::Url::as_str),
    }
}
