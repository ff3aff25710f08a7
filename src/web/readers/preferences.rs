//! The preference link of a mail: one list, a masked address, and the way to everything else.

use axum::{
    extract::{Extension, State},
    response::Response,
};
use domain::{
    Purpose,
    subscription::{LeaveReason, State as Standing},
};
use service::{messages, readers};

use super::{draw, face::Face, fields::Fields, reader, row, unsubscribe};
use crate::{
    pages::{
        field,
        preferences::{FreshLinkSent, Preferences},
    },
    web::{App, Client, Path, WebError},
};

/// Opening the link changes nothing.
pub(super) async fn show(State(app): State<App>, Path(token): Path) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Preferences, &token)?;
    let seen = readers::look_at(&app.service, id).await?.ok_or(WebError::DeadLink)?;
    let face = Face::new(&app.service, seen.list);
    draw::page(&Preferences {
        list: face.shown(),
        masked: &seen.masked,
        subscribed: seen.state == Standing::Confirmed,
        action: &format!("/preferences/{token}"),
    })
}

/// Its buttons.
pub(super) async fn press(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Preferences, &token)?;
    let origin = reader(&client);
    match fields.get(field::DO) {
        field::LEAVE => {
            let seen = readers::leave(&app.service, &origin, id, LeaveReason::Page).await?;
            unsubscribe::left(&app, id, seen.ok_or(WebError::DeadLink)?)
        }
        field::FRESH_LINK => {
            let seen = readers::request_access(&app.service, &origin, id).await?;
            let seen = seen.ok_or(WebError::DeadLink)?;
            let face = Face::new(&app.service, seen.list);
            draw::page(&FreshLinkSent {
                list: face.shown(),
                masked: &seen.masked,
                from_name: face.sender_name(),
                subject: &messages::access_subject(&app.service, &face.list).map_err(WebError::from_service)?,
            })
        }
        _ => Err(WebError::BadRequest("a button that is not on this page".to_owned())),
    }
}
