//! Atom as static site generators write it: tag-less ids, escaped HTML, an `updated` on everything.

use super::{Blog, Post, escaped};

pub(super) fn render(blog: &Blog) -> String {
    let title = escaped(&blog.title);
    let home = escaped(&blog.home);
    let updated = blog.posts.first().map_or(super::FIRST_POST, |post| post.published);
    let entries: String = blog.posts.iter().map(entry).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\
         <title>{title}</title><id>{home}/</id><link href=\"{home}/\"/>\
         <link rel=\"self\" href=\"{home}/atom.xml\"/><updated>{updated}</updated>{entries}</feed>"
    )
}

fn entry(post: &Post) -> String {
    let published = post.published;
    let categories: String = post
        .categories
        .iter()
        .map(|category| format!("<category term=\"{}\"/>", escaped(category)))
        .collect();
    let image = post.image.as_ref().map_or(String::new(), |image| {
        format!(
            "<link rel=\"enclosure\" href=\"{}\" type=\"image/jpeg\"/>",
            escaped(image)
        )
    });
    let content = post.content.as_ref().map_or(String::new(), |html| {
        format!("<content type=\"html\">{}</content>", escaped(html))
    });
    format!(
        "<entry><title>{}</title><id>{}</id><link rel=\"alternate\" href=\"{}\"/>{image}<published>{published}</published>\
         <updated>{published}</updated><author><name>{}</name></author>{categories}<summary>{}</summary>{content}</entry>",
        escaped(&post.title),
        escaped(&post.guid),
        escaped(&post.link),
        escaped(&post.author),
        escaped(&post.excerpt),
    )
}
