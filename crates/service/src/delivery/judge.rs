//! What the answer to one mail means.

use std::fmt::Display;

use domain::{
    MailingId, Millis, RelayId,
    mailing::Outcome,
    mask_addresses,
    reply::{Reply, Verdict},
    retry::{Tries, Unsettled},
};
use mail::smtp::{ConnectError, SendError};
use store::deliveries::{Due, Tried};

/// What follows from a try.
#[derive(Debug)]
pub(super) enum Judgement {
    /// The delivery has an outcome.
    Outcome {
        tried: Tried,
        /// The relay says that the address does not exist.
        gone: bool,
    },
    /// Nothing was said about this reader: as if it had not been tried. The words name no address.
    Untouched(String),
    /// Refused by policy, which may be about this reader: then that is the outcome. The words name no address.
    Policy { refused: Tried, words: String },
    /// The relay takes nothing more until a person has looked. The words name no address.
    Pause(String),
}

impl Judgement {
    fn untouched(words: &dyn Display) -> Self {
        Self::Untouched(mask_addresses(&words.to_string()))
    }

    fn pause(words: &dyn Display) -> Self {
        Self::Pause(mask_addresses(&words.to_string()))
    }
}

/// Who tries what, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try<'a> {
    pub(super) mailing: MailingId,
    pub(super) relay: RelayId,
    pub(super) due: &'a Due,
    pub(super) at: Millis,
}

impl Try<'_> {
    /// The outcome of a delivery that must not leave.
    pub(super) fn withheld(&self) -> Tried {
        Tried {
            relay: None,
            attempts: self.due.attempts,
            ..self.outcome(Outcome::Withheld, None)
        }
    }

    /// What an answer, or none, means.
    pub(super) fn judge(&self, result: Result<Reply, SendError>) -> Judgement {
        let of = |tried| Judgement::Outcome { tried, gone: false };
        match result {
            Ok(reply) => of(self.outcome(Outcome::Accepted, Some(&reply))),
            Err(SendError::Rejected { reply, step }) => match reply.verdict(step) {
                Verdict::Deferred => of(self.put_off(Unsettled::Deferred, Some(&reply))),
                Verdict::Refused { suppress } => Judgement::Outcome {
                    tried: self.outcome(Outcome::Refused, Some(&reply)),
                    gone: suppress,
                },
                Verdict::GiveBack => Judgement::untouched(&reply),
                Verdict::Policy => Judgement::Policy {
                    refused: self.outcome(Outcome::Refused, Some(&reply)),
                    words: mask_addresses(&reply.to_string()),
                },
                Verdict::Pause => Judgement::pause(&reply),
            },
            Err(SendError::Connect(error)) => judge_connection(&error),
            Err(error @ SendError::LostBefore(_)) => Judgement::untouched(&error),
            Err(error @ SendError::LostAfter(_)) => of(Tried {
                reply: Some(error.to_string()),
                ..self.put_off(Unsettled::Unknown, None)
            }),
        }
    }

    /// Tried again later, until that has lasted too long.
    fn put_off(&self, last: Unsettled, reply: Option<&Reply>) -> Tried {
        let tries = Tries {
            count: self.due.attempts + 1,
            first_at: self.due.first_tried_at.unwrap_or(self.at),
            before: match self.due.outcome {
                Outcome::Deferred => Some(Unsettled::Deferred),
                Outcome::Unknown => Some(Unsettled::Unknown),
                _ => None,
            },
            last,
        };
        let next_try_at = tries.next(self.at);
        let outcome = match last {
            Unsettled::Unknown => Outcome::Unknown,
            Unsettled::Deferred if next_try_at.is_some() => Outcome::Deferred,
            Unsettled::Deferred => Outcome::Expired,
        };
        Tried {
            next_try_at,
            ..self.outcome(outcome, reply)
        }
    }

    fn outcome(&self, outcome: Outcome, reply: Option<&Reply>) -> Tried {
        let accepted = outcome == Outcome::Accepted;
        let reference = reply.and_then(Reply::reference).filter(|_| accepted);
        Tried {
            mailing: self.mailing,
            n: self.due.n,
            was: self.due.outcome,
            outcome,
            relay: Some(self.relay),
            attempts: self.due.attempts + 1,
            code: reply.map(|reply| i64::from(reply.code)),
            // The words of an acceptance are kept only where no reference was found in them.
            reply: reply.filter(|_| reference.is_none()).map(|reply| reply.text.clone()),
            reference: reference.map(str::to_owned),
            at: self.at,
            next_try_at: None,
        }
    }
}

/// A connection that did not come about says nothing about a reader; a refusal for good is for a person to see.
fn judge_connection(error: &ConnectError) -> Judgement {
    use domain::reply::Step;

    let refused = |reply: &Reply| reply.verdict(Step::Login) == Verdict::Pause;
    if error.reply.as_ref().is_some_and(refused) {
        Judgement::pause(&format_args!("{error}. {}", error.advice()))
    } else {
        Judgement::untouched(error)
    }
}
