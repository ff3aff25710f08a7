//! From documents to what looks at the feed would have shown.

use domain::{Millis, feed::POLL_EVERY, post::State};
use feed::Item;

use super::{Look, NeverSent};

/// The looks at a feed of which only today's document is there: each of its posts appears at its date, and is seen by the
/// next look. A post whose date lies outside, or that has none, is not in any of them.
#[must_use]
pub fn looks_of_document(items: &[Item], since: Millis, until: Millis) -> (Vec<Look>, Vec<NeverSent>) {
    let shown_by = |at: Millis| Look {
        at,
        items: items
            .iter()
            .filter(|item| item.published.is_some_and(|published| published <= at))
            .cloned()
            .collect(),
    };
    let dates = items.iter().filter_map(|item| item.published);
    let mut seen: Vec<Millis> = dates
        .filter(|at| *at > since)
        .map(|at| next_look(at, since))
        .filter(|at| *at <= until)
        .collect();
    seen.sort_unstable();
    seen.dedup();
    let looks = std::iter::once(since).chain(seen).map(shown_by).collect();
    (
        looks,
        items
            .iter()
            .filter_map(|item| out_of_time(item, since, until))
            .collect(),
    )
}

/// The first regular look that is not before a moment.
fn next_look(at: Millis, first: Millis) -> Millis {
    let every = i64::try_from(POLL_EVERY.as_millis()).expect("looks are minutes apart");
    let since_last = (at.get() - first.get()).rem_euclid(every);
    if since_last == 0 {
        at
    } else {
        at.offset(every - since_last)
    }
}

fn out_of_time(item: &Item, since: Millis, until: Millis) -> Option<NeverSent> {
    let reason = match item.published {
        None => "has no date, so nobody can tell when it came",
        Some(at) if at > since && next_look(at, since) > until => "comes later than this replay looks",
        Some(_) => return None,
    };
    Some(NeverSent {
        post: item.into(),
        state: State::Held,
        reason: reason.to_owned(),
    })
}

/// The looks at a feed of which copies were saved, each with its moment, in any order. The newest copy that is not younger
/// than the list is what its first look shows; without one, the list begins with its first copy.
#[must_use]
pub fn looks_of_copies(mut copies: Vec<Look>, since: Millis, until: Millis) -> Vec<Look> {
    copies.sort_by_key(|copy| copy.at);
    copies.retain(|copy| copy.at <= until);
    let older = copies.iter().take_while(|copy| copy.at <= since).count();
    copies.drain(..older.saturating_sub(1));
    if let Some(first) = copies.first_mut() {
        first.at = first.at.max(since);
    }
    copies
}
