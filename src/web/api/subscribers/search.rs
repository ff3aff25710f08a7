//! Which subscribers are looked for.

use domain::{EmailAddress, SubscriberId, subscription::State};
use serde::{Deserialize, Serialize};
use service::{Service, subscribers::Search};
use store::subscribers::Subscriber;
use utoipa::IntoParams;

use crate::web::api::{Cursor, Limit, ListRef, Problem, words};

/// Which subscribers are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only the one of this address.
    #[param(value_type = Option<String>, format = Email)]
    address: Option<EmailAddress>,
    /// Only those whose addresses begin with this text.
    #[serde(default)]
    #[param(value_type = Option<String>, max_length = 254)]
    search: String,
    /// Only those on the list of this id or short name.
    #[param(value_type = Option<ListRef>)]
    list: Option<ListRef>,
    /// Only those whose subscriptions to that list are in this state: by default the confirmed ones.
    #[param(value_type = Option<words::SubscriptionState>)]
    state: Option<State>,
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<Place>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
}

/// Where a page of subscribers ends: pages of a list are in the order of ids, others in that of addresses.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Place {
    /// On a list.
    Id(SubscriberId),
    /// Among all.
    Address(EmailAddress),
}

impl Filter {
    /// What the use case looks for.
    ///
    /// # Errors
    /// When the filters do not go together, or there is no such list.
    pub async fn wanted(&self, service: &Service) -> Result<Search, Problem> {
        if let Some(address) = &self.address {
            return match (&self.list, self.search.as_str()) {
                (None, "") => Ok(Search::Address(address.clone())),
                _ => Err(wrong("address", "an address is looked for by itself")),
            };
        }
        let after = self.after.as_ref().map(|cursor| &cursor.0);
        let Some(list) = &self.list else {
            if self.state.is_some() {
                return Err(wrong(
                    "state",
                    "a state is that of a subscription to a list: name the list too",
                ));
            }
            return match after {
                Some(Place::Id(_)) => Err(wrong("after", "this is the \"next\" of a page with other filters")),
                Some(Place::Address(address)) => Ok(Search::Prefix(self.search.clone(), Some(address.clone()))),
                None => Ok(Search::Prefix(self.search.clone(), None)),
            };
        };
        let after = match after {
            Some(Place::Address(_)) => return Err(wrong("after", "this is the \"next\" of a page with other filters")),
            Some(Place::Id(id)) => Some(*id),
            None => None,
        };
        let list = list.find(service).await?.id;
        let state = self.state.unwrap_or(State::Confirmed);
        Ok(Search::OnList((list, state), self.search.clone(), after))
    }

    /// The place of a subscriber on such a page.
    pub fn place(&self, subscriber: &Subscriber) -> Place {
        match (&self.list, &subscriber.address) {
            (None, Some(address)) => Place::Address(address.clone()),
            _ => Place::Id(subscriber.id),
        }
    }
}

fn wrong(field: &str, detail: &str) -> Problem {
    Problem::new(axum::http::StatusCode::BAD_REQUEST).field(field, detail)
}
