//! What the mailings of a list choose from: the posts that became ready, with what decides about them and without their
//! contents.

use domain::{ListId, Millis, PostId, Topics, post::State};
use uuid::Uuid;

use super::Post;
use crate::{Result, Tx, column::JsonText, dialect::on, mailings::is_unfrozen};

/// A post that readers may be owed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PoolPost {
    /// Which.
    #[sqlx(try_from = "Uuid")]
    pub id: PostId,
    /// When it became ready.
    #[sqlx(try_from = "i64")]
    pub ready_at: Millis,
    #[sqlx(try_from = "JsonText")]
    categories: Vec<String>,
}

impl PoolPost {
    /// A post as it will be once it is ready, at that moment.
    #[must_use]
    pub fn once_ready(post: &Post, ready_at: Millis) -> Self {
        Self {
            id: post.id,
            ready_at,
            categories: post.content.categories.clone(),
        }
    }

    /// What it is about.
    #[must_use]
    pub fn topics(&self) -> Topics {
        self.categories.iter().collect()
    }
}

/// The posts of a list that became ready after a moment and until another, in the order in which digests follow them.
///
/// # Errors
/// The database's.
pub async fn pool(tx: &mut Tx, list: ListId, after: Millis, until: Millis) -> Result<Vec<PoolPost>> {
    Ok(on!(tx, c => sqlx::query_as(
        "select id, ready_at, categories from post
         where list_id = $1 and ready_at > $2 and ready_at <= $3 and state in ('ready', 'mailed')
         order by ready_at, coalesce(published_at, 0), id",
    )
    .bind(list.get())
    .bind(after.get())
    .bind(until.get())
    .fetch_all(c)
    .await)?)
}

/// The moments at which posts of a list became ready, after one and until another.
///
/// # Errors
/// The database's.
pub async fn ready_between(tx: &mut Tx, list: ListId, after: Millis, until: Millis) -> Result<Vec<Millis>> {
    let moments: Vec<i64> = on!(tx, c => sqlx::query_scalar(
        "select ready_at from post
         where list_id = $1 and ready_at > $2 and ready_at <= $3 and state in ('ready', 'mailed')",
    )
    .bind(list.get())
    .bind(after.get())
    .bind(until.get())
    .fetch_all(c)
    .await)?;
    Ok(moments.into_iter().map(Into::into).collect())
}

/// The posts of a list that no mailing brought yet and that became ready after a moment and until another, each with that
/// moment.
///
/// # Errors
/// The database's.
pub async fn waiting_between(tx: &mut Tx, list: ListId, after: Millis, until: Millis) -> Result<Vec<(PostId, Millis)>> {
    let rows: Vec<(Uuid, i64)> = on!(tx, c => sqlx::query_as(
        "select id, ready_at from post where list_id = $1 and ready_at > $2 and ready_at <= $3 and state = $4",
    )
    .bind(list.get())
    .bind(after.get())
    .bind(until.get())
    .bind(State::Ready.as_str())
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(id, at)| (id.into(), at.into())).collect())
}

/// Says of a post that is ready why nobody got it, unless it says so already or a mailing may still bring it that is not
/// frozen yet.
///
/// # Errors
/// The database's.
pub async fn note_passed_over(tx: &mut Tx, id: PostId, reason: &str) -> Result<()> {
    on!(tx, c => sqlx::query(concat!(
        "update post set reason = $2, version = version + 1
         where id = $1 and state = 'ready' and reason <> $2
           and not exists (select 1 from mailing_post x join mailing m on m.id = x.mailing_id
                           where x.post_id = $1 and ", is_unfrozen!(), ")"
    ))
    .bind(id.get())
    .bind(reason)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
