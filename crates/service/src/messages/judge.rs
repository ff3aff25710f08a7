//! What a relay's answer means for a single mail.

use std::time::Duration;

use domain::{
    Millis,
    message::Outcome,
    reply::{Reply, Verdict},
    retry::{Tries, Unsettled},
};
use mail::smtp;
use store::messages::Message;

/// How soon a mail is tried again after a connection that said nothing about it.
const SOON: Duration = Duration::from_secs(30);
/// How soon after a relay said that it takes nothing more from us until a person has looked.
const REFUSING: Duration = Duration::from_secs(5 * 60);

/// What follows from a try.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) outcome: Outcome,
    /// Whether the try was about this mail, and counts.
    pub(super) counts: bool,
    /// Whether the address must not be mailed again.
    pub(super) suppress: bool,
    /// When it is tried again.
    pub(super) again: Option<Millis>,
    pub(super) reply: Option<Reply>,
    /// What happened, in words.
    pub(super) text: String,
}

/// Judges a try.
pub(super) fn judge(message: &Message, result: Result<Reply, smtp::SendError>, now: Millis) -> Judgement {
    let untouched = |text: String, reply: Option<Reply>, wait: Duration| Judgement {
        outcome: message.outcome,
        counts: false,
        suppress: false,
        again: Some(now + wait),
        reply,
        text,
    };
    let counted = |outcome, text: String, reply: Option<Reply>| Judgement {
        outcome,
        counts: true,
        suppress: false,
        again: None,
        reply,
        text,
    };
    let (error, reply, verdict) = match result {
        Ok(reply) => return counted(Outcome::Accepted, reply.text.clone(), Some(reply)),
        Err(smtp::SendError::Rejected { reply, step }) => {
            let verdict = reply.verdict(step);
            (reply.to_string(), Some(reply), verdict)
        }
        Err(error @ smtp::SendError::LostAfter(_)) => {
            let again = next_try(message, Unsettled::Unknown, now);
            return Judgement {
                again,
                ..counted(Outcome::Unknown, error.to_string(), None)
            };
        }
        Err(smtp::SendError::Connect(error)) => {
            let wait = if error.reply.is_some() { REFUSING } else { SOON };
            return untouched(error.to_string(), error.reply, wait);
        }
        Err(error) => return untouched(error.to_string(), None, SOON),
    };
    match verdict {
        Verdict::Refused { suppress } => Judgement {
            suppress,
            ..counted(Outcome::Refused, error, reply)
        },
        Verdict::Deferred => {
            let again = next_try(message, Unsettled::Deferred, now);
            let outcome = again.map_or(Outcome::Expired, |_| Outcome::Deferred);
            Judgement {
                again,
                ..counted(outcome, error, reply)
            }
        }
        Verdict::Policy | Verdict::Pause => untouched(error, reply, REFUSING),
        Verdict::GiveBack => untouched(error, reply, SOON),
    }
}

/// When a mail is tried again whose last try settled nothing.
fn next_try(message: &Message, last: Unsettled, now: Millis) -> Option<Millis> {
    let tries = Tries {
        count: message.attempts + 1,
        first_at: message.first_tried_at.unwrap_or(now),
        before: match message.outcome {
            Outcome::Deferred => Some(Unsettled::Deferred),
            Outcome::Unknown => Some(Unsettled::Unknown),
            _ => None,
        },
        last,
    };
    tries.next(now)
}
