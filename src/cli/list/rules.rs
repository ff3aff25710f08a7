//! Flags for how a list makes mailings of posts, and the texts that stand for its rules.

use std::str::FromStr;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use domain::rules::{Approval, Deadline, Rules, Text};

/// What takes back a setting that may be absent.
pub(super) const NONE: &str = "none";

/// How a list makes mailings of posts.
#[derive(Debug, Args)]
#[command(next_help_heading = "How posts become mailings")]
pub(super) struct RuleFlags {
    /// A cadence that readers may choose beside the list's own, such as "weekly fri 09:00"; repeat it for more, "none"
    /// for none.
    #[arg(long, value_name = "CADENCE")]
    choices: Vec<String>,
    /// Whether the sign-up form offers them.
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes")]
    choices_on_form: Option<Answer>,
    /// How many minutes a new post waits for last corrections [default: 10].
    #[arg(long, value_name = "MINUTES")]
    settle_minutes: Option<u32>,
    /// With fewer new posts than this a round-up passes its slot [default: 1].
    #[arg(long, value_name = "POSTS")]
    min_posts: Option<u16>,
    /// How many posts a mail brings; the rest comes with the next [default: 10].
    #[arg(long, value_name = "POSTS")]
    max_posts: Option<u16>,
    /// After how many days a post goes out although there are fewer than --min-posts; "none" for never.
    #[arg(long, value_name = "DAYS")]
    longest_wait_days: Option<String>,
    /// How much of a post a mail brings: automatic, excerpt or full [default: automatic].
    #[arg(long)]
    text: Option<Text>,
    /// Whether you look at each mailing first: "automatic", "send after 12h" (sent if nobody looks in time) or
    /// "hold after 12h" (waits on) [default: automatic].
    #[arg(long)]
    approval: Option<String>,
    /// Whether the first mailing waits for you, whatever --approval says [default: wait].
    #[arg(long, value_name = "HOW")]
    first_mailing: Option<First>,
    /// The categories that readers may choose among, separated by commas; "none" for none.
    #[arg(long, value_name = "CATEGORIES", value_delimiter = ',')]
    topics: Option<Vec<String>>,
    /// Whether the welcome mail brings the newest post [default: no].
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes")]
    welcome_brings_newest: Option<Answer>,
    /// Who is told how mailings went, separated by commas; "none" for nobody.
    #[arg(long, value_name = "ADDRESSES", value_delimiter = ',')]
    reports_to: Option<Vec<String>>,
}

/// What becomes of the first mailing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum First {
    /// It goes out like every other.
    Automatic,
    /// It waits until somebody approves it.
    Wait,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Answer {
    /// It is so.
    Yes,
    /// It is not.
    No,
}

impl RuleFlags {
    /// Writes what was given into the rules; what was not stays as it is.
    pub(super) fn apply(self, rules: &mut Rules) -> anyhow::Result<()> {
        if !self.choices.is_empty() {
            rules.choices = several("choices", &self.choices)?;
        }
        if let Some(on_form) = self.choices_on_form {
            rules.choices_on_form = on_form == Answer::Yes;
        }
        rules.settle_minutes = self.settle_minutes.unwrap_or(rules.settle_minutes);
        rules.min_posts = self.min_posts.unwrap_or(rules.min_posts);
        rules.max_posts = self.max_posts.unwrap_or(rules.max_posts);
        if let Some(days) = self.longest_wait_days {
            rules.longest_wait_days = match days.as_str() {
                NONE => None,
                days => Some(days.parse().with_context(|| format!("--longest-wait-days {days:?}"))?),
            };
        }
        rules.text = self.text.unwrap_or(rules.text);
        if let Some(text) = self.approval {
            rules.approval = approval(&text)?;
        }
        if let Some(first) = self.first_mailing {
            rules.first_waits = first == First::Wait;
        }
        if let Some(topics) = self.topics {
            rules.topics = topics.iter().filter(|topic| topic.trim() != NONE).collect();
        }
        if let Some(newest) = self.welcome_brings_newest {
            rules.welcome_brings_newest = newest == Answer::Yes;
        }
        if let Some(addresses) = self.reports_to {
            rules.reports_to = several("reports-to", &addresses)?;
        }
        Ok(())
    }
}

/// What a flag that may be repeated says; nothing for "none".
fn several<T>(flag: &str, texts: &[String]) -> anyhow::Result<Vec<T>>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let given = texts.iter().map(|text| text.trim()).filter(|text| *text != NONE);
    given
        .map(|text| text.parse().with_context(|| format!("--{flag} {text:?}")))
        .collect()
}

/// How the command line writes whether a person looks at mailings first.
fn approval(text: &str) -> anyhow::Result<Approval> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (then, hours) = match words[..] {
        ["automatic"] => return Ok(Approval::Automatic {}),
        ["send", "after", hours] => (Deadline::Send, hours),
        ["hold", "after", hours] => (Deadline::Hold, hours),
        _ => bail!("--approval {text:?}: write \"automatic\", \"send after 12h\" or \"hold after 12h\""),
    };
    let hours = hours.strip_suffix('h').unwrap_or(hours).parse();
    let Ok(hours) = hours else {
        bail!("--approval {text:?}: how many hours? Write \"send after 12h\"");
    };
    Ok(Approval::Draft { hours, then })
}

/// The same the other way round.
pub(super) fn approval_in_words(approval: Approval) -> String {
    match approval {
        Approval::Automatic {} => "automatic".to_owned(),
        Approval::Draft { hours, then } => format!("{then} after {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_approval_says_is_read_as_it_is_shown() {
        for text in ["automatic", "send after 12h", "hold after 168h"] {
            assert_eq!(approval_in_words(approval(text).unwrap()), text);
        }
    }

    #[test]
    fn an_approval_that_cannot_be_read_names_what_would_be_right() {
        for text in [
            "",
            "manual",
            "send after",
            "send after soon",
            "send 12h",
            "send after -1h",
        ] {
            let error = format!("{:#}", approval(text).unwrap_err());

            assert!(error.contains("\"send after 12h\""), "{text:?}: {error}");
        }
    }
}
