//! The sample blog's own web server, on a port of its own: another site, as a real blog would be.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use super::{
    Demo,
    blog::{self, Feed, Index, PostPage, Privacy, Site},
    state::TourNow,
};
use crate::web::{Path, WebError, snippets};

/// The blog.
pub fn router(demo: Arc<Demo>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/post/{slug}", get(post))
        .route("/privacy", get(privacy))
        .route("/blog-feed.xml", get(feed))
        .route("/media/{name}", get(media))
        .fallback(async || (StatusCode::NOT_FOUND, "This page is not here.\n"))
        .with_state(demo)
}

async fn index(State(demo): State<Arc<Demo>>) -> Result<Response, WebError> {
    let (tour, entries) = (demo.tour().await?, demo.entries());
    let page = Index {
        site: site(&demo, &tour),
        entries: &entries,
    };
    Ok(html(page.render()?))
}

async fn post(State(demo): State<Arc<Demo>>, Path(slug): Path) -> Result<Response, WebError> {
    let tour = demo.tour().await?;
    let entry = demo
        .entries()
        .into_iter()
        .find(|entry| entry.post.slug == slug)
        .ok_or(WebError::NotFound)?;
    let page = PostPage {
        site: site(&demo, &tour),
        entry,
    };
    Ok(html(page.render()?))
}

async fn privacy(State(demo): State<Arc<Demo>>) -> Result<Response, WebError> {
    let tour = demo.tour().await?;
    let page = Privacy {
        site: site(&demo, &tour),
    };
    Ok(html(page.render()?))
}

async fn feed(State(demo): State<Arc<Demo>>) -> Result<Response, WebError> {
    let feed = Feed {
        blog: &demo.addresses.blog,
        entries: &demo.entries(),
    };
    let content_type = [(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")];
    Ok((content_type, feed.render()?).into_response())
}

async fn media(Path(name): Path) -> Response {
    match blog::media(&name) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, asset.cache_control),
            ];
            (headers, asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What all pages share, with the form exactly as a user pastes it.
fn site<'a>(demo: &'a Demo, tour: &'a TourNow) -> Site<'a> {
    Site {
        blog: &demo.addresses.blog,
        form: snippets::form(demo.service(), &demo.list),
        tour: tour.strip(),
    }
}

fn html(page: String) -> Response {
    const HEADERS: [(HeaderName, &str); 2] = [
        (header::CONTENT_SECURITY_POLICY, blog::POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (HEADERS, Html(page)).into_response()
}
