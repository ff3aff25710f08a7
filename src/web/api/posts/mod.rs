//! Posts: the ledger of all that the feeds showed, and what became of each.

mod announce;
mod reach;

use axum::{Json, extract::State};
use domain::{FeedId, ListId, PostId, post::State as PostState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::feeds::{self, Decision, PostError};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Caller, Cursor, Kind, Limit, ListAt, ListRef, Page, Path, Problem, Query, Staff, words};
use crate::web::App;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(index))
        .routes(routes!(read))
        .routes(routes!(release))
        .routes(routes!(skip))
        .routes(routes!(restore))
        .routes(routes!(leave_out))
        .merge(announce::router())
        .merge(reach::router())
}

/// A post, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Post {
    #[schema(value_type = Uuid)]
    id: PostId,
    /// The feed that showed it; null for one that was named by its address.
    #[schema(value_type = Option<Uuid>, required)]
    feed: Option<FeedId>,
    #[schema(value_type = Uuid)]
    list: ListId,
    title: String,
    /// Its page.
    #[schema(required)]
    url: Option<String>,
    #[schema(required)]
    author: Option<String>,
    /// A few sentences of it.
    excerpt: String,
    /// What it is about, as the feed writes it.
    categories: Vec<String>,
    /// Its picture.
    #[schema(required)]
    image_url: Option<String>,
    /// What the picture shows, in words.
    #[schema(required)]
    image_alt: Option<String>,
    /// How many minutes it takes to read.
    #[schema(required)]
    minutes: Option<i64>,
    #[schema(value_type = words::PostState)]
    state: PostState,
    /// Why it is in that state.
    #[schema(example = "was there when the feed was connected")]
    reason: String,
    /// When it says that it was published.
    #[schema(required)]
    published_at: Option<Timestamp>,
    /// When a feed first showed it.
    seen_at: Timestamp,
    /// Until when it may still be corrected, or waits for its date.
    #[schema(required)]
    settles_at: Option<Timestamp>,
    /// When it became ready for the list's next mailing.
    #[schema(required)]
    ready_at: Option<Timestamp>,
    /// When its page was read for what the feed leaves out; null when it was not, or cannot be read.
    #[schema(required)]
    page_read_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those in this state.
    #[param(value_type = Option<words::PostState>)]
    state: Option<PostState>,
    /// Where the page begins: the "next" of the one before it.
    #[param(value_type = Option<String>)]
    after: Option<Cursor<PostId>>,
    /// How many items there are on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
}

/// The posts of a list, the latest first
#[utoipa::path(get, path = "/lists/{list}/posts", tag = "posts",
    params(("list" = ListRef, Path, description = "The id or the short name of the list"), Filter),
    responses((status = OK, body = Page<Post>)))]
async fn index(
    _: Staff,
    State(app): State<App>,
    ListAt(list): ListAt,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<Post>>, Problem> {
    let (before, most) = (filter.after.map(|cursor| cursor.0), filter.limit.and_one());
    let found = feeds::posts_of(&app.service, list.id, filter.state, before, most).await?;
    Ok(Json(Page::of(found, filter.limit, |post| post.id, Post::from)))
}

/// One post
#[utoipa::path(get, path = "/posts/{post}", tag = "posts", params(("post" = Uuid, Path, description = "The post's id")),
    responses((status = OK, body = Post)))]
async fn read(_: Staff, State(app): State<App>, Path(id): Path<PostId>) -> Result<Json<Post>, Problem> {
    Ok(Json(feeds::post_by_id(&app.service, id).await?.into()))
}

/// Release a post that is held, or that may still be corrected
///
/// It goes into its list's next mailing.
#[utoipa::path(post, path = "/posts/{post}/release", tag = "posts", params(("post" = Uuid, Path, description = "The post's id")),
    responses((status = OK, body = Post)))]
async fn release(Staff(staff): Staff, State(app): State<App>, Path(id): Path<PostId>) -> Result<Json<Post>, Problem> {
    decide(&app, &staff, id, Decision::Release).await
}

/// Skip a post that is held, or that waits for the next mailing
///
/// It goes into no mailing by itself; it can still be announced.
#[utoipa::path(post, path = "/posts/{post}/skip", tag = "posts", params(("post" = Uuid, Path, description = "The post's id")),
    responses((status = OK, body = Post)))]
async fn skip(Staff(staff): Staff, State(app): State<App>, Path(id): Path<PostId>) -> Result<Json<Post>, Problem> {
    decide(&app, &staff, id, Decision::Skip).await
}

/// Restore a post that was skipped, taken back or there before the feed was connected
///
/// It goes into its list's next mailing.
#[utoipa::path(post, path = "/posts/{post}/restore", tag = "posts", params(("post" = Uuid, Path, description = "The post's id")),
    responses((status = OK, body = Post)))]
async fn restore(Staff(staff): Staff, State(app): State<App>, Path(id): Path<PostId>) -> Result<Json<Post>, Problem> {
    decide(&app, &staff, id, Decision::Restore).await
}

/// Leave a post out of the list's next mailing
///
/// It goes into the one after.
#[utoipa::path(post, path = "/posts/{post}/leave-out", tag = "posts", params(("post" = Uuid, Path, description = "The post's id")),
    responses((status = OK, body = Post)))]
async fn leave_out(Staff(staff): Staff, State(app): State<App>, Path(id): Path<PostId>) -> Result<Json<Post>, Problem> {
    decide(&app, &staff, id, Decision::LeaveOut).await
}

async fn decide(app: &App, staff: &Caller, id: PostId, decision: Decision) -> Result<Json<Post>, Problem> {
    let post = feeds::decide(&app.service, &staff.origin, id, decision).await?;
    Ok(Json(post.into()))
}

impl From<store::posts::Post> for Post {
    fn from(post: store::posts::Post) -> Self {
        Self {
            id: post.id,
            feed: post.feed,
            list: post.list,
            title: post.content.title,
            url: post.content.link,
            author: post.content.author,
            excerpt: post.content.excerpt,
            categories: post.content.categories,
            image_url: post.content.image_url,
            image_alt: post.content.image_alt,
            minutes: post.content.minutes,
            state: post.state,
            reason: post.reason,
            published_at: post.content.published_at.map(|at| at.timestamp()),
            seen_at: post.seen_at.timestamp(),
            settles_at: post.settles_at.map(|at| at.timestamp()),
            ready_at: post.ready_at.map(|at| at.timestamp()),
            page_read_at: post.page_read_at.map(|at| at.timestamp()),
        }
    }
}

impl From<PostError> for Problem {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Unknown => Self::not_found(error),
            PostError::Decided(_) => Self::of(Kind::STATE).detail(error),
            PostError::Store(error) => error.into(),
        }
    }
}
