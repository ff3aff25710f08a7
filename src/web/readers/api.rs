//! `POST /api/v1/subscriptions`: the same sign-up as a form's, for scripts on sites that are configured.

use axum::{
    Json,
    extract::{Extension, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use service::messages;
use utoipa::ToSchema;

use super::{face::Face, signup::Sent};
use crate::web::{
    App, Client, WebError,
    api::{Body, Problem},
};

/// A sign-up.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SubscriptionRequest {
    /// The list's short name.
    list: String,
    /// The address.
    email: String,
    /// How often, such as `weekly mon 09:00`: one of those that the list offers. Left out, it is as the list has it.
    #[schema(example = "weekly mon 09:00")]
    cadence: Option<String>,
    /// The page that the form stands on; kept in the consent record.
    page: Option<String>,
    /// The version of the words beside the form; kept in the consent record. Left out, the record says that they are not
    /// known.
    wording: Option<i64>,
    /// A field that no person sees: leave it out.
    #[serde(default)]
    extra: String,
}

/// A sign-up was written down. The answer is the same whoever it is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// What the reader does next: always `check-your-inbox`.
    next: &'static str,
    /// Who the mail to look for comes from.
    from_name: String,
    /// The address that it comes from.
    from_address: String,
    /// Its subject.
    subject: String,
}

/// Sign up, as a form does
///
/// For scripts on sites that are configured. The answer is the same whoever it is about; what follows comes by mail.
#[utoipa::path(
    post,
    path = "/api/v1/subscriptions",
    tag = "readers",
    security(()),
    request_body = SubscriptionRequest,
    responses(
        (status = 202, description = "The sign-up is written down", body = Accepted),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such list", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is over 16 KiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "That is no address, or the list does not come that often", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many from one network", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(in crate::web) async fn subscribe(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Body(body): Body<SubscriptionRequest>,
) -> Result<Response, Problem> {
    let face = Face::find(&app.service, &body.list).await?;
    let sent = Sent::by_api(body.email, body.page, body.wording, !body.extra.is_empty()).at(body.cadence);
    match sent.write(&app, &face, &client).await? {
        Ok(()) => {
            let accepted = Accepted {
                next: "check-your-inbox",
                from_name: face.sender_name().to_owned(),
                from_address: face.sender_address().to_owned(),
                subject: messages::confirm_subject(&app.service, &face.list).map_err(WebError::from_service)?,
            };
            Ok((StatusCode::ACCEPTED, Json(accepted)).into_response())
        }
        Err(wrong) => {
            let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY);
            if let Some(error) = wrong.email {
                problem = problem.field("email", error);
            }
            if let Some(error) = wrong.cadence {
                problem = problem.field("cadence", error);
            }
            Err(problem)
        }
    }
}
