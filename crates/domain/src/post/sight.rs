//! Knowing a post again: by its identity in its feed, then by its page, then by its title and date.

use std::collections::{HashMap, HashSet};

/// What an item of a feed is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks<'a> {
    /// In its feed.
    pub identity: &'a str,
    /// Its page without what does not name it.
    pub canonical_link: Option<&'a str>,
    /// A hash of its title and date.
    pub fingerprint: &'a str,
}

impl<'a> Marks<'a> {
    /// Its page, title and date. The page alone does not tell posts apart: a changelog may have all of its entries on one.
    fn face(&self) -> Option<(&'a str, &'a str)> {
        Some((self.canonical_link?, self.fingerprint))
    }
}

/// What the ledger knows of an item that a look shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight<P> {
    /// The feed showed this post before.
    Shown(P),
    /// The same look shows it under another identity, on the same page and with the same title and date: some programs show
    /// a post once for each of its categories.
    Repeated,
    /// The list has this post under another identity.
    Twin(P),
    /// Nothing: it is new.
    New,
}

/// As much of the ledger as a look needs, with posts in whatever form its keeper has them.
#[derive(Debug, Clone)]
pub struct Ledger<'a, P> {
    identities: HashMap<&'a str, P>,
    links: HashMap<&'a str, P>,
    fingerprints: HashMap<&'a str, P>,
}

impl<P> Default for Ledger<'_, P> {
    fn default() -> Self {
        Self {
            identities: HashMap::new(),
            links: HashMap::new(),
            fingerprints: HashMap::new(),
        }
    }
}

impl<'a, P: Copy> Ledger<'a, P> {
    /// Adds a post that the feed showed under this identity.
    pub fn add_shown(&mut self, identity: &'a str, post: P) {
        self.identities.insert(identity, post);
    }

    /// Adds a post of the list with that page, which takes the place of an earlier one.
    pub fn add_page(&mut self, canonical_link: &'a str, post: P) {
        self.links.insert(canonical_link, post);
    }

    /// Adds a post of the list with that title and date, which takes the place of an earlier one.
    pub fn add_fingerprint(&mut self, fingerprint: &'a str, post: P) {
        self.fingerprints.insert(fingerprint, post);
    }

    /// What it knows of each item of a look, in their order.
    #[must_use]
    pub fn sort(&self, items: &[Marks<'_>]) -> Vec<Sight<P>> {
        let shown = |item: &Marks<'_>| self.identities.get(item.identity).copied();
        let is_shown = |item: &&Marks<'_>| shown(item).is_some();
        // Those that the others may repeat: the first of a page with that title and date, and each that has a row.
        let mut faces: HashSet<(&str, &str)> = items.iter().filter(is_shown).filter_map(Marks::face).collect();
        let mut sights = Vec::with_capacity(items.len());
        for item in items {
            let same_page = item.canonical_link.and_then(|link| self.links.get(link).copied());
            let twin = same_page.or_else(|| self.fingerprints.get(item.fingerprint).copied());
            sights.push(match (shown(item), twin) {
                (Some(post), _) => Sight::Shown(post),
                (None, _) if item.face().is_some_and(|face| faces.contains(&face)) => Sight::Repeated,
                (None, Some(twin)) => Sight::Twin(twin),
                (None, None) => Sight::New,
            });
            faces.extend(item.face());
        }
        sights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item<'a>(identity: &'a str, link: &'a str, fingerprint: &'a str) -> Marks<'a> {
        Marks {
            identity,
            canonical_link: Some(link).filter(|link| !link.is_empty()),
            fingerprint,
        }
    }

    /// A ledger in which post 1 was shown as "a" on page "/a", and post 2 came from elsewhere.
    fn ledger() -> Ledger<'static, u8> {
        let mut ledger = Ledger::default();
        ledger.add_shown("a", 1);
        ledger.add_page("/a", 1);
        ledger.add_fingerprint("A", 1);
        ledger.add_page("/b", 2);
        ledger.add_fingerprint("B", 2);
        ledger
    }

    #[test]
    fn a_post_is_known_by_its_identity_then_its_page_then_its_title_and_date() {
        let sights = ledger().sort(&[
            item("a", "/elsewhere", "B"),
            item("b", "/b", "A"),
            item("c", "/c", "B"),
            item("d", "/d", "D"),
        ]);

        assert_eq!(sights, [Sight::Shown(1), Sight::Twin(2), Sight::Twin(2), Sight::New]);
    }

    #[test]
    fn a_post_that_one_look_shows_twice_is_one_post_at_this_look_and_at_later_ones() {
        let (first, again) = (item("a", "/a", "A"), item("a in news", "/a", "A"));

        assert_eq!(
            Ledger::<u8>::default().sort(&[first, again]),
            [Sight::New, Sight::Repeated]
        );
        assert_eq!(ledger().sort(&[again, first]), [Sight::Repeated, Sight::Shown(1)]);
        assert_eq!(ledger().sort(&[again]), [Sight::Twin(1)], "the feed was rewritten");
    }

    #[test]
    fn new_posts_that_share_a_page_are_not_dropped() {
        let (one, two) = (item("v1", "/changes", "V1"), item("v2", "/changes", "V2"));

        assert_eq!(Ledger::<u8>::default().sort(&[one, two]), [Sight::New; 2]);
    }

    #[test]
    fn a_post_on_the_page_of_one_that_the_feed_still_shows_is_its_twin() {
        let (shown, new) = (item("a", "/a", "A"), item("a, part two", "/a", "A, part two"));

        for look in [[shown, new], [new, shown]] {
            let sights = ledger().sort(&look);

            assert!(
                sights.contains(&Sight::Shown(1)) && sights.contains(&Sight::Twin(1)),
                "{sights:?}"
            );
        }
    }

    #[test]
    fn a_post_that_is_corrected_under_both_of_its_identities_is_still_one() {
        let (shown, again) = (item("a", "/a", "A, corrected"), item("a in news", "/a", "A, corrected"));

        assert_eq!(ledger().sort(&[again, shown]), [Sight::Repeated, Sight::Shown(1)]);
    }

    #[test]
    fn posts_without_a_page_are_not_taken_for_one_another() {
        let sights = Ledger::<u8>::default().sort(&[item("a", "", "A"), item("b", "", "B")]);

        assert_eq!(sights, [Sight::New; 2]);
    }
}
