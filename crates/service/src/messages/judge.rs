//! What a relay's answer means for a single mail.

use std::time::Duration;

use domain::{
    Millis,
    mailing::MOST_UNKNOWN,
    message::Outcome,
    reply::{PATIENCE, Reply, Verdict, deferral},
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
            let judgement = counted(Outcome::Unknown, error.to_string(), None);
            return again_while_patient(judgement, message, now, Outcome::Unknown);
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
            let judgement = counted(Outcome::Deferred, error, reply);
            again_while_patient(judgement, message, now, Outcome::Expired)
        }
        Verdict::Pause => untouched(error, reply, REFUSING),
        Verdict::GiveBack | Verdict::Accepted => untouched(error, reply, SOON),
    }
}

/// Another try, later each time, until it has lasted too long.
fn again_while_patient(judgement: Judgement, message: &Message, now: Millis, at_last: Outcome) -> Judgement {
    let tries = u32::try_from(message.attempts.saturating_add(1)).unwrap_or(u32::MAX);
    let again = now + deferral(tries);
    let lasted = again.since(message.first_tried_at.unwrap_or(now));
    let too_often = judgement.outcome == Outcome::Unknown && i64::from(tries) >= MOST_UNKNOWN;
    if lasted > PATIENCE || too_often {
        Judgement {
            outcome: at_last,
            ..judgement
        }
    } else {
        Judgement {
            again: Some(again),
            ..judgement
        }
    }
}
