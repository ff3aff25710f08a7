//! Text from outside, as far as it can be kept.

use std::borrow::Cow;

/// The text with U+FFFD, which stands for what cannot be shown, in the place of every NUL: PostgreSQL keeps none (manual,
/// section 8.3), and nobody means one. HTML does the same (Living Standard, section 13.2.5).
#[must_use]
pub fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_replaced_and_other_text_is_not_copied() {
        assert_eq!(without_nul("a\0b\0"), "a\u{fffd}b\u{fffd}");
        assert!(matches!(without_nul("a\tb"), Cow::Borrowed("a\tb")));
    }
}
