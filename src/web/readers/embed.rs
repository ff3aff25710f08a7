//! The form in a frame on another site's page, and its answer in the same place.

use axum::{
    extract::{Extension, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use axum_extra::extract::SignedCookieJar;
use domain::signup::Form;
use service::messages;
use url::form_urlencoded;

use super::{browser, draw, face::Face, fields::Fields, referrer, signup::Sent};
use crate::{
    pages::{
        field,
        list::{EmbedPage, SignupForm},
        signup::EmbedSignedUp,
    },
    web::{App, Client, Path, WebError},
};

pub(super) async fn show(
    State(app): State<App>,
    Path(list): Path,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let face = Face::find(&app.service, &list).await?;
    let here = format!("/embed/{list}");
    let cadences = face.cadences(None);
    let page = named(query.as_deref()).or_else(|| around(&app, &headers));
    let page = draw::page(&EmbedPage {
        list: face.shown(),
        form: SignupForm {
            page: page.as_deref().unwrap_or_default(),
            ..face.form(Form::Embed, &here, &cadences)
        },
    })?;
    Ok(draw::framed(page))
}

/// The page that the frame's address says it stands on.
fn named(query: Option<&str>) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query?.as_bytes());
    let (_, page) = pairs.find(|(name, page)| name == field::PAGE && !page.is_empty())?;
    Some(page.into())
}

/// The page that the browser says the frame stands on. Whoever comes back to the form comes from the frame itself.
fn around(app: &App, headers: &HeaderMap) -> Option<String> {
    let page = referrer::read(headers)?;
    (page.origin() != app.web.public_url.origin()).then(|| page.into())
}

/// The frame's address for whoever comes back to its form, when the browser no longer says where the frame stands.
fn back(here: &str, page: &str) -> String {
    if page.is_empty() {
        return here.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(field::PAGE, page)
        .finish();
    format!("{here}?{query}")
}

pub(super) async fn subscribe(
    State(app): State<App>,
    Path(list): Path,
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
    let cadences = face.cadences(sent.cadence());
    let form = SignupForm {
        email: &sent.email,
        page: &sent.page,
        ..face.form(Form::Embed, &here, &cadences)
    };
    let page = match outcome {
        Ok(()) => draw::page(&EmbedSignedUp {
            list: face.shown(),
            from_name: face.sender_name(),
            subject: &messages::confirm_subject(&app.service, &face.list).map_err(WebError::from_service)?,
            correct: &back(&here, &sent.page),
            wording: sent.wording,
            form,
        }),
        Err(wrong) => draw::page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &EmbedPage {
                list: face.shown(),
                form: SignupForm {
                    error: wrong.email.as_deref(),
                    cadence_error: wrong.cadence.as_deref(),
                    ..form
                },
            },
        ),
    };
    Ok((jar, draw::framed(page?)).into_response())
}
