//! What a relay's answer means for a delivery, a reader and a mailing.

use std::fmt;

use crate::without_nul;

/// The three numbers of an enhanced status code (RFC 3463, section 2): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enhanced(pub u8, pub u16, pub u16);

/// A relay's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits (RFC 5321, section 4.2).
    pub code: u16,
    /// The enhanced code at the start of the text, where there is one.
    pub enhanced: Option<Enhanced>,
    /// The lines of text, joined by spaces.
    pub text: String,
}

/// The step of the exchange that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Greeting, EHLO, STARTTLS.
    Connect,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA, or the final dot.
    Content,
}

/// What follows from an answer that is not yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not now; try this recipient again later.
    Deferred,
    /// Never, for this recipient. The address itself is at fault only where `suppress` says so.
    Refused {
        /// Whether the address must not be mailed again.
        suppress: bool,
    },
    /// The relay closes the connection, or says nothing about the recipient, who goes back untouched.
    GiveBack,
    /// Refused by policy: that may be about this recipient, who wants no mail from us, or about all of our mail.
    Policy,
    /// Nothing to do with this recipient: the relay takes no more from us until a person has looked.
    Pause,
}

impl Reply {
    /// Reads a code and its text, taking the enhanced code from the text's start. A NUL in the text is replaced.
    #[must_use]
    pub fn new(code: u16, text: impl Into<String>) -> Self {
        let text = without_nul(&text.into()).into_owned();
        let enhanced = text.split_whitespace().next().and_then(|word| {
            let mut numbers = word.split('.');
            let code = Enhanced(
                numbers.next()?.parse().ok()?,
                numbers.next()?.parse().ok()?,
                numbers.next()?.parse().ok()?,
            );
            (numbers.next().is_none() && matches!(code.0, 2 | 4 | 5)).then_some(code)
        });
        Self { code, enhanced, text }
    }

    /// What follows from this answer at this step, where it is not the yes (2xx, or 354) that the step asks for.
    ///
    /// A 5xx blames the address only with an enhanced code 5.1.x about the recipient (RFC 3463, section 3.2; 5.1.7 and
    /// 5.1.8 are about the sender). Quotas (5.4.5 is Gmail's "daily sending limit exceeded") and refusals of the sender or
    /// the login concern every recipient, so they stop the mailing. Policy (5.7.x) may concern one of them or all.
    #[must_use]
    pub fn verdict(&self, step: Step) -> Verdict {
        match (self.code, self.enhanced, step) {
            (..400 | 421, ..) => Verdict::GiveBack,
            (400..=499, _, Step::Connect | Step::Login) => Verdict::GiveBack,
            (400..=499, ..) => Verdict::Deferred,
            (_, _, Step::Connect | Step::Login | Step::Sender) => Verdict::Pause,
            (530 | 534 | 535 | 538, ..) => Verdict::Pause,
            (_, Some(Enhanced(5, 7, _)), Step::Recipient | Step::Content) => Verdict::Policy,
            (_, Some(Enhanced(5, 4, 5) | Enhanced(5, 1, 7 | 8)), _) => Verdict::Pause,
            (_, Some(Enhanced(5, 1, _)), Step::Recipient | Step::Content) => Verdict::Refused { suppress: true },
            _ => Verdict::Refused { suppress: false },
        }
    }

    /// The relay's own reference for an accepted message, where its text has one in a form that we know:
    /// Postfix's `queued as X`, Amazon SES's and others' `Ok X`, Exim's `OK id=X`.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let after_queued_as = words
            .windows(3)
            .find(|w| w[0] == "queued" && w[1] == "as")
            .map(|w| w[2]);
        let after_ok = || {
            words
                .windows(2)
                .find(|w| w[0].trim_end_matches(':').eq_ignore_ascii_case("ok"))
                .map(|w| w[1])
        };
        after_queued_as
            .or_else(after_ok)
            .map(|word| word.trim_start_matches("id="))
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_about_the_address_suppresses_it() {
        let refused = |suppress| Verdict::Refused { suppress };
        for (code, text, step, verdict) in [
            (354, "go on", Step::Recipient, Verdict::GiveBack),
            (450, "4.2.0 later", Step::Recipient, Verdict::Deferred),
            (450, "4.7.0 slow down", Step::Recipient, Verdict::Deferred),
            (454, "4.7.0 login not now", Step::Login, Verdict::GiveBack),
            (421, "4.7.0 too many", Step::Sender, Verdict::GiveBack),
            (550, "5.1.1 no such user", Step::Recipient, refused(true)),
            (550, "5.1.10 null MX", Step::Recipient, refused(true)),
            (
                553,
                "5.1.8 sender's domain does not exist",
                Step::Recipient,
                Verdict::Pause,
            ),
            (552, "5.2.2 mailbox full", Step::Recipient, refused(false)),
            (550, "no such user", Step::Recipient, refused(false)),
            (
                550,
                "5.4.5 daily sending quota exceeded",
                Step::Recipient,
                Verdict::Pause,
            ),
            (554, "5.7.1 looks like spam", Step::Content, Verdict::Policy),
            (550, "5.7.1 you are blocked", Step::Recipient, Verdict::Policy),
            (550, "5.7.1 not you", Step::Sender, Verdict::Pause),
            (530, "5.7.0 log in first", Step::Recipient, Verdict::Pause),
            (550, "5.1.0 sender rejected", Step::Sender, Verdict::Pause),
            (535, "5.7.8 bad credentials", Step::Login, Verdict::Pause),
        ] {
            assert_eq!(Reply::new(code, text).verdict(step), verdict, "{code} {text}");
        }
    }

    #[test]
    fn the_relays_reference_is_found_in_the_forms_we_know() {
        for (text, reference) in [
            ("2.0.0 Ok: queued as 4C1D2E3F5A", Some("4C1D2E3F5A")),
            ("Ok 0102018f-abc-000000", Some("0102018f-abc-000000")),
            ("OK id=1rABCD-000", Some("1rABCD-000")),
            ("2.0.0 accepted", None),
        ] {
            assert_eq!(Reply::new(250, text).reference(), reference);
        }
    }
}
