//! How a list makes mailings of posts, as JSON.

use domain::{
    EmailAddress, Topics,
    rules::{self, Approval as Value, Deadline, Text},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::web::api::{cadence::Cadence, words};

/// How a list makes mailings of posts. What is left out is as on a new list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// How many minutes a new post waits for last corrections before it is ready.
    #[schema(maximum = 1440, default = 10)]
    settle_minutes: u32,
    /// With fewer new posts than this a round-up passes its slot; they wait for the next.
    #[schema(minimum = 1, default = 1)]
    min_posts: u16,
    /// How many posts a mail brings; the rest comes with the next, the oldest first.
    #[schema(minimum = 1, maximum = 50, default = 10)]
    max_posts: u16,
    /// After how many days a post goes out although there are fewer than `min_posts`.
    #[schema(minimum = 1, maximum = 366)]
    longest_wait_days: Option<u16>,
    /// How much of a post a mail brings: all of it where it is the only one, unless said otherwise.
    #[schema(value_type = words::Text)]
    text: Text,
    approval: Approval,
    /// Whether a person looks at the list's first mailing, whatever `approval` says.
    #[schema(default = true)]
    first_waits: bool,
    /// The cadences that readers may choose beside the list's own.
    #[schema(max_items = 8)]
    choices: Vec<Cadence>,
    /// Whether the sign-up form offers them.
    choices_on_form: bool,
    /// The categories that readers may choose among. None unless you turn them on: a choice can reveal a condition.
    #[schema(value_type = Vec<String>, max_items = 20)]
    topics: Topics,
    /// Whether the welcome mail brings the newest post, which then counts as read.
    welcome_brings_newest: bool,
    /// Who is told by mail how mailings went, of drafts that wait and of feeds that fail.
    #[schema(value_type = Vec<String>, max_items = 10)]
    reports_to: Vec<EmailAddress>,
}

/// Whether mailings wait for a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "kebab-case", deny_unknown_fields)]
enum Approval {
    /// They do not.
    Automatic {},
    /// Each is a draft until a person approves it, or its deadline passes.
    Draft {
        /// How many hours the draft waits.
        #[schema(minimum = 1, maximum = 168)]
        hours: u16,
        /// What happens when they have passed.
        #[schema(value_type = words::Deadline)]
        then: Deadline,
    },
}

impl Default for Rules {
    fn default() -> Self {
        rules::Rules::default().into()
    }
}

impl From<rules::Rules> for Rules {
    fn from(rules: rules::Rules) -> Self {
        Self {
            settle_minutes: rules.settle_minutes,
            min_posts: rules.min_posts,
            max_posts: rules.max_posts,
            longest_wait_days: rules.longest_wait_days,
            text: rules.text,
            approval: match rules.approval {
                Value::Automatic {} => Approval::Automatic {},
                Value::Draft { hours, then } => Approval::Draft { hours, then },
            },
            first_waits: rules.first_waits,
            choices: rules.choices.into_iter().map(Into::into).collect(),
            choices_on_form: rules.choices_on_form,
            topics: rules.topics,
            welcome_brings_newest: rules.welcome_brings_newest,
            reports_to: rules.reports_to,
        }
    }
}

impl From<Rules> for rules::Rules {
    fn from(rules: Rules) -> Self {
        Self {
            settle_minutes: rules.settle_minutes,
            min_posts: rules.min_posts,
            max_posts: rules.max_posts,
            longest_wait_days: rules.longest_wait_days,
            text: rules.text,
            approval: match rules.approval {
                Approval::Automatic {} => Value::Automatic {},
                Approval::Draft { hours, then } => Value::Draft { hours, then },
            },
            first_waits: rules.first_waits,
            choices: rules.choices.into_iter().map(Into::into).collect(),
            choices_on_form: rules.choices_on_form,
            topics: rules.topics,
            welcome_brings_newest: rules.welcome_brings_newest,
            reports_to: rules.reports_to,
        }
    }
}
