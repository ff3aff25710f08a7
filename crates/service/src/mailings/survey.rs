//! A look at what a mailing would bring, before it is made or frozen: the choice that freezing makes, over as many readers
//! as one of its steps takes, and without writing anything.
//!
//! What is shown to staff is what these readers would get. On a list with more readers it leaves out what only others are
//! owed, and a mailing that none of these is owed anything of is made all the same: freezing finds out about the rest.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use domain::{Millis, mailing::FREEZE_STEP};
use store::Tx;

use super::choose::Choice;

/// What the first [`FREEZE_STEP`] readers of a mailing would get, by the places of posts in its pool.
pub(super) struct Survey {
    /// What any of them would get, in order.
    pub(super) owed: BTreeSet<usize>,
    /// What most of them would get who would get anything.
    pub(super) commonest: Vec<usize>,
    /// Whether there were no readers to look at.
    pub(super) has_no_readers: bool,
    /// Whether there may be more readers than were looked at.
    goes_on: bool,
}

impl Survey {
    /// Whether it is certain that no reader would get anything.
    pub(super) fn is_for_nobody(&self) -> bool {
        self.owed.is_empty() && !self.goes_on
    }
}

/// Looks at the readers as they stand at a moment, now or to come.
pub(super) async fn survey(tx: &mut Tx, choice: &Choice<'_>, at: Millis) -> Result<Survey, store::Error> {
    let decided = choice.decide(tx, (at, None), at, FREEZE_STEP).await?;
    let mut readers = HashMap::<&[usize], usize>::new();
    for share in decided.iter().filter_map(|(_, verdict)| verdict.as_ref().ok()) {
        *readers.entry(&share.brings).or_default() += 1;
    }
    let commonest = readers
        .iter()
        .max_by_key(|(brings, count)| (**count, brings.len(), Reverse(**brings)));
    Ok(Survey {
        owed: readers.keys().copied().flatten().copied().collect(),
        commonest: commonest.map_or_else(Vec::new, |(brings, _)| brings.to_vec()),
        has_no_readers: decided.is_empty(),
        goes_on: i64::try_from(decided.len()).is_ok_and(|looked_at| looked_at >= FREEZE_STEP),
    })
}
