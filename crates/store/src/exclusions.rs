//! Exclusions: why confirmed readers of a list are not among a mailing's deliveries.

use domain::{MailingId, mailing::ExclusionReason};

use crate::{Result, Tx, dialect::on, error::unreadable};

/// How many readers were left out of a mailing for which reason.
///
/// # Errors
/// The database's.
pub async fn count_by_reason(tx: &mut Tx, mailing: MailingId) -> Result<Vec<(ExclusionReason, i64)>> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
        "select reason, count(*) from exclusion where mailing_id = $1 group by reason order by reason",
    )
    .bind(mailing.get())
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(reason, count)| Ok((reason.parse().map_err(unreadable::<domain::UnknownWord>)?, count)))
        .collect()
}
