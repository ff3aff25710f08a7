//! The preference link of a mail: one list, a masked address, what can be chosen there, and the way to everything else.

use axum::{
    extract::{Extension, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    Cadence, Purpose, SubscriptionId, Topics,
    cadence::CadenceError,
    subscription::{LeaveReason, State as Standing},
};
use service::{
    messages,
    readers::{self, ChoiceError, Choices, PAUSE_WEEKS, Wishes},
};

use super::{draw, face::Face, fields::Fields, how_often, reader, row, unsubscribe};
use crate::{
    pages::{
        field,
        preferences::{FreshLinkSent, Notice, Preferences, Topic},
    },
    web::{App, Client, Path, WebError},
};

/// Opening the link changes nothing.
pub(super) async fn show(State(app): State<App>, Path(token): Path) -> Result<Response, WebError> {
    let id = row(&app.service.keys, Purpose::Preferences, &token)?;
    let choices = readers::choices(&app.service, id).await?;
    draw_choices(&app, &token, choices.ok_or(WebError::DeadLink)?, None)
}

/// Its buttons.
pub(super) async fn press(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id: SubscriptionId = row(&app.service.keys, Purpose::Preferences, &token)?;
    let (service, origin) = (&app.service, reader(&client));
    let (done, notice) = match fields.get(field::DO) {
        field::SAVE => {
            let wishes = wishes(&app, id, &fields).await?;
            (readers::choose(service, &origin, id, &wishes).await, Notice::Saved)
        }
        field::PAUSE => {
            let weeks = fields.get(field::WEEKS).parse().unwrap_or_default();
            (readers::pause(service, &origin, id, weeks).await, Notice::Paused)
        }
        field::RESUME => (readers::resume(service, &origin, id).await, Notice::Resumed),
        field::LEAVE => {
            let seen = readers::leave(service, &origin, id, LeaveReason::Page).await?;
            return unsubscribe::left(&app, id, seen.ok_or(WebError::DeadLink)?);
        }
        field::FRESH_LINK => {
            let seen = readers::request_access(service, &origin, id).await?;
            let seen = seen.ok_or(WebError::DeadLink)?;
            let face = Face::new(service, seen.list);
            return draw::page(&FreshLinkSent {
                list: face.shown(),
                masked: &seen.masked,
                from_name: face.sender_name(),
                subject: &messages::access_subject(service, &face.list).map_err(WebError::from_service)?,
            });
        }
        _ => return Err(WebError::BadRequest("a button that is not on this page".to_owned())),
    };
    match done {
        Ok(choices) => draw_choices(&app, &token, choices.ok_or(WebError::DeadLink)?, Some(notice)),
        Err(ChoiceError::Store(error)) => Err(error.into()),
        Err(refused) => {
            let choices = readers::choices(service, id).await?.ok_or(WebError::DeadLink)?;
            let reason = how_often::capitalised(&format!("{refused}."));
            draw_choices(&app, &token, choices, Some(Notice::Refused(&reason)))
        }
    }
}

/// What the form asks for. Boxes that are not ticked are not sent, so that no topic at all is a choice where the list
/// offers some.
async fn wishes(app: &App, id: SubscriptionId, fields: &Fields) -> Result<Wishes, WebError> {
    let cadence: Option<Cadence> = match fields.get(field::CADENCE) {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|error: CadenceError| WebError::BadRequest(error.to_string()))?,
        ),
    };
    let choices = readers::choices(&app.service, id).await?.ok_or(WebError::DeadLink)?;
    let topics: Topics = fields.all(field::TOPIC).collect();
    let asks = !topics.is_empty() || !choices.topics.is_empty();
    Ok(Wishes {
        cadence,
        topics: asks.then_some(topics),
    })
}

fn draw_choices(app: &App, token: &str, choices: Choices, notice: Option<Notice<'_>>) -> Result<Response, WebError> {
    let Choices {
        seen,
        cadences,
        topics,
        paused_until,
    } = choices;
    let offers = how_often::on_preferences(&cadences);
    let topics = topics.iter().map(|topic| Topic {
        name: &topic.name,
        chosen: topic.is_theirs,
    });
    let status = match notice {
        Some(Notice::Refused(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let face = Face::of_reader(&app.service, seen.list, seen.cadence);
    draw::page_with(
        status,
        &Preferences {
            list: face.shown(),
            masked: &seen.masked,
            subscribed: seen.state == Standing::Confirmed,
            cadences: &offers.iter().map(|offer| offer.shown(seen.cadence)).collect::<Vec<_>>(),
            topics: &topics.collect::<Vec<_>>(),
            paused_until: paused_until.map(|day| day.strftime("%-d %B").to_string()).as_deref(),
            weeks: &PAUSE_WEEKS,
            action: &format!("/preferences/{token}"),
            notice,
        },
    )
}
