//! Editions: the contents of a mailing. Nearly always there is one; there are more when some readers had a part of it
//! already. Each is rendered once, and every process compiles the same mail from that.

use domain::{MailingId, PostId};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on, posts};

/// The posts of an edition, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionPosts {
    /// The mailing.
    pub mailing: MailingId,
    /// The edition's number in it, from 0.
    pub number: i64,
    /// The posts.
    pub posts: Vec<PostId>,
}

/// Adds an edition that is not rendered yet.
///
/// # Errors
/// [`crate::Error::Taken`] when the mailing has this edition already, and the database's.
pub async fn add(tx: &mut Tx, edition: &EditionPosts) -> Result<()> {
    on!(tx, c => sqlx::query("insert into edition (mailing_id, number) values ($1, $2)")
        .bind(edition.mailing.get())
        .bind(edition.number)
        .execute(c)
        .await
        .map(drop))?;
    for (position, post) in (1_i64..).zip(&edition.posts) {
        on!(tx, c => sqlx::query(
            "insert into edition_post (mailing_id, edition, position, post_id) values ($1, $2, $3, $4)",
        )
        .bind(edition.mailing.get())
        .bind(edition.number)
        .bind(position)
        .bind(post.get())
        .execute(c)
        .await
        .map(drop))?;
    }
    Ok(())
}

/// The editions of a mailing with their posts, in the order of their numbers.
///
/// # Errors
/// The database's.
pub async fn of_mailing(tx: &mut Tx, mailing: MailingId) -> Result<Vec<EditionPosts>> {
    let rows: Vec<(Uuid, i64, Uuid)> = on!(tx, c => sqlx::query_as(
        "select mailing_id, edition, post_id from edition_post where mailing_id = $1 order by edition, position",
    )
    .bind(mailing.get())
    .fetch_all(c)
    .await)?;
    Ok(gathered(rows))
}

/// The editions of all mailings that brought a post, each with those of its posts that are among some.
///
/// # Errors
/// The database's.
pub async fn that_brought(tx: &mut Tx, some: &[PostId]) -> Result<Vec<EditionPosts>> {
    let mut rows: Vec<(Uuid, i64, Uuid)> = Vec::new();
    for post in some {
        let more: Vec<(Uuid, i64, Uuid)> = on!(tx, c => sqlx::query_as(
            "select mailing_id, edition, post_id from edition_post where post_id = $1",
        )
        .bind(post.get())
        .fetch_all(c)
        .await)?;
        rows.extend(more);
    }
    rows.sort_unstable();
    Ok(gathered(rows))
}

fn gathered(rows: Vec<(Uuid, i64, Uuid)>) -> Vec<EditionPosts> {
    let mut editions: Vec<EditionPosts> = Vec::new();
    for (mailing, number, post) in rows {
        match editions.last_mut() {
            Some(last) if last.mailing.get() == mailing && last.number == number => last.posts.push(post.into()),
            _ => editions.push(EditionPosts {
                mailing: mailing.into(),
                number,
                posts: vec![post.into()],
            }),
        }
    }
    editions
}

/// The posts of an edition as they are now, in its order.
///
/// # Errors
/// The database's.
pub async fn posts(tx: &mut Tx, mailing: MailingId, number: i64) -> Result<Vec<posts::Post>> {
    Ok(on!(tx, c => sqlx::query_as(posts::select!(
        "join edition_post e on e.post_id = p.id where e.mailing_id = $1 and e.edition = $2 order by e.position"
    ))
    .bind(mailing.get())
    .bind(number)
    .fetch_all(c)
    .await)?)
}

/// The posts of a delivery's edition, in their order.
///
/// # Errors
/// The database's.
pub async fn posts_of_delivery(tx: &mut Tx, mailing: MailingId, n: i64) -> Result<Vec<posts::Post>> {
    Ok(on!(tx, c => sqlx::query_as(posts::select!(
        "join edition_post e on e.post_id = p.id
         join delivery d on d.mailing_id = e.mailing_id and d.edition = e.edition
         where d.mailing_id = $1 and d.n = $2 order by e.position"
    ))
    .bind(mailing.get())
    .bind(n)
    .fetch_all(c)
    .await)?)
}

/// The number of the first edition of a mailing that is not rendered yet.
///
/// # Errors
/// The database's.
pub async fn first_unrendered(tx: &mut Tx, mailing: MailingId) -> Result<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(
        "select number from edition where mailing_id = $1 and content is null order by number limit 1",
    )
    .bind(mailing.get())
    .fetch_optional(c)
    .await)?)
}

/// Keeps the rendered content of an edition; one that is rendered stays as it is.
///
/// # Errors
/// The database's.
pub async fn keep(tx: &mut Tx, mailing: MailingId, number: i64, content: &str) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update edition set content = $3 where mailing_id = $1 and number = $2 and content is null",
    )
    .bind(mailing.get())
    .bind(number)
    .bind(content)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The rendered content of an edition; none when it is not there, or not rendered yet.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, mailing: MailingId, number: i64) -> Result<Option<String>> {
    let found: Option<Option<String>> = on!(tx, c => sqlx::query_scalar(
        "select content from edition where mailing_id = $1 and number = $2",
    )
    .bind(mailing.get())
    .bind(number)
    .fetch_optional(c)
    .await)?;
    Ok(found.flatten())
}
