//! Mail that a mail catcher kept, once there is a mail provider that takes mail out of the house.

use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// Counts what mail catchers took as caught, and no longer as accepted. Says how many mails that were.
///
/// # Errors
/// The database's.
pub async fn disown(tx: &mut Tx) -> Result<u64> {
    // A relay that is a catcher again has the word again.
    let catchers: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
        "update relay set kind = 'former-catch' where kind = 'catch' returning id",
    )
    .fetch_all(c)
    .await)?;
    let mut caught = 0;
    for catcher in catchers {
        on!(tx, c => sqlx::query(
            "with taken as (
                 select mailing_id, count(*) as mails from delivery
                 where relay_id = $1 and outcome = 'accepted' group by mailing_id
             )
             update mailing set accepted = accepted - taken.mails, caught = caught + taken.mails
             from taken where mailing.id = taken.mailing_id",
        )
        .bind(catcher)
        .execute(c)
        .await
        .map(drop))?;
        for statement in [
            "update delivery set outcome = 'caught' where relay_id = $1 and outcome = 'accepted'",
            "update message set outcome = 'caught' where relay_id = $1 and outcome = 'accepted'",
        ] {
            caught += on!(tx, c => sqlx::query(statement)
                .bind(catcher)
                .execute(c)
                .await
                .map(|done| done.rows_affected()))?;
        }
    }
    Ok(caught)
}
