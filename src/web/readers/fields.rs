//! The fields of a form, whichever of the two ways they are sent in.

use axum::{
    RequestExt,
    extract::{Form, FromRequest, Multipart, Request},
    http::{HeaderMap, header},
};

use crate::web::WebError;

/// What a form sent, in its order.
#[derive(Debug)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of a field, the first where it came more than once; empty when it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field that may come more than once.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let theirs = self.0.iter().filter(move |(field, _)| field == name);
        theirs.map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = WebError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, WebError> {
        match kind(request.headers()) {
            Kind::Nothing => Ok(Self(Vec::new())),
            Kind::Urlencoded => {
                let Form(fields) = request.extract().await?;
                Ok(Self(fields))
            }
            Kind::Multipart => multipart(request.extract().await.map_err(|_| broken())?).await,
            Kind::Other => Err(WebError::UnsupportedMediaType),
        }
    }
}

enum Kind {
    /// A button without fields.
    Nothing,
    Urlencoded,
    Multipart,
    Other,
}

fn kind(headers: &HeaderMap) -> Kind {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Kind::Nothing;
    };
    let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
    match value.split(';').next().unwrap_or_default().trim() {
        "application/x-www-form-urlencoded" => Kind::Urlencoded,
        "multipart/form-data" => Kind::Multipart,
        _ => Kind::Other,
    }
}

async fn multipart(mut parts: Multipart) -> Result<Fields, WebError> {
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(rejected)? {
        let name = part.name().unwrap_or_default().to_owned();
        fields.push((name, part.text().await.map_err(rejected)?));
    }
    Ok(Fields(fields))
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn rejected(error: axum::extract::multipart::MultipartError) -> WebError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        WebError::TooLarge
    } else {
        broken()
    }
}

fn broken() -> WebError {
    WebError::BadRequest("a multipart form that does not hold together".to_owned())
}
