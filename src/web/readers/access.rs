//! Everything that is kept about a reader, behind a single-use link.
//!
//! The mailed link leads to a door, because scanners open links; its button uses the link up and leads on to an address
//! that was never mailed.

use axum::{
    extract::{Extension, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{AccessLinkId, ListKey, Purpose, Token};
use service::readers::{self, OwnData};
use store::events::Origin;

use super::{draw, fields::Fields, reader, row};
use crate::{
    pages::{
        access::{Access, Door, Erased, Notice, Subscription},
        field,
    },
    web::{App, Client, Path, WebError},
};

/// What tells a browser to keep a download, and under which name.
const AS_FILE: (HeaderName, HeaderValue) = (
    header::CONTENT_DISPOSITION,
    HeaderValue::from_static("attachment; filename=\"what-we-keep-about-you.json\""),
);

const AS_JSON: (HeaderName, HeaderValue) = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));

/// Opening the mailed link changes nothing and shows nothing.
pub(super) async fn door(State(app): State<App>, Path(token): Path) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Access, &token)?;
    if !readers::can_open(&app.service, id).await? {
        return Err(WebError::DeadLink);
    }
    draw::page(&Door {
        action: &format!("/access/{token}"),
    })
}

/// The door's button.
pub(super) async fn open(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
) -> Result<Response, WebError> {
    let id: AccessLinkId = row(&app.service.keys, Purpose::Access, &token)?;
    if !readers::open(&app.service, &reader(&client), id).await? {
        return Err(WebError::DeadLink);
    }
    let inside = Token::sign(&app.service.keys, Purpose::OwnData, id.get());
    Ok(Redirect::to(&format!("/own-data/{inside}")).into_response())
}

/// The page behind the door.
pub(super) async fn show(State(app): State<App>, Path(token): Path) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::OwnData, &token)?;
    draw_own(&app, id, &token, None).await
}

/// Its buttons.
pub(super) async fn press(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id: AccessLinkId = row(&app.service.keys, Purpose::OwnData, &token)?;
    let origin = reader(&client);
    let done = match fields.get(field::DO) {
        field::RENAME => {
            let name = fields.get(field::NAME);
            readers::rename(&app.service, &origin, id, name)
                .await?
                .then_some(Notice::NameSaved)
        }
        field::LEAVE => {
            let list = ListKey::parse(fields.get(field::LIST)).map_err(|_| WebError::UnknownList)?;
            readers::leave_own(&app.service, &origin, id, &list)
                .await?
                .then_some(Notice::Left)
        }
        field::DOWNLOAD => return download(&app, &origin, id).await,
        field::ERASE if fields.get(field::SURE) == "yes" => {
            return match readers::erase(&app.service, &origin, id).await {
                Ok(true) => draw::page(&Erased),
                Ok(false) => Err(WebError::DeadLink),
                Err(error) => Err(WebError::from_service(error)),
            };
        }
        field::ERASE => Some(Notice::TickToErase),
        _ => return Err(WebError::BadRequest("a button that is not on this page".to_owned())),
    };
    draw_own(&app, id, &token, Some(done.ok_or(WebError::DeadLink)?)).await
}

async fn download(app: &App, origin: &Origin, id: AccessLinkId) -> Result<Response, WebError> {
    let everything = readers::export(&app.service, origin, id).await?;
    let everything = everything.ok_or(WebError::DeadLink)?;
    // Set out for people, who read it with nothing but an editor.
    let text = serde_json::to_string_pretty(&everything).map_err(|error| WebError::Internal(error.into()))?;
    Ok(([AS_FILE, AS_JSON], text).into_response())
}

async fn draw_own(app: &App, id: AccessLinkId, token: &str, notice: Option<Notice>) -> Result<Response, WebError> {
    let OwnData {
        subscriber,
        subscriptions,
    } = readers::own_data(&app.service, id).await?.ok_or(WebError::DeadLink)?;
    let cadences = (subscriptions.iter()).map(|own| own.list.settings.cadence_of(own.subscription.cadence).words());
    let cadences = cadences.collect::<Vec<_>>();
    let shown = subscriptions
        .iter()
        .zip(&cadences)
        .map(|(own, how_often)| Subscription {
            key: own.list.key.as_str(),
            name: own.list.settings.public_name.as_str(),
            how_often,
            state: own.subscription.state,
        });
    let shown = shown.collect::<Vec<_>>();
    let status = match notice {
        Some(notice) if notice.is_error() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    draw::page_with(
        status,
        &Access {
            address: subscriber.address.as_ref().map_or("", domain::EmailAddress::as_str),
            name: subscriber.name.as_deref().unwrap_or_default(),
            subscriptions: &shown,
            action: &format!("/own-data/{token}"),
            notice,
        },
    )
}
