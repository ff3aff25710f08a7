//! Tokens of the API: made, recognised, ended.

use std::time::Duration;

use domain::{ApiToken, ApiTokenId, Label, Millis, Role};
use serde_json::json;
use store::{
    events::{self, Event, Origin, Subject},
    tokens::{self, TokenInfo},
};

use crate::Service;

/// How old the last sight of a token may be before it is written anew, so that requests rarely write.
const SIGHT: Duration = Duration::from_mins(5);

/// Why a token was not made or ended.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no such token, or it was ended before.
    #[error("there is no such token that still works")]
    Unknown,
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Makes a token. Only what is given back here ever shows it.
///
/// # Errors
/// The database's.
pub async fn create(
    service: &Service,
    origin: &Origin,
    name: &Label,
    role: Role,
) -> Result<(ApiTokenId, ApiToken), TokenError> {
    let token = &ApiToken::generate(service.db.random());
    let id = service
        .db
        .write(|mut tx| async move {
            let id = tokens::insert(&mut tx, name.as_str(), role, token).await?;
            let detail = json!({ "name": name, "role": role });
            let event = Event::new("token.create", Subject::ApiToken(id)).with(detail);
            events::record(&mut tx, origin, event).await?;
            Ok::<_, TokenError>(id)
        })
        .await?;
    Ok((id, token.clone()))
}

/// Who shows this token; nobody when it has another shape, is unknown or was ended.
///
/// # Errors
/// The database's.
pub async fn recognise(service: &Service, text: &str) -> Result<Option<TokenInfo>, store::Error> {
    let Some(token) = &ApiToken::parse(text) else {
        return Ok(None);
    };
    let found = service
        .db
        .read(|mut tx| async move { tokens::find(&mut tx, token).await })
        .await?;
    let Some(holder) = found.filter(|holder| holder.revoked_at.is_none()) else {
        return Ok(None);
    };
    let id = holder.id;
    if service.now().since(holder.used_at.unwrap_or(Millis::from(0))) >= SIGHT {
        service
            .db
            .write(|mut tx| async move { tokens::touch(&mut tx, id).await })
            .await?;
    }
    Ok(Some(holder))
}

/// Ends a token.
///
/// # Errors
/// When there is none of that id that still works.
pub async fn revoke(service: &Service, origin: &Origin, id: ApiTokenId) -> Result<(), TokenError> {
    service
        .db
        .write(|mut tx| async move {
            if !tokens::revoke(&mut tx, id).await? {
                return Err(TokenError::Unknown);
            }
            let event = Event::new("token.revoke", Subject::ApiToken(id));
            events::record(&mut tx, origin, event).await?;
            Ok(())
        })
        .await
}

/// At most `most` tokens after an id, those that were ended among them.
///
/// # Errors
/// The database's.
pub async fn page(service: &Service, after: Option<ApiTokenId>, most: u32) -> Result<Vec<TokenInfo>, TokenError> {
    service
        .db
        .read(|mut tx| async move { Ok(tokens::page(&mut tx, after, most).await?) })
        .await
}
