//! What mailings bring, or can bring.

use domain::{MailingId, Millis, PostId};
use uuid::Uuid;

use super::{is_unfrozen, was_only_caught};
use crate::{
    Result, Tx,
    dialect::on,
    posts::{self, PoolPost},
};

/// The posts of which readers of a mailing get those that they are owed, in their order, without their contents.
///
/// # Errors
/// The database's.
pub async fn pool(tx: &mut Tx, id: MailingId) -> Result<Vec<PoolPost>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select p.id, coalesce(p.ready_at, 0) as ready_at, p.categories
         from post p join mailing_post m on m.post_id = p.id where m.mailing_id = $1 order by m.position",
    )
    .bind(id.get())
    .fetch_all(c)
    .await)?)
}

/// The posts that a frozen mailing brings to anybody, each once, in the order in which they became ready.
///
/// # Errors
/// The database's.
pub async fn brought(tx: &mut Tx, id: MailingId) -> Result<Vec<posts::Post>> {
    Ok(on!(tx, c => sqlx::query_as(posts::select!(
        "join mailing_post m on m.post_id = p.id
         where m.mailing_id = $1
           and exists (select 1 from edition_post e where e.mailing_id = $1 and e.post_id = m.post_id)
         order by m.position"
    ))
    .bind(id.get())
    .fetch_all(c)
    .await)?)
}

/// The posts of a mailing that is frozen, or about to be, that it brings to nobody and no other has brought: with when they
/// became ready.
///
/// # Errors
/// The database's.
pub async fn brought_to_nobody(tx: &mut Tx, id: MailingId) -> Result<Vec<(PostId, Millis)>> {
    let rows: Vec<(Uuid, i64)> = on!(tx, c => sqlx::query_as(
        "select p.id, p.ready_at from mailing_post m join post p on p.id = m.post_id
         where m.mailing_id = $1 and p.state = 'ready'
           and not exists (select 1 from edition_post e where e.mailing_id = $1 and e.post_id = p.id)",
    )
    .bind(id.get())
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(post, at)| (post.into(), at.into())).collect())
}

/// The posts of which readers of a mailing get those that they are owed, in their order.
///
/// # Errors
/// The database's.
pub async fn posts(tx: &mut Tx, id: MailingId) -> Result<Vec<posts::Post>> {
    Ok(on!(tx, c => sqlx::query_as(posts::select!(
        "join mailing_post m on m.post_id = p.id where m.mailing_id = $1 order by m.position"
    ))
    .bind(id.get())
    .fetch_all(c)
    .await)?)
}

/// The mailings that brought a post to anybody, or are about to, the newest first.
///
/// # Errors
/// The database's.
pub async fn that_brought(tx: &mut Tx, post: PostId) -> Result<Vec<MailingId>> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(concat!(
        "select e.mailing_id from edition_post e join mailing m on m.id = e.mailing_id
               where e.post_id = $1 and (m.state <> 'cancelled' or m.resumes_as is null) and not ", was_only_caught!(), "
         union select p.mailing_id from mailing_post p join mailing m on m.id = p.mailing_id
               where p.post_id = $1 and ", is_unfrozen!(), " order by 1 desc"
    ))
    .bind(post.get())
    .fetch_all(c)
    .await)?;
    Ok(ids.into_iter().map(Into::into).collect())
}
