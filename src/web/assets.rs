//! The files that pages load: styles, a script, an icon.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::{Path, WebError};
use crate::pages::assets::asset;

/// `GET /assets/{name}`.
pub async fn show(Path(name): Path) -> Result<Response, WebError> {
    let asset = asset(&name).ok_or(WebError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, asset.cache_control),
    ];
    Ok((headers, asset.bytes).into_response())
}
