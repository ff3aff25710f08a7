//! From one cadence of a list to another: readers who change keep what they are owed.

use domain::{Cadence, ListId, Millis, mailing::Audience};
use store::{Tx, mailings, paces};

/// Has a cadence of a list look back, until its next mailing, to where those of another have come, for readers who change
/// to it; no further than to when they joined, where that is given. It makes no mailing due.
pub(crate) async fn hand_over(
    tx: &mut Tx,
    list: ListId,
    (from, to): (&Cadence, &Cadence),
    joined_at: Option<Millis>,
) -> Result<(), store::Error> {
    let paces = paces::of_list(tx, list).await?;
    let Some(left) = paces.iter().find(|pace| pace.cadence == *from) else {
        return Ok(());
    };
    // Who leaves before a mailing is frozen is not in it.
    let unfrozen = mailings::unfrozen_since(tx, list, &Audience::Cadence(*from)).await?;
    let before = |at: Millis| at.offset(-1);
    let settled_until = unfrozen
        .map_or(Millis::MAX, before)
        .min(left.progress().settled_until());
    let settled_until = joined_at.map_or(settled_until, |at| settled_until.max(before(at)));
    paces::take_in(tx, list, to, settled_until).await
}
