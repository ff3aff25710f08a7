//! How a list, and a post of it, show themselves in mails.

use domain::Zone;
use jiff::tz::TimeZone;
use mail::render::{Article, Brand, Image};
use store::{lists::List, posts::Post};
use url::Url;

use crate::Service;

/// How a list shows itself in a mail. One that has no blog leads to its own page.
pub(crate) fn brand(service: &Service, list: &List) -> Result<Brand, url::ParseError> {
    let settings = &list.settings;
    Ok(Brand {
        public_name: settings.public_name.as_str().to_owned(),
        blog_url: match &settings.blog_url {
            Some(url) => url.clone(),
            None => Url::parse(&service.links.list(&list.key))?,
        },
        postal_address: settings.postal_address.clone().unwrap_or_default(),
        privacy_url: settings.privacy_url.clone(),
        language: settings.language.as_str().to_owned(),
    })
}

/// The rules by which a list's hours are counted; UTC where it has none.
pub(crate) fn zone(list: &List) -> TimeZone {
    let zone = list.settings.zone.as_ref();
    zone.map_or(TimeZone::UTC, |zone| Zone::rules(zone).clone())
}

/// How a post of a list shows itself in a mail. One that has no page leads to the blog.
pub(crate) fn article(post: Post, brand: &Brand, list: &List) -> Article {
    let content = post.content;
    let url = |text: Option<String>| text.and_then(|text| Url::parse(&text).ok());
    Article {
        title: content.title,
        url: url(content.link).unwrap_or_else(|| brand.blog_url.clone()),
        date: content
            .published_at
            .map(|at| at.timestamp().to_zoned(zone(list)).date()),
        author: content.author,
        minutes: content.minutes.and_then(|minutes| minutes.try_into().ok()),
        image: url(content.image_url).map(|url| Image {
            url,
            alt: content.image_alt.unwrap_or_default(),
        }),
        excerpt: content.excerpt,
        html: content.html,
    }
}
