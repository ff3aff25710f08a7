//! Mailings: what went to whom, and how far one has come.

pub mod shape;

use axum::{Json, extract::State};
use domain::{
    MailingId,
    mailing::{Action, Outcome},
};
use serde::Deserialize;
use service::mailings::{self, ActError, PreviewError};
use store::deliveries::Asked;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Cursor, Kind, Limit, ListRef, Page, Path, Problem, Query, Staff, words};
use crate::web::App;
use shape::{Delivery, FullMailing, MailPreview, Mailing};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(index))
        .routes(routes!(read))
        .routes(routes!(preview))
        .routes(routes!(deliveries))
        .routes(routes!(act))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those to the list of this id or short name.
    #[param(value_type = Option<ListRef>)]
    list: Option<ListRef>,
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<MailingId>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// The mailings, the latest first
#[utoipa::path(get, path = "/mailings", tag = "mailings", params(Filter), responses((status = OK, body = Page<Mailing>)))]
async fn index(_: Staff, State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<Page<Mailing>>, Problem> {
    let list = ListRef::find_id(filter.list.as_ref(), &app.service).await?;
    let before = filter.after.map(|cursor| cursor.0);
    let found = mailings::page(&app.service, list, before, filter.limit.and_one()).await?;
    Ok(Json(Page::of(found, filter.limit, |mailing| mailing.id, Mailing::from)))
}

/// One mailing, with what it brings and whom it left out
#[utoipa::path(get, path = "/mailings/{mailing}", tag = "mailings",
    params(("mailing" = Uuid, Path, description = "The mailing's id")),
    responses((status = OK, body = FullMailing)))]
async fn read(_: Staff, State(app): State<App>, Path(id): Path<MailingId>) -> Result<Json<FullMailing>, Problem> {
    let mailing = mailings::by_id(&app.service, id).await?.ok_or(ActError::Unknown)?;
    let posts = mailings::posts_of(&app.service, id).await?;
    let editions = mailings::editions_of(&app.service, id).await?;
    let exclusions = mailings::exclusions_of(&app.service, id).await?;
    Ok(Json(FullMailing::new(mailing, (posts, editions), exclusions)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichEdition {
    /// The number of one of the mailing's editions: by default the first.
    edition: Option<i64>,
}

/// A mailing as its readers get it
///
/// As it was rendered, or would be rendered now for most of its first 5,000 readers. Nothing is changed.
#[utoipa::path(get, path = "/mailings/{mailing}/preview", tag = "mailings",
    params(("mailing" = Uuid, Path, description = "The mailing's id"), WhichEdition),
    responses((status = OK, body = MailPreview)))]
async fn preview(
    _: Staff,
    State(app): State<App>,
    Path(id): Path<MailingId>,
    Query(WhichEdition { edition }): Query<WhichEdition>,
) -> Result<Json<MailPreview>, Problem> {
    Ok(Json(mailings::preview(&app.service, id, edition).await?.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveryFilter {
    /// Only those with this outcome.
    #[param(value_type = Option<words::Outcome>)]
    outcome: Option<Outcome>,
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<i64>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// The deliveries of a mailing, by their numbers
///
/// Staff see outcomes; admins see addresses too, and the look is logged.
#[utoipa::path(get, path = "/mailings/{mailing}/deliveries", tag = "mailings",
    params(("mailing" = Uuid, Path, description = "The mailing's id"), DeliveryFilter),
    responses((status = OK, body = Page<Delivery>)))]
async fn deliveries(
    Staff(staff): Staff,
    State(app): State<App>,
    Path(id): Path<MailingId>,
    Query(filter): Query<DeliveryFilter>,
) -> Result<Json<Page<Delivery>>, Problem> {
    let asked = Asked {
        outcome: filter.outcome,
        after: filter.after.map_or(0, |cursor| cursor.0),
        most: filter.limit.and_one(),
    };
    Ok(Json(if staff.may_see_people() {
        let found = mailings::look_at_readers(&app.service, &staff.origin, id, asked).await?;
        Page::of(found, filter.limit, |found| found.delivery.n, Delivery::from)
    } else {
        let found = mailings::deliveries_of(&app.service, id, asked).await?;
        Page::of(found, filter.limit, |delivery| delivery.n, Delivery::from)
    }))
}

/// Approve, pause, resume or cancel a mailing
///
/// A draft that is approved goes to the readers that the list has then. Mails that are under way when it is paused or cancelled still arrive, and are counted.
#[utoipa::path(post, path = "/mailings/{mailing}/actions/{action}", tag = "mailings",
    params(
        ("mailing" = Uuid, Path, description = "The mailing's id"),
        ("action" = words::MailingAction, Path, description = "What to do")),
    responses((status = OK, body = Mailing)))]
async fn act(
    Staff(staff): Staff,
    State(app): State<App>,
    Path((id, action)): Path<(MailingId, Action)>,
) -> Result<Json<Mailing>, Problem> {
    let mailing = mailings::act(&app.service, &staff.origin, id, action).await?;
    Ok(Json(mailing.into()))
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::Unknown
            | PreviewError::UnknownList
            | PreviewError::UnknownCadence(_)
            | PreviewError::UnknownEdition
            | PreviewError::Nothing => Self::not_found(error),
            PreviewError::Store(error) => error.into(),
            PreviewError::Render(_) => Self::from_service(error),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Unknown => Self::not_found(error),
            ActError::NotNow { .. } => Self::of(Kind::STATE).detail(error),
            ActError::Store(error) => error.into(),
        }
    }
}
