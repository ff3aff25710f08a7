//! Feeds: where a list's posts come from.

pub mod preview;
pub mod shape;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::FeedId;
use feed::FindError;
use serde::Deserialize;
use service::{
    Service,
    feeds::{self, AddError, Added, ConnectError},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Admin, Body, Caller, Cursor, Kind, Limit, ListRef, Page, Path, Problem, Query, Staff};
use crate::web::App;
use shape::{ConnectedFeed, Feed, FeedChange, HeldAnswer, HeldVerdict, NewFeed, Verdict};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(index, connect))
        .routes(routes!(read, change, remove))
        .routes(routes!(look))
        .routes(routes!(answer))
        .merge(preview::router())
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
async fn index(
    Staff(staff): Staff,
    State(app): State<App>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<Feed>>, Problem> {
    let list = ListRef::find_id(filter.list.as_ref(), &app.service).await?;
    let after = filter.after.map(|cursor| cursor.0);
    let found = feeds::page(&app.service, list, after, filter.limit.and_one()).await?;
    let ids: Vec<FeedId> = found.iter().map(|feed| feed.id).collect();
    let held = feeds::held(&app.service, &ids).await?;
    let rows = found.into_iter().zip(held).collect();
    let show = |(feed, held): (store::feeds::Feed, i64)| {
        let hook_url = hook_url(&app.service, &staff, feed.id);
        Feed::new(feed, held, hook_url)
    };
    Ok(Json(Page::of(rows, filter.limit, |(feed, _)| feed.id, show)))
}

/// Connect a feed to a list
///
/// For admins. The address may be the blog's: then its feed is looked for, and the answer says how it was found. What is
/// in the feed now is never mailed by itself.
#[utoipa::path(post, path = "/feeds", tag = "feeds", request_body = NewFeed,
    responses((status = CREATED, body = ConnectedFeed,
        headers(("location" = String, description = "The feed's address")))))]
async fn connect(
    Admin(admin): Admin,
    State(app): State<App>,
    Body(new): Body<NewFeed>,
) -> Result<impl IntoResponse, Problem> {
    let list = new.list.find(&app.service).await?;
    let categories = (new.included, new.excluded);
    let Added { feed, preview } = feeds::add(&app.service, &admin.origin, list.id, &new.url, categories).await?;
    let location = [(header::LOCATION, format!("/api/v1/feeds/{}", feed.id))];
    let feed = show(&app.service, &admin, feed).await?;
    Ok((StatusCode::CREATED, location, Json(ConnectedFeed::new(feed, preview))))
}

/// One feed, and how the last look at it went
#[utoipa::path(get, path = "/feeds/{feed}", tag = "feeds", params(("feed" = Uuid, Path, description = "The feed's id")),
    responses((status = OK, body = Feed)))]
async fn read(Staff(staff): Staff, State(app): State<App>, Path(id): Path<FeedId>) -> Result<Json<Feed>, Problem> {
    let feed = feeds::by_id(&app.service, id).await?;
    let feed = feed
        .filter(|feed| feed.removed_at.is_none())
        .ok_or(ConnectError::Unknown)?;
    Ok(Json(show(&app.service, &staff, feed).await?))
}

/// Change which categories a list takes from a feed
///
/// For admins. What was decided about posts stays; new ones go by the new categories. Refused with 409 when somebody else
/// changed the feed since the version that is named.
#[utoipa::path(put, path = "/feeds/{feed}", tag = "feeds", request_body = FeedChange,
    params(("feed" = Uuid, Path, description = "The feed's id")),
    responses((status = OK, body = Feed)))]
async fn change(
    Admin(admin): Admin,
    State(app): State<App>,
    Path(id): Path<FeedId>,
    Body(new): Body<FeedChange>,
) -> Result<Json<Feed>, Problem> {
    let categories = (&new.included, &new.excluded);
    let feed = feeds::change(&app.service, &admin.origin, id, new.version, categories).await?;
    Ok(Json(show(&app.service, &admin, feed).await?))
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

/// Answer what a feed asks about its posts that are held
///
/// All of them go into the list's next mailing, or into none by themselves. Single ones are decided about by
/// `POST /posts/{post}/release` and `skip`.
#[utoipa::path(post, path = "/feeds/{feed}/held", tag = "feeds", request_body = HeldVerdict,
    params(("feed" = Uuid, Path, description = "The feed's id")),
    responses((status = OK, body = HeldAnswer)))]
async fn answer(
    Staff(staff): Staff,
    State(app): State<App>,
    Path(id): Path<FeedId>,
    Body(answer): Body<HeldVerdict>,
) -> Result<Json<HeldAnswer>, Problem> {
    let are_mailed = answer.verdict == Verdict::Mail;
    let posts = feeds::answer(&app.service, &staff.origin, id, are_mailed).await?;
    Ok(Json(HeldAnswer { posts }))
}

/// A feed as somebody may see it.
async fn show(service: &Service, caller: &Caller, feed: store::feeds::Feed) -> Result<Feed, Problem> {
    let held = feeds::held(service, &[feed.id]).await?;
    let hook_url = hook_url(service, caller, feed.id);
    Ok(Feed::new(feed, held.into_iter().sum(), hook_url))
}

/// Whoever has this address can have the feed looked at: for admins.
fn hook_url(service: &Service, caller: &Caller, feed: FeedId) -> Option<String> {
    caller.is_admin().then(|| service.links.feed_hook(feed))
}

impl From<AddError> for Problem {
    fn from(error: AddError) -> Self {
        match error {
            AddError::Find(error) => error.into(),
            AddError::Connect(error) => error.into(),
        }
    }
}

impl From<FindError> for Problem {
    fn from(error: FindError) -> Self {
        Self::invalid("url", error)
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Unknown => Self::not_found(error),
            ConnectError::UnknownList => Self::invalid("list", error),
            ConnectError::Stale => Self::of(Kind::STALE).detail(error),
            ConnectError::Archived => Self::of(Kind::STATE).detail(error),
            ConnectError::Connected => Self::of(Kind::TAKEN).detail(error),
            ConnectError::NotAWebAddress(_) => Self::invalid("url", error),
            ConnectError::Store(error) => error.into(),
        }
    }
}
