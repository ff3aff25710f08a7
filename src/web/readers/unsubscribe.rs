//! The link that leaves a list: a page with a button, and the one-click request of mail programs (RFC 8058).

use axum::{
    extract::{Extension, State},
    response::{IntoResponse, Response},
};
use domain::{
    Purpose, SubscriptionId, Token,
    subscription::{LeaveReason, State as Standing},
};
use service::readers::{self, Seen};

use super::{draw, face::Face, fields::Fields, reader, row};
use crate::{
    pages::leave::{Leave, Left, Returned},
    web::{App, Client, Path, WebError},
};

/// What a mail program sends (RFC 8058, section 3.2).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// Opening the link changes nothing.
pub(super) async fn show(State(app): State<App>, Path(token): Path) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Unsubscribe, &token)?;
    let seen = readers::look_at(&app.service, id).await?.ok_or(WebError::DeadLink)?;
    if seen.state == Standing::Unsubscribed {
        return left(&app, id, seen);
    }
    let face = Face::new(&app.service, seen.list);
    draw::page(&Leave {
        list: face.shown(),
        masked: &seen.masked,
        action: &format!("/unsubscribe/{token}"),
    })
}

/// The button, or a mail program. The latter gets the same answer whether or not there was anything to leave.
pub(super) async fn press(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Unsubscribe, &token)?;
    if fields.get(ONE_CLICK.0) == ONE_CLICK.1 {
        readers::leave(&app.service, &reader(&client), id, LeaveReason::OneClick).await?;
        return Ok("You have left the list.\n".into_response());
    }
    let seen = readers::leave(&app.service, &reader(&client), id, LeaveReason::Page).await?;
    left(&app, id, seen.ok_or(WebError::DeadLink)?)
}

/// The button that takes leaving back.
pub(super) async fn undo(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Unsubscribe, &token)?;
    let seen = readers::undo(&app.service, &reader(&client), id).await?;
    let seen = seen.ok_or(WebError::DeadLink)?;
    if seen.state == Standing::Unsubscribed {
        return left(&app, id, seen);
    }
    let face = Face::new(&app.service, seen.list);
    draw::page(&Returned {
        list: face.shown(),
        masked: &seen.masked,
    })
}

/// The page after leaving.
pub(super) fn left(app: &App, id: SubscriptionId, seen: Seen) -> Result<Response, WebError> {
    let token = Token::sign(&app.service.keys, Purpose::Unsubscribe, id.get());
    let undo = format!("/unsubscribe/{token}/undo");
    let face = Face::new(&app.service, seen.list);
    draw::page(&Left {
        list: face.shown(),
        masked: &seen.masked,
        undo: seen.can_undo.then_some(&undo),
    })
}
