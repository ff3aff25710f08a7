//! Who asks: the holder of a bearer token (RFC 6750), with the role of staff or of an admin.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use domain::Role;
use service::tokens;
use store::{
    events::{Actor, Origin},
    tokens::TokenInfo,
};

use super::{Problem, problem::Challenge};
use crate::web::{App, Client};

/// Whoever shows a token that works.
#[derive(Debug, Clone)]
pub struct Caller {
    /// What is known about the token.
    pub token: TokenInfo,
    /// How the log names them.
    pub origin: Origin,
}

/// Somebody who may read, announce and act on mailings.
#[derive(Debug, Clone)]
pub struct Staff(pub Caller);

/// Somebody who may do everything.
#[derive(Debug, Clone)]
pub struct Admin(pub Caller);

impl Caller {
    /// Whether they may do everything.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.token.role.covers(Role::Admin)
    }

    /// Whether people may be shown to them.
    #[must_use]
    pub fn may_see_people(&self) -> bool {
        self.is_admin()
    }

    fn with_role(self, needed: Role) -> Result<Self, Problem> {
        if self.token.role.covers(needed) {
            return Ok(self);
        }
        let detail = format!(
            "this takes a token of role {needed}; yours is of role {}",
            self.token.role
        );
        Err(Problem::new(StatusCode::FORBIDDEN)
            .detail(detail)
            .challenge(Challenge::InsufficientRole))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let shown = shown_token(parts).ok_or_else(|| {
            Problem::new(StatusCode::UNAUTHORIZED)
                .detail("show an API token: Authorization: Bearer pr_...")
                .challenge(Challenge::NoToken)
        })?;
        let token = tokens::recognise(&app.service, shown).await?.ok_or_else(|| {
            Problem::new(StatusCode::UNAUTHORIZED)
                .detail("this token is unknown or was revoked")
                .challenge(Challenge::InvalidToken)
        })?;
        let address = parts.extensions.get::<Client>().map(|client| client.address);
        let caller = Self {
            origin: Origin {
                actor: Actor::Token(token.name.clone()),
                address: address
                    .filter(|address| !address.is_unspecified())
                    .map(|address| address.to_string()),
            },
            token,
        };
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

/// What stands after `Bearer`, whose case does not matter.
fn shown_token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts
        .headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

impl FromRequestParts<App> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.with_role(Role::Staff).map(Self)
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.with_role(Role::Admin).map(Self)
    }
}
