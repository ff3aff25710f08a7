//! Cadences as the pages offer them.

use domain::Cadence;
use jiff::civil::Date;
use service::readers::{Offered, offered};
use store::lists::List;

use crate::pages::list::HowOften;

/// One cadence made ready for a page.
#[derive(Debug)]
pub(super) struct Offer {
    cadence: Cadence,
    value: String,
    words: String,
    next: Option<String>,
}

impl Offer {
    fn new(cadence: Cadence, next: Option<Date>) -> Self {
        Self {
            value: cadence.spelling(),
            words: capitalised(&cadence.words()),
            next: next.map(|day| day.strftime("%a %-d %B").to_string()),
            cadence,
        }
    }

    /// As a page shows it.
    pub(super) fn shown(&self, chosen: Cadence) -> HowOften<'_> {
        HowOften {
            value: &self.value,
            words: &self.words,
            next: self.next.as_deref(),
            chosen: self.cadence == chosen,
        }
    }
}

/// What the sign-up form of a list asks; nothing unless its admins want it to and there is something to choose.
pub(super) fn on_form(list: &List) -> Vec<Offer> {
    let cadences = offered(list);
    if !list.settings.rules.choices_on_form || cadences.len() < 2 {
        return Vec::new();
    }
    cadences.into_iter().map(|cadence| Offer::new(cadence, None)).collect()
}

/// What the preference page asks.
pub(super) fn on_preferences(cadences: &[Offered]) -> Vec<Offer> {
    let each = cadences.iter();
    each.map(|offered| Offer::new(offered.cadence, offered.next)).collect()
}

/// What follows on "Get it": "once a month".
pub(super) fn seldom(cadence: Cadence) -> String {
    match cadence {
        Cadence::Daily { .. } => "once a day".to_owned(),
        Cadence::Weekly { days, .. } if days.iter().count() == 1 => "once a week".to_owned(),
        Cadence::Monthly { .. } => "once a month".to_owned(),
        Cadence::Instant | Cadence::Weekly { .. } => cadence.words(),
    }
}

/// A sentence's beginning.
pub(super) fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
