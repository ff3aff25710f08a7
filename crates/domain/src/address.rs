//! E-mail addresses in their canonical form.

use std::{fmt, str::FromStr};

use email_address::{EmailAddress as Rfc5321, Options};
use serde::{Deserialize, Serialize};

use crate::mask::mask;

/// The version of the canonical form that [`EmailAddress::parse`] gives; kept beside each address, so that a later
/// form can find the rows that an earlier one wrote.
pub const CANONICAL_VERSION: i64 = 1;

/// An address that a mail can be sent to, in canonical form: lower case, the domain as A-labels (RFC 5891).
///
/// Pure ASCII, at most 254 bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets), a local part of at most 64,
/// never quoted and never an address literal. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is not an address that mail can be sent to. The messages are shown to readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("Please enter your email address.")]
    Empty,
    /// Longer than the protocol allows.
    #[error("That email address is too long: an address has at most 254 characters.")]
    TooLong,
    /// A space, a line break or another control character inside.
    #[error("That email address has a space or a hidden character in it. Please type it again.")]
    Control,
    /// Letters outside ASCII before the @, which most mail providers cannot take (RFC 6531 is rarely offered).
    #[error(
        "The part before the @ has letters that most mail providers cannot deliver to. Please use another address."
    )]
    NonAsciiLocalPart,
    /// Not of the shape name@domain.
    #[error("That does not look like an email address. It should look like name@example.com.")]
    Malformed,
}

impl EmailAddress {
    /// Reads what a person typed: white space around it is dropped, the rest is validated and folded.
    ///
    /// # Errors
    /// What is wrong with it, in words for that person.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > 1024 {
            return Err(AddressError::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(AddressError::Control);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Malformed)?;
        if !local.is_ascii() {
            return Err(AddressError::NonAsciiLocalPart);
        }
        if local.len() > 64 || domain.len() > 253 {
            return Err(AddressError::TooLong);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Malformed)?;
        let canonical = format!("{}@{domain}", local.to_ascii_lowercase());
        if canonical.len() > 254 {
            return Err(AddressError::TooLong);
        }
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        Rfc5321::parse_with_options(&canonical, options).map_err(|_| AddressError::Malformed)?;
        if local.starts_with('"') {
            return Err(AddressError::Malformed);
        }
        Ok(Self(canonical))
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address as a page may show it to whoever holds a link: `j•••@e•••.org`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        mask(local, domain)
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_folded_to_lower_case_and_its_domain_to_a_labels() {
        let address = EmailAddress::parse("  Ann.Lee@BÜCHER.example ").unwrap();

        assert_eq!(address.as_str(), "ann.lee@xn--bcher-kva.example");
        assert_eq!(address.domain(), "xn--bcher-kva.example");
        assert_eq!(address.masked(), "a•••@x•••.example");
    }

    #[test]
    fn what_is_wrong_with_an_address_is_named() {
        let long = format!("{}@example.org", "a".repeat(65));
        let longer = format!("a@{}example.org", "long.".repeat(60));
        for (text, error) in [
            ("", AddressError::Empty),
            (" \t", AddressError::Empty),
            (long.as_str(), AddressError::TooLong),
            (longer.as_str(), AddressError::TooLong),
            ("ann@example.org\r\nBcc: b@example.org", AddressError::Control),
            ("ann\u{0}@example.org", AddressError::Control),
            ("ann lee@example.org", AddressError::Control),
            ("émilie@example.org", AddressError::NonAsciiLocalPart),
            ("ann", AddressError::Malformed),
            ("@example.org", AddressError::Malformed),
            ("ann@", AddressError::Malformed),
            ("ann@localhost", AddressError::Malformed),
            ("ann@[127.0.0.1]", AddressError::Malformed),
            ("ann@exa_mple.org", AddressError::Malformed),
            ("\"ann lee\"@example.org", AddressError::Control),
            ("\"ann\"@example.org", AddressError::Malformed),
            ("Ann <ann@example.org>", AddressError::Control),
            ("a@b@example.org", AddressError::Malformed),
            ("ann..lee@example.org", AddressError::Malformed),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn debug_does_not_show_the_address() {
        let shown = format!("{:?}", EmailAddress::parse("ann@example.org"));

        assert!(!shown.contains("ann@"), "{shown}");
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_safe_in_a_header_and_its_own_canonical_form(text in "\\PC{0,80}|[a-zA-Z.@\"<>\\[\\]-]{1,40}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(address.as_str().is_ascii());
                prop_assert!(!address.as_str().contains(|c: char| c.is_control() || " <>,;\"()".contains(c)));
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
            }
        }
    }
}
