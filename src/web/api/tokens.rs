//! Tokens of the API.

use axum::{Extension, Json, extract::State, http::StatusCode, response::IntoResponse};
use domain::{ApiTokenId, Label, Role};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::tokens::{self, TokenError};
use store::tokens::TokenInfo;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Admin, Body, Cursor, Limit, Page, Path, Problem, Query, idempotency::Kept, words};
use crate::web::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(index, create))
        .routes(routes!(revoke))
}

/// What is known about a token, which is everything but the token.
#[derive(Debug, Serialize, ToSchema)]
struct Token {
    #[schema(value_type = Uuid)]
    id: ApiTokenId,
    /// What its owner calls it; the log names its holder by it.
    #[schema(example = "website")]
    name: String,
    #[schema(value_type = words::Role)]
    role: Role,
    created_at: Timestamp,
    /// When it was last seen, to a few minutes.
    #[schema(required)]
    used_at: Option<Timestamp>,
    /// Since when it opens nothing.
    #[schema(required)]
    revoked_at: Option<Timestamp>,
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// What to call it.
    #[schema(value_type = String, min_length = 1, max_length = 120, example = "website")]
    name: Label,
    #[schema(value_type = words::Role)]
    role: Role,
}

/// A token that was made.
#[derive(Debug, Serialize, ToSchema)]
struct MadeToken {
    #[schema(value_type = Uuid)]
    id: ApiTokenId,
    #[schema(value_type = String, example = "website")]
    name: Label,
    #[schema(value_type = words::Role)]
    role: Role,
    /// The token itself: shown here only, and null when the answer is repeated for an Idempotency-Key.
    #[schema(required, example = "pr_...")]
    token: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<ApiTokenId>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// The tokens, in the order of their making
///
/// For admins.
#[utoipa::path(get, path = "/tokens", tag = "tokens", params(Filter), responses((status = OK, body = Page<Token>)))]
async fn index(_: Admin, State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<Page<Token>>, Problem> {
    let after = filter.after.map(|cursor| cursor.0);
    let found = tokens::page(&app.service, after, filter.limit.and_one()).await?;
    Ok(Json(Page::of(found, filter.limit, |token| token.id, Token::from)))
}

/// Make a token
///
/// For admins. The answer is the only place that ever shows it.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewToken,
    responses((status = CREATED, body = MadeToken)))]
async fn create(
    Admin(admin): Admin,
    State(app): State<App>,
    Body(NewToken { name, role }): Body<NewToken>,
) -> Result<impl IntoResponse, Problem> {
    let (id, token) = tokens::create(&app.service, &admin.origin, &name, role).await?;
    let mut made = MadeToken {
        id,
        name,
        role,
        token: None,
    };
    let kept = Kept::of(&made);
    made.token = Some(token.expose());
    Ok((StatusCode::CREATED, Extension(kept), Json(made)))
}

/// Revoke a token
///
/// For admins. From now on it opens nothing.
#[utoipa::path(delete, path = "/tokens/{token}", tag = "tokens", params(("token" = Uuid, Path, description = "The token's id")),
    responses((status = NO_CONTENT, description = "It opens nothing any more")))]
async fn revoke(
    Admin(admin): Admin,
    State(app): State<App>,
    Path(id): Path<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    tokens::revoke(&app.service, &admin.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<TokenInfo> for Token {
    fn from(token: TokenInfo) -> Self {
        Self {
            id: token.id,
            name: token.name,
            role: token.role,
            created_at: token.created_at.timestamp(),
            used_at: token.used_at.map(|at| at.timestamp()),
            revoked_at: token.revoked_at.map(|at| at.timestamp()),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unknown => Self::not_found(error),
            TokenError::Store(error) => error.into(),
        }
    }
}
