//! Feeds: where a list's posts come from.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{FeedId, ListId, feed::State as FeedState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::feeds::{self, ConnectError, NewFeed as New};
use url::Url;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Admin, Body, Cursor, Kind, Limit, ListRef, Page, Path, Problem, Query, Staff, words};
use crate::web::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(index, connect))
        .routes(routes!(read, remove))
        .routes(routes!(look))
}

/// A feed of a list.
#[derive(Debug, Serialize, ToSchema)]
struct Feed {
    #[schema(value_type = Uuid)]
    id: FeedId,
    #[schema(value_type = Uuid)]
    list: ListId,
    #[schema(example = "https://example.org/blog-feed.xml")]
    url: String,
    /// What it calls itself.
    #[schema(required)]
    title: Option<String>,
    /// The site that it belongs to.
    #[schema(required)]
    site_url: Option<String>,
    #[schema(value_type = words::FeedState)]
    state: FeedState,
    /// Why it could not be read, or what is odd about it.
    #[schema(required)]
    reason: Option<String>,
    /// When it was last looked at.
    #[schema(required)]
    polled_at: Option<Timestamp>,
    /// When it is looked at next.
    next_poll_at: Timestamp,
    created_at: Timestamp,
}

/// A feed to connect.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFeed {
    /// The id or the short name of the list.
    list: ListRef,
    /// Where it is.
    #[schema(example = "https://example.org/blog-feed.xml")]
    url: Url,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those of the list of this id or short name.
    #[param(value_type = Option<ListRef>)]
    list: Option<ListRef>,
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<FeedId>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// The feeds, in the order in which they were connected
#[utoipa::path(get, path = "/feeds", tag = "feeds", params(Filter), responses((status = OK, body = Page<Feed>)))]
async fn index(_: Staff, State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<Page<Feed>>, Problem> {
    let list = ListRef::find_id(filter.list.as_ref(), &app.service).await?;
    let after = filter.after.map(|cursor| cursor.0);
    let found = feeds::page(&app.service, list, after, filter.limit.and_one()).await?;
    Ok(Json(Page::of(found, filter.limit, |feed| feed.id, Feed::from)))
}

/// Connect a feed to a list
///
/// For admins. It is looked at soon; what is in it then is never mailed by itself.
#[utoipa::path(post, path = "/feeds", tag = "feeds", request_body = NewFeed,
    responses((status = CREATED, body = Feed, headers(("location" = String, description = "The feed's address")))))]
async fn connect(
    Admin(admin): Admin,
    State(app): State<App>,
    Body(new): Body<NewFeed>,
) -> Result<impl IntoResponse, Problem> {
    let list = new.list.find(&app.service).await?.id;
    let feed = feeds::connect(&app.service, &admin.origin, list, &New::all_of(new.url)).await?;
    let location = [(header::LOCATION, format!("/api/v1/feeds/{}", feed.id))];
    Ok((StatusCode::CREATED, location, Json(Feed::from(feed))))
}

/// One feed, and how the last look at it went
#[utoipa::path(get, path = "/feeds/{feed}", tag = "feeds", params(("feed" = Uuid, Path, description = "The feed's id")),
    responses((status = OK, body = Feed)))]
async fn read(_: Staff, State(app): State<App>, Path(id): Path<FeedId>) -> Result<Json<Feed>, Problem> {
    let feed = feeds::by_id(&app.service, id).await?;
    let feed = feed
        .filter(|feed| feed.removed_at.is_none())
        .ok_or(ConnectError::Unknown)?;
    Ok(Json(feed.into()))
}

/// Take a feed off its list
///
/// For admins. Its posts stay as they are.
#[utoipa::path(delete, path = "/feeds/{feed}", tag = "feeds", params(("feed" = Uuid, Path, description = "The feed's id")),
    responses((status = NO_CONTENT, description = "It is looked at no more")))]
async fn remove(Admin(admin): Admin, State(app): State<App>, Path(id): Path<FeedId>) -> Result<StatusCode, Problem> {
    feeds::remove(&app.service, &admin.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at the blog now
///
/// The look follows at once, as a job; the feed tells how it went.
#[utoipa::path(post, path = "/feeds/{feed}/look", tag = "feeds", params(("feed" = Uuid, Path, description = "The feed's id")),
    responses((status = ACCEPTED, description = "It is looked at as soon as a worker is free")))]
async fn look(Staff(staff): Staff, State(app): State<App>, Path(id): Path<FeedId>) -> Result<StatusCode, Problem> {
    feeds::look_now(&app.service, &staff.origin, id).await?;
    Ok(StatusCode::ACCEPTED)
}

impl From<store::feeds::Feed> for Feed {
    fn from(feed: store::feeds::Feed) -> Self {
        Self {
            id: feed.id,
            list: feed.list,
            url: feed.url,
            title: feed.title,
            site_url: feed.site_url,
            state: feed.state,
            reason: feed.reason,
            polled_at: feed.polled_at.map(|at| at.timestamp()),
            next_poll_at: feed.next_poll_at.timestamp(),
            created_at: feed.created_at.timestamp(),
        }
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Unknown => Self::not_found(error),
            ConnectError::UnknownList => Self::invalid("list", error),
            ConnectError::Archived => Self::of(Kind::STATE).detail(error),
            ConnectError::Connected => Self::of(Kind::TAKEN).detail(error),
            ConnectError::NotAWebAddress(_) => Self::invalid("url", error),
            ConnectError::Store(error) => error.into(),
        }
    }
}
