//! Lists as requests name them: by id or by short name.

use std::borrow::Cow;

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{ListId, ListKey};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::json;
use service::{Service, lists};
use store::lists::List;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

use super::{Path, Problem};
use crate::web::App;

/// A list's id or short name.
#[derive(Debug, Clone)]
pub enum ListRef {
    /// The id.
    Id(ListId),
    /// The short name.
    Key(ListKey),
}

/// The list that the path names, archived or not.
#[derive(Debug, Clone)]
pub struct ListAt(pub List);

impl ListRef {
    /// The list, archived or not.
    ///
    /// # Errors
    /// When there is no such list.
    pub async fn find(&self, service: &Service) -> Result<List, Problem> {
        Ok(match self {
            Self::Id(id) => lists::by_id(service, *id).await?,
            Self::Key(key) => lists::by_key(service, key).await?,
        })
    }

    /// The id of the list that a filter names, if it names one.
    ///
    /// # Errors
    /// When there is no such list.
    pub async fn find_id(named: Option<&Self>, service: &Service) -> Result<Option<ListId>, Problem> {
        Ok(match named {
            Some(list) => Some(list.find(service).await?.id),
            None => None,
        })
    }
}

impl PartialSchema for ListRef {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "The id or the short name of a list: small letters, digits and inner hyphens.",
            ))
            .pattern(Some("^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$"))
            .examples([json!("wellness")])
            .build()
            .into()
    }
}

impl ToSchema for ListRef {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ListName")
    }
}

impl<'de> Deserialize<'de> for ListRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => ListKey::parse(&text)
                .map(Self::Key)
                .map_err(|_| D::Error::custom("this is neither the id nor the short name of a list")),
        }
    }
}

impl FromRequestParts<App> for ListAt {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        struct Named {
            list: ListRef,
        }
        let Path(Named { list }) = Path::from_request_parts(parts, app).await?;
        list.find(&app.service).await.map(Self)
    }
}
