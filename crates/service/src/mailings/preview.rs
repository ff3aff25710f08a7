//! A mail as its readers get it, before they do. Nothing is changed, and the links of a reader lead to the public address.

use domain::{
    Cadence, ListId, MailingId,
    mailing::{Audience, Kind},
};
use mail::{compile::Links, render::Content};
use store::{
    Tx, editions,
    lists::{self, List},
    mailings::{self, Mailing},
    paces,
    posts::Post,
};

use super::{
    choose::Choice,
    next::{Ahead, Next, look_ahead},
    render::{Frame, RenderError, content, period},
    survey::survey,
};
use crate::{Service, brand::zone, delivery::Stored};

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// There is no such mailing.
    #[error("there is no such mailing")]
    Unknown,
    /// There is no such list.
    #[error("there is no such list")]
    UnknownList,
    /// The list has no such cadence.
    #[error("this list is not mailed \"{0}\"")]
    UnknownCadence(String),
    /// There is no such edition.
    #[error("this mailing has no such edition")]
    UnknownEdition,
    /// It would bring nothing.
    #[error("there is nothing to mail yet")]
    Nothing,
    /// It cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The database's.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The next mail at a cadence of a list, or at its own, as most of the first 5,000 readers get it. While nobody is mailed
/// at it, as one would get it who has had nothing of it.
///
/// # Errors
/// When the list has no such cadence, or there is nothing to mail.
pub async fn preview_next(service: &Service, list: ListId, cadence: Option<&Cadence>) -> Result<Content, PreviewError> {
    let (list, Ahead { next, mail }) = service
        .db
        .read(|mut tx| async move {
            let list = lists::find(&mut tx, list).await?.ok_or(PreviewError::UnknownList)?;
            let cadence = cadence.unwrap_or(&list.settings.cadence);
            let paces = paces::of_list(&mut tx, list.id).await?;
            let pace = paces.iter().find(|pace| pace.cadence == *cadence);
            let pace = pace.ok_or_else(|| PreviewError::UnknownCadence(cadence.spelling()))?;
            let ahead = look_ahead(&mut tx, &list, pace).await?;
            Ok::<_, PreviewError>((list, ahead))
        })
        .await?;
    let frame = frame(service, &list, &next);
    show(service, &frame, &list, mail)
}

/// A mailing: the edition of that number, or the first, as it was rendered; one that is not frozen yet as it would be
/// rendered now, for most of the first 5,000 readers.
///
/// # Errors
/// When there is no such mailing or edition, or it brings nothing.
pub async fn preview(service: &Service, id: MailingId, edition: Option<i64>) -> Result<Content, PreviewError> {
    let number = edition.unwrap_or_default();
    let (mailing, list, kept, posts) = service
        .db
        .read(|mut tx| async move {
            let mailing = mailings::find(&mut tx, id).await?.ok_or(PreviewError::Unknown)?;
            let list = lists::find(&mut tx, mailing.list)
                .await?
                .ok_or(PreviewError::UnknownList)?;
            let kept = editions::find(&mut tx, id, number).await?;
            let posts = match editions::posts(&mut tx, id, number).await? {
                posts if posts.is_empty() && number == 0 => commonest(&mut tx, &mailing, &list).await?,
                posts if posts.is_empty() => return Err(PreviewError::UnknownEdition),
                posts => posts,
            };
            Ok((mailing, list, kept, posts))
        })
        .await?;
    match kept {
        Some(kept) => Ok(reopen(service, &kept)?),
        None => show(service, &Frame::of(&mailing, &zone(&list)), &list, posts),
    }
}

/// What a mailing without editions would bring to most of its readers now; all that it is for, where it has none or is over.
async fn commonest(tx: &mut Tx, mailing: &Mailing, list: &List) -> Result<Vec<Post>, store::Error> {
    let now = tx.now();
    let choice = Choice::load(tx, mailing, list).await?;
    if mailing.is_unfrozen() {
        let survey = survey(tx, &choice, now).await?;
        if !survey.has_no_readers {
            return choice.posts(tx, survey.commonest).await;
        }
    }
    choice.posts(tx, (0..choice.pool.len()).take(choice.most())).await
}

fn frame(service: &Service, list: &List, next: &Next) -> Frame {
    let now = || service.now().timestamp().to_zoned(zone(list));
    Frame {
        kind: match next.cadence {
            Cadence::Instant => Kind::Announcement,
            _ => Kind::Digest,
        },
        period: period(&Audience::Cadence(next.cadence)),
        date: next.at.clone().unwrap_or_else(now).date(),
    }
}

fn show(service: &Service, frame: &Frame, list: &List, posts: Vec<Post>) -> Result<Content, PreviewError> {
    if posts.is_empty() {
        return Err(PreviewError::Nothing);
    }
    Ok(content(service, frame, list, (posts, &nobodys_links(service)))?)
}

/// An edition as it is kept, with links in place of the marks.
fn reopen(service: &Service, kept: &str) -> Result<Content, RenderError> {
    let edition = serde_json::from_str::<Stored>(kept)?.content;
    let (marks, links) = (edition.sentinel.links(), nobodys_links(service));
    let fill = |text: &str| {
        text.replace(&marks.unsubscribe, &links.unsubscribe)
            .replace(&marks.preferences, &links.preferences)
    };
    Ok(Content {
        text: fill(&edition.text),
        html: fill(&edition.html),
        subject: edition.subject,
    })
}

/// A preview is nobody's mail: its links lead to the front door.
fn nobodys_links(service: &Service) -> Links {
    Links {
        unsubscribe: service.links.base().to_owned(),
        preferences: service.links.base().to_owned(),
    }
}
