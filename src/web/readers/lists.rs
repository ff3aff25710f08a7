//! A list's own page.

use axum::{extract::State, response::Response};
use domain::signup::Form;

use super::{draw, face::Face, signup::SUBSCRIBE};
use crate::{
    pages::list::ListPage,
    web::{App, Path, WebError},
};

pub(super) async fn show(State(app): State<App>, Path(list): Path) -> Result<Response, WebError> {
    let face = Face::find(&app.service, &list).await?;
    let cadences = face.cadences(None);
    draw::page(&ListPage {
        list: face.shown(),
        form: face.form(Form::Hosted, SUBSCRIBE, &cadences),
    })
}
