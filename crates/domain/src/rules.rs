//! What a list's admins decide about its mailings, beside its cadence.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Cadence, EmailAddress, Topics, pace::Measure};

/// The most posts that a mail may bring: more make it larger than mail programs show.
const MOST_POSTS: u16 = 50;
/// The longest settle delay, in minutes: a day.
const LONGEST_SETTLING: u32 = 24 * 60;

/// How a list makes mailings of posts. The default is what a small blog wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// How many minutes a new post waits for last corrections before it is ready.
    pub settle_minutes: u32,
    /// With fewer new posts than this a round-up passes its slot.
    pub min_posts: u16,
    /// How many posts a mail brings; the rest comes with the next, the oldest first.
    pub max_posts: u16,
    /// After how many days a post goes out although there are fewer than `min_posts`.
    pub longest_wait_days: Option<u16>,
    /// How much of a post a mail brings.
    pub text: Text,
    /// Whether a person looks at each mailing first.
    pub approval: Approval,
    /// Whether a person looks at the list's first mailing, whatever `approval` says.
    pub first_waits: bool,
    /// The cadences that readers may choose beside the list's own.
    pub choices: Vec<Cadence>,
    /// Whether the sign-up form offers them.
    pub choices_on_form: bool,
    /// The categories that readers may choose among; none unless an admin turns them on, because a choice can reveal a
    /// condition.
    pub topics: Topics,
    /// Whether the welcome mail brings the newest post.
    pub welcome_brings_newest: bool,
    /// Who is told how mailings went, of drafts that wait and of feeds that fail.
    pub reports_to: Vec<EmailAddress>,
}

crate::words! {
    /// How much of a post a mail brings.
    pub enum Text {
        /// All of it where it is the only one, an excerpt where there are several.
        Automatic = "automatic",
        /// An excerpt and a link.
        Excerpt = "excerpt",
        /// All of it.
        Full = "full",
    }
}

/// Whether mailings wait for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Approval {
    /// They do not.
    Automatic {},
    /// Each is a draft until a person approves it, or its deadline passes.
    Draft {
        /// How many hours the draft waits.
        hours: u16,
        /// What happens when they have passed.
        then: Deadline,
    },
}

crate::words! {
    /// What happens to a draft that nobody looked at in time.
    pub enum Deadline {
        /// It is sent.
        Send = "send",
        /// It goes on waiting.
        Hold = "hold",
    }
}

/// Rules that make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// The settle delay.
    #[error("a new post waits for at most {LONGEST_SETTLING} minutes, which is a day")]
    Settling,
    /// The numbers of posts.
    #[error("a mail brings 1 to {MOST_POSTS} posts, and no fewer than the least that make one")]
    Posts,
    /// The longest wait.
    #[error("a post waits for 1 to 366 days at most")]
    Wait,
    /// The time for a draft.
    #[error("a draft waits for 1 to 168 hours, which is a week")]
    Approval,
    /// The cadences to choose from.
    #[error("readers choose among at most 8 cadences")]
    Choices,
    /// The topics to choose from.
    #[error("readers choose among at most 20 topics")]
    Topics,
    /// Who is told how mailings went.
    #[error("at most 10 addresses get reports")]
    Reports,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            settle_minutes: 10,
            min_posts: 1,
            max_posts: 10,
            longest_wait_days: None,
            text: Text::Automatic,
            approval: Approval::Automatic {},
            first_waits: true,
            choices: Vec::new(),
            choices_on_form: false,
            topics: Topics::default(),
            welcome_brings_newest: false,
            reports_to: Vec::new(),
        }
    }
}

impl Rules {
    /// Checks what the types do not say by themselves.
    ///
    /// # Errors
    /// With what would be right.
    pub fn check(&self) -> Result<(), RulesError> {
        let draft_fits = match self.approval {
            Approval::Automatic {} => true,
            Approval::Draft { hours, .. } => (1..=168).contains(&hours),
        };
        if self.settle_minutes > LONGEST_SETTLING {
            Err(RulesError::Settling)
        } else if !(1..=self.max_posts).contains(&self.min_posts) || !(1..=MOST_POSTS).contains(&self.max_posts) {
            Err(RulesError::Posts)
        } else if self.longest_wait_days.is_some_and(|days| !(1..=366).contains(&days)) {
            Err(RulesError::Wait)
        } else if !draft_fits {
            Err(RulesError::Approval)
        } else if self.choices.len() > 8 {
            Err(RulesError::Choices)
        } else if self.topics.iter().count() > 20 {
            Err(RulesError::Topics)
        } else if self.reports_to.len() > 10 {
            Err(RulesError::Reports)
        } else {
            Ok(())
        }
    }

    /// How long a new post waits for last corrections.
    #[must_use]
    pub fn settling(&self) -> Duration {
        Duration::from_secs(u64::from(self.settle_minutes) * 60)
    }

    /// How many posts make a mailing of a cadence. What is mailed right away does not gather.
    #[must_use]
    pub fn measure(&self, cadence: &Cadence) -> Measure {
        if *cadence == Cadence::Instant {
            return Measure {
                least: 1,
                longest_wait: None,
            };
        }
        Measure {
            least: usize::from(self.min_posts),
            longest_wait: self
                .longest_wait_days
                .map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_a_new_list_make_sense() {
        assert_eq!(Rules::default().check(), Ok(()));
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let wrong = |change: fn(&mut Rules)| {
            let mut rules = Rules::default();
            change(&mut rules);
            rules.check()
        };

        assert_eq!(wrong(|rules| rules.settle_minutes = 1441), Err(RulesError::Settling));
        assert_eq!(wrong(|rules| rules.min_posts = 11), Err(RulesError::Posts));
        assert_eq!(wrong(|rules| rules.min_posts = 0), Err(RulesError::Posts));
        assert_eq!(
            wrong(|rules| (rules.min_posts, rules.max_posts) = (0, 0)),
            Err(RulesError::Posts)
        );
        assert_eq!(wrong(|rules| rules.longest_wait_days = Some(0)), Err(RulesError::Wait));
        let draft = |hours| Approval::Draft {
            hours,
            then: Deadline::Hold,
        };
        let mut rules = Rules {
            approval: draft(169),
            ..Rules::default()
        };
        assert_eq!(rules.check(), Err(RulesError::Approval));
        rules.approval = draft(168);
        assert_eq!(rules.check(), Ok(()));
    }

    #[test]
    fn what_was_written_by_an_older_version_keeps_its_meaning() {
        let rules: Rules = serde_json::from_str(r#"{"max_posts": 3}"#).unwrap();

        assert_eq!((rules.max_posts, rules.settle_minutes), (3, 10));
    }
}
