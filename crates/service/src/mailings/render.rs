//! What a mailing says, as its posts are when it is frozen.

use domain::{
    Cadence,
    mailing::{Audience, Kind},
    rules::Text,
};
use jiff::{civil, tz::TimeZone};
use mail::{
    compile::{Edition, Links, Sentinel},
    render::{self, Announcement, Content, Digest, Period},
};
use store::{
    editions,
    lists::{self, List},
    mailings::Mailing,
    posts::Post,
};
use url::Url;

use crate::{
    Service,
    brand::{article, brand, zone},
    delivery::Stored,
};

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

/// Renders an edition of a mailing as it is stored.
pub(super) async fn render(service: &Service, mailing: &Mailing, number: i64) -> Result<String, RenderError> {
    let (id, list) = (mailing.id, mailing.list);
    let (list, posts) = service
        .db
        .read(|mut tx| async move {
            let list = lists::find(&mut tx, list).await?;
            Ok::<_, store::Error>((list, editions::posts(&mut tx, id, number).await?))
        })
        .await?;
    let list = list.ok_or(RenderError::NoSender)?;
    let sender = list.settings.sender.clone().ok_or(RenderError::NoSender)?;
    let sentinel = Sentinel::new(service.db.random());
    let frame = Frame::of(mailing, &zone(&list));
    let content = content(service, &frame, &list, (posts, &sentinel.links()))?;
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

/// What the content of a mailing depends on besides its posts.
pub(super) struct Frame {
    /// What it brings.
    pub(super) kind: Kind,
    /// How often such a one comes.
    pub(super) period: Period,
    /// The day of its slot, in the list's zone.
    pub(super) date: civil::Date,
}

impl Frame {
    pub(super) fn of(mailing: &Mailing, zone: &TimeZone) -> Self {
        Self {
            kind: mailing.kind,
            period: period(&mailing.audience),
            date: slot_date(mailing, zone),
        }
    }
}

/// What a mailing of a list says with these posts.
pub(super) fn content(
    service: &Service,
    frame: &Frame,
    list: &List,
    (posts, links): (Vec<Post>, &Links),
) -> Result<Content, RenderError> {
    let brand = brand(service, list)?;
    let full_text = match list.settings.rules.text {
        Text::Automatic => posts.len() == 1,
        Text::Excerpt => false,
        Text::Full => true,
    };
    let articles = posts.into_iter().map(|post| article(post, &brand, list)).collect();
    Ok(match frame.kind {
        Kind::Announcement => {
            let mail = Announcement { articles, full_text };
            render::announcement(&brand, &mail, links)?
        }
        Kind::Digest => {
            let mail = Digest {
                articles,
                full_text,
                period: frame.period,
                date: frame.date,
            };
            render::digest(&brand, &mail, links)?
        }
    })
}

/// How often a round-up comes to its readers; what is no round-up does not say.
pub(super) fn period(audience: &Audience) -> Period {
    match audience {
        Audience::Cadence(Cadence::Weekly { days, .. }) if days.iter().count() == 1 => Period::Weekly,
        Audience::Cadence(Cadence::Weekly { .. }) => Period::SomeDays,
        Audience::Cadence(Cadence::Monthly { .. }) => Period::Monthly,
        Audience::Cadence(Cadence::Daily { .. } | Cadence::Instant) | Audience::Asked => Period::Daily,
    }
}

/// The day of a digest's slot, in the list's zone.
fn slot_date(mailing: &Mailing, zone: &TimeZone) -> civil::Date {
    let by_moment = || mailing.send_at.timestamp().to_zoned(zone.clone()).date();
    mailing.slot.parse().unwrap_or_else(|_| by_moment())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_up_is_called_weekly_where_it_comes_once_a_week() {
        for (spelling, expected) in [
            ("daily 09:00", Period::Daily),
            ("weekly fri 09:00", Period::Weekly),
            ("weekly mon,thu 09:00", Period::SomeDays),
            ("monthly 1 09:00", Period::Monthly),
        ] {
            let audience = Audience::Cadence(spelling.parse().unwrap());

            assert_eq!(period(&audience), expected, "{spelling}");
        }
    }
}
