//! The readers of a list as a replay counts them.

use std::collections::HashMap;

use domain::{
    Cadence, Millis,
    mailing::{Audience, FREEZE_STEP},
};
use store::{deliveries, lists::List};

use super::Readers;
use crate::Service;

/// What readers have in common who are counted together.
type Alike = (Millis, Cadence, Option<Vec<String>>, Vec<(Millis, Millis)>);

/// The present readers of a list, those together who are alike. When they joined before `since`, it does not matter.
///
/// # Errors
/// The database's.
pub async fn readers_of(service: &Service, list: &List, since: Millis) -> Result<Vec<Readers>, store::Error> {
    let (now, own) = (service.now(), &list.settings.cadence);
    let mut groups = HashMap::<Alike, Readers>::new();
    let mut after = None;
    loop {
        let page = service
            .db
            .read(|mut tx| async move {
                let from = (list.id, own);
                let candidates =
                    deliveries::candidates(&mut tx, from, &Audience::Asked, (now, after), FREEZE_STEP).await?;
                let Some(last) = candidates.last().map(|candidate| candidate.subscriber) else {
                    return Ok::<_, store::Error>(None);
                };
                let pauses = deliveries::pauses_between(&mut tx, list.id, (after, last)).await?;
                Ok(Some((candidates, pauses, last)))
            })
            .await?;
        let Some((candidates, mut pauses, last)) = page else {
            break;
        };
        for candidate in candidates
            .into_iter()
            .filter(|reader| !reader.is_erased && !reader.is_suppressed)
        {
            let pauses = pauses.remove(&candidate.subscription).unwrap_or_default();
            let (joined_at, cadence) = (
                candidate.joined_at.max(since),
                list.settings.cadence_of(candidate.cadence),
            );
            let alike = (
                joined_at,
                cadence,
                candidate.topics.clone().map(Into::into),
                pauses.iter().map(|pause| (pause.from, pause.until)).collect(),
            );
            let group = groups.entry(alike).or_insert_with(|| Readers {
                count: 0,
                joined_at,
                cadence,
                topics: candidate.topics,
                pauses,
            });
            group.count += 1;
        }
        after = Some(last);
    }
    Ok(groups.into_values().collect())
}

/// For a list that nobody reads yet: one reader of each of its cadences.
#[must_use]
pub fn assumed_readers(own: &Cadence, choices: &[Cadence], since: Millis) -> Vec<Readers> {
    let others = choices.iter().filter(|choice| *choice != own);
    std::iter::once(own)
        .chain(others)
        .map(|cadence| Readers {
            count: 1,
            joined_at: since,
            cadence: *cadence,
            topics: None,
            pauses: Vec::new(),
        })
        .collect()
}
