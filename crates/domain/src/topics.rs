//! What posts are about and what readers want to read about: a blog's categories, in any case of letters.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// A set of categories. Their case does not matter: they are kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Topics(BTreeSet<String>);

impl Topics {
    /// The categories of a text that separates them by commas.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.split(',').collect()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a category is among them.
    #[must_use]
    pub fn contains(&self, category: &str) -> bool {
        self.0.contains(&folded(category))
    }

    /// Whether the two sets have a category in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// Those that both sets have.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// Those that count of a reader's choice, of the topics that their list offers; none where that leaves nothing: whoever
    /// chose only topics that are no longer offered has chosen nothing, and gets everything.
    #[must_use]
    pub fn chosen_among(&self, offered: &Self) -> Option<Self> {
        Some(self.common(offered)).filter(|topics| !topics.is_empty())
    }

    /// The categories in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn folded(category: &str) -> String {
    category.trim().to_lowercase()
}

impl<S: AsRef<str>> FromIterator<S> for Topics {
    fn from_iter<I: IntoIterator<Item = S>>(categories: I) -> Self {
        let folded = categories.into_iter().map(|category| folded(category.as_ref()));
        Self(folded.filter(|category| !category.is_empty()).collect())
    }
}

impl From<Vec<String>> for Topics {
    fn from(categories: Vec<String>) -> Self {
        categories.into_iter().collect()
    }
}

impl From<Topics> for Vec<String> {
    fn from(topics: Topics) -> Self {
        topics.0.into_iter().collect()
    }
}

impl fmt::Display for Topics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, topic) in self.iter().enumerate() {
            write!(f, "{}{topic}", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_the_same_in_any_case_and_each_is_there_once() {
        let topics = Topics::parse(" Sleep,sleep, ÉTÉ ,, ");

        assert_eq!(topics.to_string(), "sleep, été");
        assert!(topics.contains("été ") && !topics.contains(""));
        assert!(topics.meets(&Topics::parse("food, SLEEP")));
    }

    #[test]
    fn a_choice_counts_as_far_as_it_is_still_offered() {
        let chosen = Topics::parse("sleep, food");

        assert_eq!(
            chosen.chosen_among(&Topics::parse("food, news")),
            Some(Topics::parse("food"))
        );
        assert_eq!(chosen.chosen_among(&Topics::parse("news")), None);
        assert_eq!(chosen.chosen_among(&Topics::default()), None);
    }
}
