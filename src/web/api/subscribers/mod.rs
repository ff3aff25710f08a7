//! Subscribers: for admins only, and whoever looks at one leaves a line in the log.

mod lists;
pub mod search;
pub mod shape;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{MailingId, SubscriberId};
use serde::Deserialize;
use serde_json::Value;
use service::subscribers::{self, Attributes, SubscriberError};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Admin, Body, Cursor, Kind, Limit, Page, Path, Problem, Query};
use crate::web::App;
use search::Filter;
use shape::{FullSubscriber, NewSubscriber, Received, Subscriber, SubscriberChange};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(index, create))
        .routes(routes!(read, change, erase))
        .routes(routes!(export))
        .routes(routes!(received))
        .merge(lists::router())
}

/// Subscribers, by their addresses; those of a list in the order in which they were added
///
/// For admins; the look is logged.
#[utoipa::path(get, path = "/subscribers", tag = "subscribers", params(Filter),
    responses((status = OK, body = Page<Subscriber>)))]
async fn index(
    Admin(admin): Admin,
    State(app): State<App>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<Subscriber>>, Problem> {
    let wanted = filter.wanted(&app.service).await?;
    let found = subscribers::search(&app.service, &admin.origin, &wanted, filter.limit.and_one()).await?;
    Ok(Json(Page::of(
        found,
        filter.limit,
        |row| filter.place(row),
        Subscriber::from,
    )))
}

/// Put somebody on a list, or ask them whether they want to be on it
///
/// For admins. Somebody who is there already stays as they are. Refused with 409 when the address must not be mailed, or
/// when they left the list by themselves: then only they can come back, so ask them to confirm.
#[utoipa::path(post, path = "/subscribers", tag = "subscribers", request_body = NewSubscriber,
    responses(
        (status = OK, body = Subscriber, description = "The address was known"),
        (status = CREATED, body = Subscriber, description = "The address is new",
            headers(("location" = String, description = "The subscriber's address")))))]
async fn create(
    Admin(admin): Admin,
    State(app): State<App>,
    Body(new): Body<NewSubscriber>,
) -> Result<impl IntoResponse, Problem> {
    let wanted = subscribers::NewSubscriber {
        list: new.list.find(&app.service).await?.id,
        address: new.address,
        name: new.name,
        attributes: new.attributes.map(attributes).transpose()?,
    };
    let (subscriber, is_new) = if new.confirm {
        subscribers::ask(&app.service, &admin.origin, &wanted).await?
    } else {
        subscribers::vouch(&app.service, &admin.origin, &wanted).await?
    };
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let location = [(header::LOCATION, format!("/api/v1/subscribers/{}", subscriber.id))];
    Ok((status, location, Json(Subscriber::from(subscriber))))
}

/// One subscriber, with their lists
///
/// For admins; the look is logged.
#[utoipa::path(get, path = "/subscribers/{subscriber}", tag = "subscribers",
    params(("subscriber" = Uuid, Path, description = "The subscriber's id")),
    responses((status = OK, body = FullSubscriber)))]
async fn read(
    Admin(admin): Admin,
    State(app): State<App>,
    Path(id): Path<SubscriberId>,
) -> Result<Json<FullSubscriber>, Problem> {
    let profile = subscribers::look(&app.service, &admin.origin, id).await?;
    Ok(Json(profile.into()))
}

/// Change a subscriber's name and attributes
///
/// For admins. Refused with 409 when somebody else changed them since the version that is named.
#[utoipa::path(put, path = "/subscribers/{subscriber}", tag = "subscribers", request_body = SubscriberChange,
    params(("subscriber" = Uuid, Path, description = "The subscriber's id")),
    responses((status = OK, body = Subscriber)))]
async fn change(
    Admin(admin): Admin,
    State(app): State<App>,
    Path(id): Path<SubscriberId>,
    Body(change): Body<SubscriberChange>,
) -> Result<Json<Subscriber>, Problem> {
    let (name, attributes) = (change.name.as_ref(), attributes(change.attributes)?);
    let version = (id, change.version);
    let subscriber = subscribers::change(&app.service, &admin.origin, version, name, &attributes).await?;
    Ok(Json(subscriber.into()))
}

/// Erase a subscriber
///
/// For admins. What is known of them is gone at once, also from mail that waits; what remains is a row without a person
/// and, where the address must not be mailed, a hash by which that is known.
#[utoipa::path(delete, path = "/subscribers/{subscriber}", tag = "subscribers",
    params(("subscriber" = Uuid, Path, description = "The subscriber's id")),
    responses((status = NO_CONTENT, description = "They are erased")))]
async fn erase(
    Admin(admin): Admin,
    State(app): State<App>,
    Path(id): Path<SubscriberId>,
) -> Result<StatusCode, Problem> {
    subscribers::erase(&app.service, &admin.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A copy of everything that is kept about a subscriber
///
/// For admins; the look is logged.
#[utoipa::path(get, path = "/subscribers/{subscriber}/export", tag = "subscribers",
    params(("subscriber" = Uuid, Path, description = "The subscriber's id")),
    responses((status = OK, body = Object)))]
async fn export(
    Admin(admin): Admin,
    State(app): State<App>,
    Path(id): Path<SubscriberId>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(subscribers::export(&app.service, &admin.origin, id).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Pages {
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<MailingId>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// What a subscriber was sent, and what not and why, the latest first
///
/// For admins; the look is logged.
#[utoipa::path(get, path = "/subscribers/{subscriber}/deliveries", tag = "subscribers",
    params(("subscriber" = Uuid, Path, description = "The subscriber's id"), Pages),
    responses((status = OK, body = Page<Received>)))]
async fn received(
    Admin(admin): Admin,
    State(app): State<App>,
    Path(id): Path<SubscriberId>,
    Query(pages): Query<Pages>,
) -> Result<Json<Page<Received>>, Problem> {
    let (before, most) = (pages.after.map(|cursor| cursor.0), pages.limit.and_one());
    let found = subscribers::history(&app.service, &admin.origin, id, before, most).await?;
    Ok(Json(Page::of(
        found,
        pages.limit,
        |passage| passage.mailing,
        Received::from,
    )))
}

fn attributes(map: serde_json::Map<String, Value>) -> Result<Attributes, Problem> {
    Attributes::new(map).map_err(|error| Problem::invalid("attributes", error))
}

impl From<SubscriberError> for Problem {
    fn from(error: SubscriberError) -> Self {
        match error {
            SubscriberError::Unknown | SubscriberError::NotOnList => Self::not_found(error),
            SubscriberError::UnknownList => Self::invalid("list", error),
            SubscriberError::Stale => Self::of(Kind::STALE).detail(error),
            SubscriberError::Blocked(_) => Self::of(Kind::BLOCKED).detail(error),
            SubscriberError::Erased | SubscriberError::ListArchived | SubscriberError::Left => {
                Self::of(Kind::STATE).detail(error)
            }
            SubscriberError::CaughtMail(_) => Self::from_service(error),
            SubscriberError::Store(error) => error.into(),
        }
    }
}
