//! Posts that were due and that nobody got: they say so, instead of promising a mailing.

use domain::{Cadence, Millis, PostId};
use store::{Tx, lists::List, paces, posts, subscriptions};

/// Why nobody got a post that is ready.
const REASON: &str = "was due, but went to no reader";

/// Says so of those posts of a slot of a cadence, given with when they became ready, that nobody got. One that waits for
/// room, or for readers at another cadence, still waits. It stays ready: it can be announced, and be owed to whoever comes
/// from another cadence.
pub(super) async fn note(
    tx: &mut Tx,
    list: &List,
    cadence: &Cadence,
    posts: &[(PostId, Millis)],
) -> Result<(), store::Error> {
    if posts.is_empty() {
        return Ok(());
    }
    let mut waiting = Vec::new();
    for pace in paces::of_list(tx, list.id).await? {
        let own = &list.settings.cadence;
        if pace.cadence == *cadence || subscriptions::any_at(tx, list.id, own, &pace.cadence).await? {
            waiting.push(pace);
        }
    }
    for (post, ready_at) in posts {
        if !waiting.iter().any(|pace| *ready_at > pace.progress().settled_until()) {
            posts::note_passed_over(tx, *post, REASON).await?;
        }
    }
    Ok(())
}
