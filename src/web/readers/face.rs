//! A list as its pages show it.

use domain::{Cadence, ListKey};
use service::{Service, lists::ListError, readers::WORDING_VERSION};
use store::lists::List;

use super::how_often::{self, Offer};
use crate::{
    pages::list::{HowOften, ListFace, SignupForm},
    web::WebError,
};

/// What pages show of a list, made ready.
pub(super) struct Face {
    pub(super) list: List,
    sentence: String,
    how_often: String,
    consent: &'static str,
    offers: Vec<Offer>,
}

impl Face {
    /// Makes ready what pages show of a list.
    pub(super) fn new(service: &Service, list: List) -> Self {
        Self {
            sentence: format!(
                "New posts from {}, sent straight to your inbox.",
                list.settings.public_name.as_str()
            ),
            how_often: list.settings.cadence.words(),
            consent: service.wordings.current(),
            offers: how_often::on_form(&list),
            list,
        }
    }

    /// The same for a reader who has the list as often as this.
    pub(super) fn of_reader(service: &Service, list: List, cadence: Cadence) -> Self {
        Self {
            how_often: cadence.words(),
            ..Self::new(service, list)
        }
    }

    /// How often the list can come, for a form that asks, with what is chosen.
    pub(super) fn cadences(&self, chosen: Option<Cadence>) -> Vec<HowOften<'_>> {
        let chosen = self.list.settings.cadence_of(chosen);
        self.offers.iter().map(|offer| offer.shown(chosen)).collect()
    }

    /// The list of that short name, if it takes readers.
    pub(super) async fn find(service: &Service, key: &str) -> Result<Self, WebError> {
        let key = ListKey::parse(key).map_err(|_| WebError::UnknownList)?;
        match service::lists::by_key(service, &key).await {
            Ok(list) if list.archived_at.is_none() => Ok(Self::new(service, list)),
            Ok(_) | Err(ListError::Unknown) => Err(WebError::UnknownList),
            Err(error) => Err(WebError::from_service(error)),
        }
    }

    /// What every page shows.
    pub(super) fn shown(&self) -> ListFace<'_> {
        let settings = &self.list.settings;
        ListFace {
            joins_at: self.list.archived_at.is_none().then_some(self.list.key.as_str()),
            name: settings.public_name.as_str(),
            sentence: &self.sentence,
            how_often: &self.how_often,
            home: settings.blog_url.as_ref().map(url::Url::as_str),
            privacy: settings.privacy_url.as_ref().map(url::Url::as_str),
        }
    }

    /// An empty form of the list, which asks how often among [`Face::cadences`].
    pub(super) fn form<'a>(
        &'a self,
        form: domain::signup::Form,
        action: &'a str,
        cadences: &'a [HowOften<'a>],
    ) -> SignupForm<'a> {
        SignupForm {
            action,
            list: self.list.key.as_str(),
            email: "",
            error: None,
            cadences,
            cadence_error: None,
            consent: self.consent,
            wording: WORDING_VERSION,
            privacy: self.list.settings.privacy_url.as_ref().map(url::Url::as_str),
            form: form.as_str(),
            page: "",
        }
    }

    /// Who the list's mail comes from, as mail programs show it.
    pub(super) fn sender_name(&self) -> &str {
        let settings = &self.list.settings;
        settings
            .sender
            .as_ref()
            .map_or(settings.public_name.as_str(), |sender| sender.name.as_str())
    }

    /// The address that it comes from; empty while there is none.
    pub(super) fn sender_address(&self) -> &str {
        self.list
            .settings
            .sender
            .as_ref()
            .map_or("", |sender| sender.address.as_str())
    }
}
