//! RSS as `RSS for Node` writes it, which hosted site builders use.
//!
//! Its quirks are the point: at most 20 items, titles in CDATA that hold entities all the same, opaque guids that are
//! no links, enclosures of length 0 that claim to be PNG, and a channel without items when there are no posts.

use super::{Blog, Post, escaped};

const MOST_ITEMS: usize = 20;

pub(super) fn render(blog: &Blog) -> String {
    let title = &blog.title;
    let home = escaped(&blog.home);
    let built = blog.posts.first().map_or(super::FIRST_POST, |post| post.published);
    let items: String = blog.posts.iter().take(MOST_ITEMS).map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <rss xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:atom=\"http://www.w3.org/2005/Atom\" version=\"2.0\"><channel>\
         <title><![CDATA[{title}]]></title><description><![CDATA[{title}]]></description><link>{home}/blog</link>\
         <generator>RSS for Node</generator><lastBuildDate>{}</lastBuildDate>\
         <atom:link href=\"{home}/blog-feed.xml\" rel=\"self\" type=\"application/rss+xml\"/>{items}</channel></rss>",
        date(built)
    )
}

fn item(post: &Post) -> String {
    let title = entities(&post.title);
    let excerpt = entities(&post.excerpt);
    let link = escaped(&post.link);
    let guid = escaped(&post.guid);
    let categories: String = post
        .categories
        .iter()
        .map(|category| format!("<category><![CDATA[{category}]]></category>"))
        .collect();
    let image = post.image.as_ref().map_or(String::new(), |image| {
        format!(
            "<enclosure url=\"{}\" length=\"0\" type=\"image/png\"/>",
            escaped(image)
        )
    });
    let content = post.content.as_ref().map_or(String::new(), |html| {
        format!("<content:encoded><![CDATA[{html}]]></content:encoded>")
    });
    format!(
        "<item><title><![CDATA[{title}]]></title><description><![CDATA[{excerpt}]]></description><link>{link}</link>\
         <guid isPermaLink=\"false\">{guid}</guid>{categories}<pubDate>{}</pubDate>{image}{content}\
         <dc:creator><![CDATA[{}]]></dc:creator></item>",
        date(post.published),
        post.author
    )
}

/// Entities inside CDATA, where they do not belong, in the decimal form of that generator.
fn entities(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('\'', "&#39;")
}

fn date(time: jiff::Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
