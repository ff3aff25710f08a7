//! Announcing a post because somebody asks for it: also an old one, and one that is named by its address.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{MailingId, PostId};
use serde::{Deserialize, Serialize};
use service::{
    feeds::{self, AdoptError, PostError},
    mailings::{self, Announce, AnnounceError},
};
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::web::{
    App,
    api::{Body, Kind, ListAt, ListRef, Path, Problem, Staff},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(announce))
        .routes(routes!(announce_by_address))
}

/// How to announce a post.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Announcement {
    /// Mail it also if it was mailed before: then readers get it again.
    #[serde(default)]
    again: bool,
    /// Mail it also to readers who chose to be mailed less often than the list is, instead of at their slot.
    #[serde(default)]
    also_slower: bool,
}

/// A post to announce, by its address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnnouncementByAddress {
    /// The address of the post's page, in whatever form it was copied.
    #[schema(example = "https://example.org/post/sleep-and-light")]
    url: Url,
    /// Mail it also if it was mailed before: then readers get it again.
    #[serde(default)]
    again: bool,
    /// Mail it also to readers who chose to be mailed less often than the list is, instead of at their slot.
    #[serde(default)]
    also_slower: bool,
}

/// A post that is being announced.
#[derive(Debug, Serialize, ToSchema)]
struct Announced {
    #[schema(value_type = Uuid)]
    post: PostId,
    /// The mailing that brings it.
    #[schema(value_type = Uuid)]
    mailing: MailingId,
}

/// Announce a post to its list now
///
/// Any post, also one that was in the feed when it was connected. One that was mailed before is refused with 409, unless
/// you say `again`. A copy of a post that the list has from elsewhere stands for that one.
#[utoipa::path(post, path = "/posts/{post}/announce", tag = "posts", request_body = Announcement,
    params(("post" = Uuid, Path, description = "The post's id")),
    responses((status = CREATED, body = Announced, headers(("location" = String, description = "The mailing's address")))))]
async fn announce(
    Staff(staff): Staff,
    State(app): State<App>,
    Path(post): Path<PostId>,
    Body(how): Body<Announcement>,
) -> Result<impl IntoResponse, Problem> {
    let mailing = mailings::announce(&app.service, &staff.origin, post, how.into()).await?;
    Ok(made(post, mailing))
}

/// Announce a post to a list now, by the address of its page
///
/// One that no feed of the list has shown is read from its page.
#[utoipa::path(post, path = "/lists/{list}/announce", tag = "posts", request_body = AnnouncementByAddress,
    params(("list" = ListRef, Path, description = "The id or the short name of the list")),
    responses((status = CREATED, body = Announced, headers(("location" = String, description = "The mailing's address")))))]
async fn announce_by_address(
    Staff(staff): Staff,
    State(app): State<App>,
    ListAt(list): ListAt,
    Body(new): Body<AnnouncementByAddress>,
) -> Result<impl IntoResponse, Problem> {
    let post = match feeds::post_at(&app.service, list.id, &new.url).await {
        Err(PostError::Unknown) => feeds::adopt(&app.service, &staff.origin, list.id, &new.url).await?,
        found => found?,
    };
    let how = Announce {
        again: new.again,
        also_slower: new.also_slower,
    };
    let post = post.id;
    let mailing = mailings::announce(&app.service, &staff.origin, post, how).await?;
    Ok(made(post, mailing))
}

fn made(post: PostId, mailing: MailingId) -> impl IntoResponse + use<> {
    let location = [(header::LOCATION, format!("/api/v1/mailings/{mailing}"))];
    (StatusCode::CREATED, location, Json(Announced { post, mailing }))
}

impl From<Announcement> for Announce {
    fn from(how: Announcement) -> Self {
        Self {
            again: how.again,
            also_slower: how.also_slower,
        }
    }
}

impl From<AdoptError> for Problem {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::List(error) => error.into(),
            AdoptError::Page(_) | AdoptError::TooSlow | AdoptError::NoTitle => Self::invalid("url", error),
            AdoptError::Post(error) => error.into(),
            AdoptError::Store(error) => error.into(),
        }
    }
}

impl From<AnnounceError> for Problem {
    fn from(error: AnnounceError) -> Self {
        match error {
            AnnounceError::Unknown => Self::not_found(error),
            AnnounceError::Archived | AnnounceError::CannotBeMailed(_) => Self::of(Kind::STATE).detail(error),
            AnnounceError::Mailed(_) => Self::of(Kind::TAKEN).detail(error),
            AnnounceError::Store(error) => error.into(),
        }
    }
}
