//! The form in a frame on another site's page, and its answer in the same place.

use axum::{
    extract::{Extension, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use axum_extra::extract::SignedCookieJar;
use domain::signup::Form;
use service::messages;

use super::{browser, draw, face::Face, fields::Fields, signup::Sent};
use crate::{
    pages::{
        list::{EmbedPage, SignupForm},
        signup::EmbedSignedUp,
    },
    web::{App, Client, WebError},
};

pub(super) async fn show(State(app): State<App>, Path(list): Path<String>) -> Result<Response, WebError> {
    let face = Face::find(&app.service, &list).await?;
    let here = format!("/embed/{list}");
    let page = draw::page(&EmbedPage {
        list: face.shown(),
        form: face.form(Form::Embed, &here),
    })?;
    Ok(draw::framed(page))
}

pub(super) async fn subscribe(
    State(app): State<App>,
    Path(list): Path<String>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    jar: SignedCookieJar,
    fields: Fields,
) -> Result<Response, WebError> {
    let face = Face::find(&app.service, &list).await?;
    let here = format!("/embed/{list}");
    let (browser, jar) = browser::remember(&app, jar);
    let sent = Sent::read(&fields, Form::Embed, &headers, browser);
    let outcome = sent.write(&app, &face, &client).await?;
    let form = SignupForm {
        email: &sent.email,
        page: &sent.page,
        ..face.form(Form::Embed, &here)
    };
    let page = match outcome {
        Ok(()) => draw::page(&EmbedSignedUp {
            list: face.shown(),
            from_name: face.sender_name(),
            subject: &messages::confirm_subject(&app.service, &face.list).map_err(WebError::from_service)?,
            correct: &here,
            form,
        }),
        Err(error) => draw::page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &EmbedPage {
                list: face.shown(),
                form: SignupForm {
                    error: Some(&error),
                    ..form
                },
            },
        ),
    };
    Ok((jar, draw::framed(page?)).into_response())
}
