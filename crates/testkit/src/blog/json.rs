//! JSON Feed 1.1.

use serde_json::{Value, json};

use super::{Blog, Post};

pub(super) fn render(blog: &Blog) -> String {
    let items: Vec<_> = blog.posts.iter().map(item).collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": blog.title,
        "home_page_url": format!("{}/", blog.home),
        "feed_url": format!("{}/feed.json", blog.home),
        "items": items,
    })
    .to_string()
}

fn item(post: &Post) -> Value {
    let mut item = json!({
        "id": post.guid,
        "url": post.link,
        "title": post.title,
        "summary": post.excerpt,
        "date_published": post.published.to_string(),
        "authors": [{ "name": post.author }],
        "tags": post.categories,
    });
    // An item has content_html or content_text, or both (JSON Feed 1.1, "Items").
    match &post.content {
        Some(html) => item["content_html"] = html.as_str().into(),
        None => item["content_text"] = post.excerpt.as_str().into(),
    }
    if let Some(image) = &post.image {
        item["image"] = image.as_str().into();
    }
    item
}
