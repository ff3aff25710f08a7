//! How the sink misbehaves: at which step, for whom, how often.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::Random;

/// A point of the dialogue at which a rule may apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Before the greeting; the address is empty.
    Connect,
    /// EHLO or HELO; the address is empty.
    Hello,
    /// MAIL; the address is the sender's.
    Mail,
    /// RCPT; the address is the recipient's.
    Rcpt,
    /// DATA; the address is the last recipient's.
    Data,
    /// In the middle of the message; the address is the last recipient's.
    Body,
    /// The final dot; the address is the last recipient's.
    Dot,
}

/// What happens instead of acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This line, such as `550 5.1.1 no such user`. A 421 closes the connection (RFC 5321, section 3.8).
    Reply(String),
    /// No answer ever.
    Stall,
    /// The connection is cut without an answer, and nothing is recorded.
    Drop,
    /// At the final dot: the message is recorded, but the connection is cut before the client learns of it.
    AcceptAndDrop,
    /// The step goes on as usual after this time.
    Delay(Duration),
}

/// When the sink misbehaves, and how.
#[derive(Clone)]
pub struct Rule {
    step: Step,
    answer: Answer,
    applies: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    percent: u64,
    left: Arc<AtomicUsize>,
}

impl Rule {
    /// Always does `answer` at `step`.
    #[must_use]
    pub fn new(step: Step, answer: Answer) -> Self {
        Self {
            step,
            answer,
            applies: Arc::new(|_| true),
            percent: 100,
            left: Arc::new(AtomicUsize::new(usize::MAX)),
        }
    }

    /// Always answers with `line` at `step`.
    #[must_use]
    pub fn reply(step: Step, line: &str) -> Self {
        Self::new(step, Answer::Reply(line.to_owned()))
    }

    /// Only for this address.
    #[must_use]
    pub fn to(self, address: &str) -> Self {
        let address = address.to_owned();
        self.when(move |other| other == address)
    }

    /// Only for addresses of which this holds.
    #[must_use]
    pub fn when(mut self, applies: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.applies = Arc::new(applies);
        self
    }

    /// Only by this chance, drawn from the sink's seed.
    #[must_use]
    pub fn percent(mut self, percent: u64) -> Self {
        self.percent = percent;
        self
    }

    /// Only the first few times.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.left = Arc::new(AtomicUsize::new(times));
        self
    }

    /// The answer when this rule fits.
    pub(super) fn decide(&self, step: Step, address: &str, random: &Random) -> Option<Answer> {
        let fits = self.step == step
            && (self.applies)(address)
            && (self.percent >= 100 || random.below(100) < self.percent)
            && self
                .left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                .is_ok();
        fits.then(|| self.answer.clone())
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({:?}: {:?}, {} %)", self.step, self.answer, self.percent)
    }
}
