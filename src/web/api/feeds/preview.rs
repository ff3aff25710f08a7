//! Looking at a feed without connecting it. What is answered is the use case's own shape, which the command line prints
//! too; here it is only described.

use axum::{Json, extract::State};
use domain::FeedId;
use jiff::Timestamp;
use service::feeds;
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::shape::FeedToPreview;
use crate::web::{
    App,
    api::{Body, ListRef, Problem, Staff, words},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview))
}

/// Look at a blog or a feed without connecting it
///
/// Shows what is in it and what would become of each post. Nothing is changed, so it needs no `Idempotency-Key`.
#[utoipa::path(post, path = "/feeds/preview", tag = "feeds", request_body = FeedToPreview,
    responses((status = OK, body = FeedPreview)))]
async fn preview(
    _: Staff,
    State(app): State<App>,
    Body(wanted): Body<FeedToPreview>,
) -> Result<Json<feeds::Preview>, Problem> {
    let list = ListRef::find_id(wanted.list.as_ref(), &app.service).await?;
    let found = feeds::discover(&app.service, &wanted.url).await?;
    let mut preview = feeds::preview(&app.service, list, &found).await?;
    if wanted.included.is_some() || wanted.excluded.is_some() {
        let (included, excluded) = (wanted.included.unwrap_or_default(), wanted.excluded.unwrap_or_default());
        preview.choose(&included, &excluded);
    }
    Ok(Json(preview))
}

/// A feed, and what would become of its posts.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct FeedPreview {
    /// The address to watch.
    url: Url,
    way: FeedWay,
    /// How that address was found, in a sentence.
    #[schema(example = "The page at this address names the feed.")]
    found: String,
    /// The other feeds that the blog's page names; none of them was looked at.
    alternatives: Vec<AlternativeFeed>,
    /// The feed as it is connected to the list; null when it is not, or when no list was named.
    #[schema(required, value_type = Option<Uuid>)]
    feed: Option<FeedId>,
    /// What it calls itself.
    #[schema(required)]
    title: Option<String>,
    /// The site that it belongs to.
    #[schema(required)]
    site_url: Option<Url>,
    /// The language that it says it is in.
    #[schema(required)]
    language: Option<String>,
    /// The program that wrote it.
    #[schema(required)]
    generator: Option<String>,
    /// How many of its posts would be mailed by themselves.
    would_be_sent: u32,
    /// The same in a sentence.
    #[schema(example = "0 of these 20 posts will be sent.")]
    sentence: String,
    /// Its posts, in the feed's order.
    posts: Vec<PreviewedPost>,
}

/// How the address of a feed was found.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum FeedWay {
    /// The address that was given is the feed.
    Itself,
    /// The page at the address names it.
    Named,
    /// It is where blog programs put theirs.
    WellKnown,
    /// It was read from a document at hand: not over the API.
    Document,
}

/// A feed that the blog's page names too.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct AlternativeFeed {
    url: Url,
    /// What the page calls it.
    #[schema(required)]
    title: Option<String>,
}

/// A post as a feed shows it, and what would become of it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct PreviewedPost {
    /// What it is known by from one look at the feed to the next.
    identity: String,
    /// Its guid or id as the feed writes it.
    #[schema(required)]
    guid: Option<String>,
    /// Its title; empty when the feed has none.
    title: String,
    /// Its page.
    #[schema(required)]
    url: Option<Url>,
    /// When it says that it was published.
    #[schema(required)]
    published_at: Option<Timestamp>,
    /// When it says that it was last changed.
    #[schema(required)]
    updated_at: Option<Timestamp>,
    #[schema(required)]
    author: Option<String>,
    /// What it is about, as the feed writes it.
    categories: Vec<String>,
    /// Its picture.
    #[schema(required)]
    image_url: Option<Url>,
    /// What the picture shows, in words.
    #[schema(required)]
    image_alt: Option<String>,
    /// A few sentences, as text.
    excerpt: String,
    /// As much of its text as the feed has, cleaned for mail.
    html: String,
    /// Whether that is a summary rather than all of it.
    is_summary: bool,
    /// How many minutes it takes to read.
    #[schema(required)]
    minutes: Option<u32>,
    /// Where it stands, or would stand.
    #[schema(value_type = words::PostState)]
    state: domain::post::State,
    /// Why.
    #[schema(example = "is there already, so connecting the feed does not mail it")]
    reason: String,
    /// Why a new post like this one would be left out by its categories; null when it would not.
    #[schema(required)]
    left_out: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use utoipa::PartialSchema;

    use super::*;

    /// The names of the fields that a schema says are there.
    fn described<T: PartialSchema>() -> BTreeSet<String> {
        let schema = serde_json::to_value(T::schema()).unwrap();
        let required = schema["required"].as_array().unwrap().iter();
        required.map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    fn shown(value: &Value) -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn a_preview_is_described_as_it_is() {
        let rss = r#"<rss version="2.0"><channel><item><title>Sleep</title></item></channel></rss>"#;
        let url = Url::parse("https://elmstreet.example/feed").unwrap();
        let mut preview = feeds::preview_of_document(rss.as_bytes(), None, &url).unwrap();
        preview.alternatives.push(feeds::Alternative { url, title: None });

        let preview = serde_json::to_value(preview).unwrap();

        assert_eq!(shown(&preview), described::<FeedPreview>());
        assert_eq!(shown(&preview["posts"][0]), described::<PreviewedPost>());
        assert_eq!(shown(&preview["alternatives"][0]), described::<AlternativeFeed>());
    }
}
