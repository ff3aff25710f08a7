//! `POST /subscribe`: what every form sends, and the one answer to it.

use axum::{
    extract::{Extension, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use axum_extra::extract::SignedCookieJar;
use domain::{Cadence, EmailAddress, signup::Form};
use service::{
    messages,
    readers::{ChoiceError, SignupRequest, offered, request_signup},
};
use store::lists::List;
use uuid::Uuid;

use super::{browser, draw, face::Face, fields::Fields, how_often, known, referrer};
use crate::{
    pages::{
        field,
        list::{ListPage, SignupForm},
        signup::SignedUp,
    },
    web::{App, Client, WebError},
};

/// Where forms post to.
pub(super) const SUBSCRIBE: &str = "/subscribe";

/// A form from any page, this house's or another's. The answer is a page and no redirect, so that it also stands where
/// the form stood in a frame.
pub(super) async fn subscribe(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    jar: SignedCookieJar,
    fields: Fields,
) -> Result<Response, WebError> {
    let face = Face::find(&app.service, fields.get(field::LIST)).await?;
    let (browser, jar) = browser::remember(&app, jar);
    let form = fields.get(field::FORM).parse().unwrap_or(Form::Snippet);
    let sent = Sent::read(&fields, form, &headers, browser);
    let outcome = sent.write(&app, &face, &client).await?;
    let cadences = face.cadences(sent.cadence());
    let form = SignupForm {
        email: &sent.email,
        page: &sent.page,
        ..face.form(form, SUBSCRIBE, &cadences)
    };
    let page = match outcome {
        Ok(()) => draw::page(&SignedUp {
            list: face.shown(),
            from_name: face.sender_name(),
            from_address: face.sender_address(),
            subject: &messages::confirm_subject(&app.service, &face.list).map_err(WebError::from_service)?,
            wording: sent.wording,
            form,
        }),
        Err(wrong) => draw::page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &ListPage {
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

/// What is wrong with a form, in words for the reader.
#[derive(Debug)]
pub(super) struct Wrong {
    /// With the address.
    pub(super) email: Option<String>,
    /// With how often.
    pub(super) cadence: Option<String>,
}

/// What a form sent.
pub(super) struct Sent {
    pub(super) email: String,
    pub(super) page: String,
    cadence: String,
    /// The version of the words beside the form, if it named one.
    pub(super) wording: Option<i64>,
    form: Form,
    browser: Option<Uuid>,
    /// Whether the field that no person sees was filled.
    trapped: bool,
}

impl Sent {
    /// Reads a form. The page that it stood on is what the form says, or else what the browser says; of a form in a
    /// frame, the browser would name the frame.
    pub(super) fn read(fields: &Fields, form: Form, headers: &HeaderMap, browser: Uuid) -> Self {
        let page = match fields.get(field::PAGE) {
            "" if form != Form::Embed => referrer::read(headers).map_or_else(String::new, String::from),
            page => page.to_owned(),
        };
        Self {
            email: fields.get(field::EMAIL).to_owned(),
            page,
            cadence: fields.get(field::CADENCE).to_owned(),
            wording: fields.get(field::WORDING).parse().ok(),
            form,
            browser: Some(browser),
            trapped: !fields.get(field::TRAP).is_empty(),
        }
    }

    /// A request without a form, of whoever wants the list as the list has it.
    pub(super) fn by_api(email: String, page: Option<String>, wording: Option<i64>, trapped: bool) -> Self {
        Self {
            email,
            page: page.unwrap_or_default(),
            cadence: String::new(),
            wording,
            form: Form::Api,
            browser: None,
            trapped,
        }
    }

    /// The same, for whoever chose how often.
    pub(super) fn at(self, cadence: Option<String>) -> Self {
        Self {
            cadence: cadence.unwrap_or_default(),
            ..self
        }
    }

    /// What was chosen, if it is a cadence at all.
    pub(super) fn cadence(&self) -> Option<Cadence> {
        self.cadence.parse().ok()
    }

    /// Writes the sign-up down, or says in words for the reader what is wrong with what was typed. Whoever filled the
    /// trap is told the same, and nothing is written.
    pub(super) async fn write(&self, app: &App, face: &Face, client: &Client) -> Result<Result<(), Wrong>, WebError> {
        let (address, cadence) = match (EmailAddress::parse(&self.email), self.asked(&face.list)) {
            (Ok(address), Ok(cadence)) => (address, cadence),
            (address, cadence) => {
                return Ok(Err(Wrong {
                    email: address.err().map(|error| error.to_string()),
                    cadence: cadence.err(),
                }));
            }
        };
        if self.trapped {
            return Ok(Ok(()));
        }
        let request = SignupRequest {
            list: face.list.id,
            address,
            wording: self.wording,
            form: self.form,
            cadence,
            page: Some(self.page.clone()),
            browser: self.browser,
            from: known(client),
        };
        request_signup(&app.service, request)
            .await
            .map_err(WebError::from_service)?;
        Ok(Ok(()))
    }

    /// How often the list is wanted, if that was asked; it must be one of those that the list offers.
    fn asked(&self, list: &List) -> Result<Option<Cadence>, String> {
        if self.cadence.is_empty() {
            return Ok(None);
        }
        match self.cadence() {
            Some(cadence) if offered(list).contains(&cadence) => Ok(Some(cadence)),
            Some(cadence) => Err(how_often::capitalised(&format!("{}.", ChoiceError::Cadence(cadence)))),
            None => Err("Please choose how often.".to_owned()),
        }
    }
}
