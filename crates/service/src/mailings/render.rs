//! What a mailing says, as its posts are when it is frozen.

use domain::{
    Zone,
    mailing::{Kind, Occasion},
};
use jiff::{civil, tz::TimeZone};
use mail::{
    compile::{Edition, Sentinel},
    render::{self, Announcement, Article, Brand, Digest, Image, Period},
};
use store::{
    lists,
    mailings::{self, Mailing},
    posts::Post,
};
use url::Url;

use crate::{Service, brand::brand, delivery::Stored};

/// Why a mailing cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Its list has no sender any more.
    #[error("the list has no From name and address")]
    NoSender,
    /// An address of ours is none.
    #[error("an address of this installation cannot be read: {0}")]
    Link(#[from] url::ParseError),
    /// A template or a post's HTML.
    #[error(transparent)]
    Mail(#[from] render::RenderError),
    /// It cannot be kept.
    #[error(transparent)]
    Keep(#[from] serde_json::Error),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Renders a mailing as it is stored.
pub(super) async fn render(service: &Service, mailing: &Mailing) -> Result<String, RenderError> {
    let (id, list) = (mailing.id, mailing.list);
    let (list, posts) = service
        .db
        .read(|mut tx| async move {
            let list = lists::find(&mut tx, list).await?;
            Ok::<_, store::Error>((list, mailings::posts(&mut tx, id).await?))
        })
        .await?;
    let list = list.ok_or(RenderError::NoSender)?;
    let sender = list.settings.sender.clone().ok_or(RenderError::NoSender)?;
    let brand = brand(service, &list)?;
    let zone = list
        .settings
        .zone
        .as_ref()
        .map_or(TimeZone::UTC, |zone| Zone::rules(zone).clone());
    let articles = posts.into_iter().map(|post| article(post, &brand, &zone)).collect();
    let sentinel = Sentinel::new(service.db.random());
    let content = match mailing.kind {
        Kind::Announcement => {
            let mail = Announcement {
                articles,
                full_text: true,
            };
            render::announcement(&brand, &mail, &sentinel.links())?
        }
        Kind::Digest => {
            let mail = Digest {
                articles,
                period: period(mailing.occasion),
                date: slot_date(mailing, &zone),
            };
            render::digest(&brand, &mail, &sentinel.links())?
        }
    };
    let public_url = Url::parse(service.links.base())?;
    Ok(serde_json::to_string(&Stored {
        from_name: sender.name.as_str().to_owned(),
        from: sender.address,
        reply_to: sender.reply_to,
        list_name: list.settings.public_name.as_str().to_owned(),
        host: public_url.host_str().unwrap_or("localhost").to_owned(),
        content: Edition::new(content, sentinel),
    })?)
}

fn article(post: Post, brand: &Brand, zone: &TimeZone) -> Article {
    let content = post.content;
    let url = |text: Option<String>| text.and_then(|text| Url::parse(&text).ok());
    Article {
        title: content.title,
        url: url(content.link).unwrap_or_else(|| brand.blog_url.clone()),
        date: content
            .published_at
            .map(|at| at.timestamp().to_zoned(zone.clone()).date()),
        author: content.author,
        image: url(content.image_url).map(|url| Image {
            url,
            alt: String::new(),
        }),
        excerpt: content.excerpt,
        html: content.html,
    }
}

const fn period(occasion: Occasion) -> Period {
    match occasion {
        Occasion::Weekly => Period::Weekly,
        Occasion::Monthly => Period::Monthly,
        Occasion::Instant | Occasion::Daily | Occasion::Asked => Period::Daily,
    }
}

/// The day of a digest's slot, in the list's zone.
fn slot_date(mailing: &Mailing, zone: &TimeZone) -> civil::Date {
    let by_moment = || mailing.send_at.timestamp().to_zoned(zone.clone()).date();
    mailing.slot.parse().unwrap_or_else(|_| by_moment())
}
