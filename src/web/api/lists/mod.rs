//! Mailing lists.

mod next;
mod rules;
pub mod shape;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{ListKey, rules::RulesError};
use serde::Deserialize;
use service::{
    lists::{self, ListError},
    subscribers,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Admin, Body, Cursor, Kind, Limit, ListAt, ListRef, Page, Problem, Query, Staff};
use crate::web::{App, WebError, snippets::Snippets};
use shape::{FullList, List, ListChange, NewList};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(index, create))
        .routes(routes!(read, change))
        .routes(routes!(archive))
        .merge(next::router())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<ListKey>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// The lists, by their short names, without the archived ones
#[utoipa::path(get, path = "/lists", tag = "lists", params(Filter), responses((status = OK, body = Page<List>)))]
async fn index(_: Staff, State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<Page<List>>, Problem> {
    let after = filter.after.as_ref().map(|cursor| &cursor.0);
    let found = lists::page(&app.service, after, filter.limit.and_one()).await?;
    let now = app.service.now();
    let show = |list| List::new(list, now);
    Ok(Json(Page::of(found, filter.limit, |list| list.key.clone(), show)))
}

/// Make a list
///
/// For admins.
#[utoipa::path(post, path = "/lists", tag = "lists", request_body = NewList,
    responses((status = CREATED, body = List, headers(("location" = String, description = "The list's address")))))]
async fn create(
    Admin(admin): Admin,
    State(app): State<App>,
    Body(new): Body<NewList>,
) -> Result<impl IntoResponse, Problem> {
    let list = lists::create(&app.service, &admin.origin, &new.key, &new.settings.into()).await?;
    let location = [(header::LOCATION, format!("/api/v1/lists/{}", list.id))];
    Ok((StatusCode::CREATED, location, Json(List::new(list, app.service.now()))))
}

/// One list, how many people are on it, and what is pasted into its blog
#[utoipa::path(get, path = "/lists/{list}", tag = "lists",
    params(("list" = ListRef, Path, description = "The id or the short name")),
    responses((status = OK, body = FullList)))]
async fn read(_: Staff, State(app): State<App>, ListAt(list): ListAt) -> Result<Json<FullList>, Problem> {
    let counted = subscribers::count_on(&app.service, list.id).await?;
    let snippets = Snippets::of(&app.service, &list).map_err(WebError::from)?;
    Ok(Json(FullList::new(list, counted, snippets, app.service.now())))
}

/// Change a list
///
/// For admins. Refused with 409 when somebody else changed it since the version that is named.
#[utoipa::path(put, path = "/lists/{list}", tag = "lists", request_body = ListChange,
    params(("list" = ListRef, Path, description = "The id or the short name")),
    responses((status = OK, body = List)))]
async fn change(
    Admin(admin): Admin,
    State(app): State<App>,
    ListAt(list): ListAt,
    Body(change): Body<ListChange>,
) -> Result<Json<List>, Problem> {
    let settings = change.settings.into();
    let list = lists::change(&app.service, &admin.origin, list.id, change.version, &settings).await?;
    Ok(Json(List::new(list, app.service.now())))
}

/// Archive a list
///
/// For admins. It takes no sign-ups and is mailed no more, but is kept.
#[utoipa::path(post, path = "/lists/{list}/archive", tag = "lists",
    params(("list" = ListRef, Path, description = "The id or the short name")),
    responses((status = OK, body = List)))]
async fn archive(Admin(admin): Admin, State(app): State<App>, ListAt(list): ListAt) -> Result<Json<List>, Problem> {
    let list = lists::archive(&app.service, &admin.origin, list.id).await?;
    Ok(Json(List::new(list, app.service.now())))
}

impl From<ListError> for Problem {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Rules(rules) => fields(rules)
                .iter()
                .fold(Self::new(StatusCode::UNPROCESSABLE_ENTITY), |problem, field| {
                    problem.field(format!("settings.rules{field}"), rules)
                }),
            ListError::Unknown => Self::not_found(error),
            ListError::KeyTaken(_) => Self::of(Kind::TAKEN).detail(&error).field("key", error),
            ListError::Stale => Self::of(Kind::STALE).detail(error),
            ListError::Archived => Self::of(Kind::STATE).detail(error),
            ListError::NotAWebPage { field, .. } => Self::invalid(&format!("settings.{field}"), error),
            ListError::PostalAddress => Self::invalid("settings.postal_address", error),
            ListError::Store(error) => error.into(),
        }
    }
}

/// The fields that an error about a list's rules is about.
const fn fields(error: RulesError) -> &'static [&'static str] {
    match error {
        RulesError::Settling => &[".settle_minutes"],
        RulesError::Posts => &[".min_posts", ".max_posts"],
        RulesError::Wait => &[".longest_wait_days"],
        RulesError::Approval => &[".approval.hours"],
        RulesError::Choices => &[".choices"],
        RulesError::Topics => &[".topics"],
        RulesError::Reports => &[".reports_to"],
    }
}
