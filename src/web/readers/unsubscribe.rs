//! The link that leaves a list: a page with a button, and the one-click request of mail programs (RFC 8058).

use axum::{
    extract::{Extension, State},
    response::{IntoResponse, Response},
};
use domain::{
    Purpose, SubscriptionId, Token,
    cadence::CadenceError,
    subscription::{LeaveReason, State as Standing},
};
use service::readers::{self, ChoiceError, Seen};

use super::{draw, face::Face, fields::Fields, how_often, reader, row};
use crate::{
    pages::{
        field,
        leave::{Instead, Leave, Left, Returned},
    },
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

/// The buttons that take leaving back: as it was, or at a slower cadence instead.
pub(super) async fn undo(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Unsubscribe, &token)?;
    let slower = match fields.get(field::CADENCE) {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|error: CadenceError| WebError::BadRequest(error.to_string()))?,
        ),
    };
    let seen = match slower {
        Some(cadence) => match readers::stay(&app.service, &reader(&client), id, cadence).await {
            Err(error @ ChoiceError::Cadence(_)) => return Err(WebError::BadRequest(error.to_string())),
            seen => seen.map_err(WebError::from_service)?,
        },
        None => readers::undo(&app.service, &reader(&client), id).await?,
    };
    let seen = seen.ok_or(WebError::DeadLink)?;
    if seen.state == Standing::Unsubscribed {
        return left(&app, id, seen);
    }
    let words = slower.map(|_| seen.cadence.words());
    let face = Face::new(&app.service, seen.list);
    draw::page(&Returned {
        list: face.shown(),
        masked: &seen.masked,
        instead: words.as_deref(),
    })
}

/// The page after leaving.
pub(super) fn left(app: &App, id: SubscriptionId, seen: Seen) -> Result<Response, WebError> {
    let token = Token::sign(&app.service.keys, Purpose::Unsubscribe, id.get());
    let undo = format!("/unsubscribe/{token}/undo");
    let slower = seen
        .slower
        .map(|cadence| (cadence.spelling(), how_often::seldom(cadence)));
    let face = Face::new(&app.service, seen.list);
    draw::page(&Left {
        list: face.shown(),
        masked: &seen.masked,
        undo: seen.can_undo.then_some(&undo),
        instead: slower.as_ref().map(|(cadence, words)| Instead { cadence, words }),
    })
}
