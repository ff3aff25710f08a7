//! The link in a confirmation.

use axum::{
    extract::{Extension, State},
    http::StatusCode,
    response::Response,
};
use axum_extra::extract::SignedCookieJar;
use domain::Purpose;
use service::{
    messages,
    readers::{self, Confirmation, Standing},
};

use super::{browser, draw, face::Face, reader, row};
use crate::{
    pages::confirm::{Confirm, ConfirmationSentAgain, Confirmed, DeadConfirmation},
    web::{App, Client, Path, WebError},
};

/// Opening the link changes nothing. In the browser that signed up the page presses its own button.
pub(super) async fn show(
    State(app): State<App>,
    Path(token): Path,
    jar: SignedCookieJar,
) -> Result<Response, WebError> {
    let signup = row(&app.service.keys, Purpose::Confirm, &token)?;
    let found = readers::look_at_confirmation(&app.service, signup).await?;
    let found = found.ok_or(WebError::DeadLink)?;
    let press = found.browser.is_some() && found.browser == browser::known(&jar);
    answer(&app, &token, found, press)
}

/// The button.
pub(super) async fn press(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
) -> Result<Response, WebError> {
    let signup = row(&app.service.keys, Purpose::Confirm, &token)?;
    let confirmed = readers::confirm(&app.service, &reader(&client), signup).await?;
    answer(&app, &token, confirmed.ok_or(WebError::DeadLink)?, false)
}

/// The button on a dead link's page.
pub(super) async fn ask_afresh(
    State(app): State<App>,
    Path(token): Path,
    Extension(client): Extension<Client>,
) -> Result<Response, WebError> {
    let signup = row(&app.service.keys, Purpose::Confirm, &token)?;
    let asked = readers::ask_afresh(&app.service, &reader(&client), signup).await;
    let asked = asked.map_err(WebError::from_service)?.ok_or(WebError::DeadLink)?;
    if asked.standing != Standing::Dead {
        return answer(&app, &token, asked, false);
    }
    let face = Face::new(&app.service, asked.list);
    draw::page(&ConfirmationSentAgain {
        list: face.shown(),
        from_name: face.sender_name(),
        subject: &messages::confirm_subject(&app.service, &face.list).map_err(WebError::from_service)?,
    })
}

fn answer(app: &App, token: &str, found: Confirmation, press: bool) -> Result<Response, WebError> {
    let face = Face::of_reader(&app.service, found.list, found.cadence);
    match found.standing {
        Standing::Live => draw::page(&Confirm {
            list: face.shown(),
            masked: &found.masked,
            action: &format!("/confirm/{token}"),
            press,
        }),
        Standing::Confirmed => draw::page(&Confirmed {
            list: face.shown(),
            from_name: face.sender_name(),
            from_address: face.sender_address(),
        }),
        Standing::Dead => draw::page_with(
            StatusCode::GONE,
            &DeadConfirmation {
                list: face.shown(),
                again: &format!("/confirm/{token}/fresh"),
            },
        ),
    }
}
