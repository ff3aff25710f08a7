//! The lists of one subscriber.

use axum::{extract::State, http::StatusCode};
use domain::SubscriberId;
use serde::Deserialize;
use service::subscribers;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::web::{
    App,
    api::{Admin, ListRef, Path, Problem},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(take_off))
}

#[derive(Debug, Deserialize)]
struct OnList {
    subscriber: SubscriberId,
    list: ListRef,
}

/// Take a subscriber off a list
///
/// For admins.
#[utoipa::path(delete, path = "/subscribers/{subscriber}/lists/{list}", tag = "subscribers",
    params(
        ("subscriber" = Uuid, Path, description = "The subscriber's id"),
        ("list" = ListRef, Path, description = "The id or the short name of the list")),
    responses((status = NO_CONTENT, description = "They are off the list")))]
async fn take_off(Admin(admin): Admin, State(app): State<App>, Path(at): Path<OnList>) -> Result<StatusCode, Problem> {
    let list = at.list.find(&app.service).await?.id;
    subscribers::take_off(&app.service, &admin.origin, at.subscriber, list).await?;
    Ok(StatusCode::NO_CONTENT)
}
