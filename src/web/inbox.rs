//! The mail catcher's pages, for the machine itself ([`super::local`]).

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::header,
    middleware,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use mail::catch::{Catcher, Caught};
use serde::Deserialize;

use super::{App, Path, WebError, local};
use crate::{
    demo::TourNow,
    pages::{
        inbox::{Inbox, Mail, Row, View},
        policy,
    },
};

/// Where the inbox is.
pub const BASE: &str = "/inbox";
/// How many mails stand on a page.
const ON_A_PAGE: usize = 50;

/// The pages, when mail goes into the catcher.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/inbox", get(list))
        .route("/inbox/{id}", get(show_html))
        .route("/inbox/{id}/text", get(show_text))
        .route("/inbox/{id}/headers", get(show_headers))
        .route("/inbox/{id}/html", get(html))
        .route("/inbox/{id}/raw", get(raw))
        .route_layer(middleware::from_fn_with_state(app.clone(), local::only))
}

#[derive(Debug, Deserialize)]
struct Page {
    before: Option<String>,
}

async fn list(State(app): State<App>, Query(page): Query<Page>) -> Result<Response, WebError> {
    let is_newest = page.before.is_none();
    let mails = catcher(&app)?
        .list(page.before, ON_A_PAGE)
        .await
        .map_err(WebError::from_service)?;
    let older = mails
        .last()
        .filter(|_| mails.len() == ON_A_PAGE)
        .map(|last| format!("{BASE}?before={}", last.name));
    let tour = app.tour().await?;
    let rows: Vec<Row<'_>> = mails.iter().map(row).collect();
    let inbox = Inbox {
        base: BASE,
        mails: &rows,
        is_newest,
        older: older.as_deref(),
        tour: tour.as_ref().map(TourNow::strip),
    };
    let policy = [(header::CONTENT_SECURITY_POLICY, policy::INBOX)];
    Ok((policy, Html(inbox.render()?)).into_response())
}

async fn show_html(app: State<App>, id: Path) -> Result<Response, WebError> {
    show(app, id, |_| View::Html).await
}

async fn show_text(app: State<App>, id: Path) -> Result<Response, WebError> {
    show(app, id, |mail| View::Text(&mail.text)).await
}

async fn show_headers(State(app): State<App>, Path(id): Path) -> Result<Response, WebError> {
    let mail = find(&app, &id).await?;
    let fields = header_fields(&mail.raw);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    render(&app, &mail, View::Headers(&fields)).await
}

async fn show(
    State(app): State<App>,
    Path(id): Path,
    view: impl for<'a> FnOnce(&'a Caught) -> View<'a>,
) -> Result<Response, WebError> {
    let mail = find(&app, &id).await?;
    render(&app, &mail, view(&mail)).await
}

async fn render(app: &App, mail: &Caught, view: View<'_>) -> Result<Response, WebError> {
    let tour = app.tour().await?;
    let page = Mail {
        base: BASE,
        row: row(mail),
        view,
        tour: tour.as_ref().map(TourNow::strip),
    };
    Ok(Html(page.render()?).into_response())
}

/// The HTML part as it came, locked in by its policy; its links open outside the frame.
async fn html(State(app): State<App>, Path(id): Path) -> Result<Response, WebError> {
    let mail = find(&app, &id).await?;
    let page = match mail.html.split_once("<head>") {
        Some((before, after)) => format!("{before}<head><base target=\"_blank\">{after}"),
        None => format!("<base target=\"_blank\">{}", mail.html),
    };
    Ok(([(header::CONTENT_SECURITY_POLICY, policy::MAIL)], Html(page)).into_response())
}

async fn raw(State(app): State<App>, Path(id): Path) -> Result<Response, WebError> {
    let mail = find(&app, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "message/rfc822".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", mail.name),
        ),
    ];
    Ok((headers, mail.raw).into_response())
}

fn catcher(app: &App) -> Result<&Catcher, WebError> {
    app.catcher.as_ref().ok_or(WebError::NotFound)
}

async fn find(app: &App, id: &str) -> Result<Caught, WebError> {
    let found = catcher(app)?.get(id).await.map_err(WebError::from_service)?;
    found.ok_or(WebError::NotFound)
}

fn row(mail: &Caught) -> Row<'_> {
    Row {
        id: &mail.name,
        from: &mail.from,
        to: &mail.to,
        subject: &mail.subject,
        at: mail.date,
    }
}

/// The header fields of a mail, unfolded (RFC 5322, section 2.2.3).
fn header_fields(raw: &str) -> Vec<(&str, String)> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in raw.lines().take_while(|line| !line.is_empty()) {
        if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), fields.last_mut()) {
            value.push_str(line);
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name, value.trim_start().to_owned()));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_header_fields_are_put_together() {
        let raw = "Subject: a\r\n long one\r\nTo: b@example.org\r\n\r\nNot: a field\r\n";

        let fields = header_fields(raw);

        assert_eq!(
            fields,
            [("Subject", "a long one".to_owned()), ("To", "b@example.org".to_owned())]
        );
    }
}
