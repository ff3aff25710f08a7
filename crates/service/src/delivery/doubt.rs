//! Refusals by policy. The words leave open whether they are about all of our mail or about one reader who blocks it, and
//! the relay may refuse everybody: so a person looks first.
//!
//! The mailing is paused and the delivery keeps the answer. Once somebody has resumed the mailing, the same answer to the
//! same delivery counts against its reader, and the others go on; but no second one is counted so before the next pause,
//! so that a relay that refuses everybody uses up no more than one delivery each time.

use std::slice;

use domain::mailing::Outcome;
use store::{
    deliveries::{self, Due, Tried},
    mailings,
};

use crate::{Service, mailings::stop};

/// Whether a delivery was refused in this way before: one that is not over has a 5xx from nothing else.
fn was_in_doubt(due: &Due) -> bool {
    due.code.is_some_and(|code| code >= 500)
}

/// Records a refusal by policy, given as the outcome that it is if it is about the reader. True when that was recorded, and
/// the mailing goes on; false when it is paused.
pub(super) async fn doubt(service: &Service, due: &Due, refused: &Tried, words: &str) -> Result<bool, store::Error> {
    let (id, n) = (refused.mailing, due.n);
    let is_refused = service
        .db
        .claim(|mut tx| async move {
            let Some(mailing) = mailings::lock(&mut tx, id).await?.filter(|one| one.state.may_send()) else {
                return Ok(false);
            };
            if was_in_doubt(due) && mailing.policy_refused_n.is_none() {
                mailings::note_policy_refusal(&mut tx, id, n).await?;
                deliveries::record(&mut tx, slice::from_ref(refused)).await?;
                return Ok(true);
            }
            deliveries::keep_answer(&mut tx, refused).await?;
            let reason = format!(
                "the mail provider refused delivery {n} by its policy, which may be about this reader or about all of your \
                 mail: {words} - resume the mailing once you have looked; if it refuses this delivery again, that one is \
                 given up and the others go on"
            );
            tracing::error!(mailing.id = %id, reason, "a mailing is paused");
            stop(&mut tx, &mailing, mailing.state, &reason).await?;
            Ok::<_, store::Error>(false)
        })
        .await?;
    if is_refused {
        metrics::counter!("paperround_deliveries_total", "outcome" => Outcome::Refused.as_str()).increment(1);
    }
    Ok(is_refused)
}
