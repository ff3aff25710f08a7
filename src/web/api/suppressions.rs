//! Addresses that must not be mailed, whether or not a subscriber is behind them: the block outlives erasure.

use axum::{Json, extract::State};
use domain::{EmailAddress, suppression::Note};
use serde::{Deserialize, Serialize};
use service::subscribers;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Admin, Body, Problem, Query, subscribers::shape::Suppression};
use crate::web::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, block)).routes(routes!(lift))
}

/// Why an address must not be mailed.
#[derive(Debug, Serialize, ToSchema)]
struct Suppressions {
    /// Empty when it may be mailed.
    suppressions: Vec<Suppression>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The address.
    #[param(value_type = String, format = Email)]
    address: EmailAddress,
}

/// An address that is not to be mailed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBlock {
    #[schema(value_type = String, format = Email, example = "ann@example.org")]
    address: EmailAddress,
    /// Why, for those who look at it later.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "asked on the telephone")]
    note: Option<Note>,
}

/// An address that may be mailed again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Lift {
    #[schema(value_type = String, format = Email, example = "ann@example.org")]
    address: EmailAddress,
}

/// Why an address must not be mailed
///
/// For admins.
#[utoipa::path(get, path = "/suppressions", tag = "subscribers", params(Which), responses((status = OK, body = Suppressions)))]
async fn read(_: Admin, State(app): State<App>, Query(which): Query<Which>) -> Result<Json<Suppressions>, Problem> {
    let found = subscribers::blocks(&app.service, &which.address).await?;
    Ok(Json(found.into()))
}

/// Block an address
///
/// For admins. Nothing is mailed to it until an admin lifts that. Mail that waits for it is withheld.
#[utoipa::path(post, path = "/suppressions", tag = "subscribers", request_body = NewBlock,
    responses((status = OK, body = Suppressions, description = "All that is in force for the address now")))]
async fn block(
    Admin(admin): Admin,
    State(app): State<App>,
    Body(new): Body<NewBlock>,
) -> Result<Json<Suppressions>, Problem> {
    let in_force = subscribers::block(&app.service, &admin.origin, &new.address, new.note.as_ref()).await?;
    Ok(Json(in_force.into()))
}

/// Let an address be mailed again
///
/// For admins. Bounces, complaints and blocks of it are lifted. It is on no list because of that.
#[utoipa::path(post, path = "/suppressions/lift", tag = "subscribers", request_body = Lift,
    responses((status = OK, body = Suppressions, description = "What was in force until now")))]
async fn lift(
    Admin(admin): Admin,
    State(app): State<App>,
    Body(Lift { address }): Body<Lift>,
) -> Result<Json<Suppressions>, Problem> {
    let lifted = subscribers::unblock(&app.service, &admin.origin, &address).await?;
    Ok(Json(lifted.into()))
}

impl From<Vec<store::suppressions::Suppression>> for Suppressions {
    fn from(found: Vec<store::suppressions::Suppression>) -> Self {
        Self {
            suppressions: found.into_iter().map(Into::into).collect(),
        }
    }
}
