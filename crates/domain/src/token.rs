//! Tokens in mailed links: a MAC over a row's id, bound to one purpose.
//!
//! A token says nothing and grants nothing by itself; whether it still works is the state of the row that it names.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::Keys;

/// How many bytes of the MAC a token carries: 128 bits, as RFC 2104, section 5 allows for SHA-256.
const MAC_LEN: usize = 16;
const LEN: usize = 1 + 16 + MAC_LEN;

crate::words! {
    /// What a token is good for. One made for one purpose is refused for every other.
    pub enum Purpose {
        /// Confirms the sign-up that it names.
        Confirm = "confirm",
        /// Ends the subscription that it names.
        Unsubscribe = "unsubscribe",
        /// Shows and changes the subscription that it names.
        Preferences = "preferences",
        /// Opens a subscriber's own data: names a single-use access link.
        Access = "access",
        /// Stands in the pages behind an access link that was opened, never in a mail: names the same link.
        OwnData = "own-data",
        /// Has the feed that it names looked at: stands in the blog's settings, never in a mail.
        FeedHook = "feed-hook",
    }
}

/// A token as it stands in a link: 44 characters that are safe in an address. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// A token that this installation did not make for this purpose: cut, altered, of another purpose, or invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this link is not complete or not valid")]
pub struct TokenError;

impl Token {
    /// Makes the token for one purpose and row.
    #[must_use]
    pub fn sign(keys: &Keys, purpose: Purpose, row: Uuid) -> Self {
        let number = keys.newest();
        let mut bytes = [0; LEN];
        bytes[0] = number;
        bytes[1..17].copy_from_slice(row.as_bytes());
        let mac = keys
            .mac(number, &[purpose.as_str().as_bytes(), row.as_bytes()])
            .expect("the newest key exists");
        bytes[17..].copy_from_slice(&mac[..MAC_LEN]);
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The row that a token names, once its MAC for this purpose has been checked in constant time.
    ///
    /// # Errors
    /// When it was not made by these keys for this purpose.
    pub fn verify(keys: &Keys, purpose: Purpose, text: &str) -> Result<Uuid, TokenError> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError)?;
        let bytes: [u8; LEN] = bytes.try_into().map_err(|_| TokenError)?;
        let row = Uuid::from_slice(&bytes[1..17]).map_err(|_| TokenError)?;
        let mac = keys
            .mac(bytes[0], &[purpose.as_str().as_bytes(), row.as_bytes()])
            .ok_or(TokenError)?;
        let difference = mac[..MAC_LEN]
            .iter()
            .zip(&bytes[17..])
            .fold(0, |difference, (a, b)| difference | (a ^ b));
        if difference == 0 { Ok(row) } else { Err(TokenError) }
    }

    /// The characters that go into the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Random;

    fn keys() -> Keys {
        Keys::generate(&Random::seeded(7))
    }

    #[test]
    fn a_token_names_its_row_for_its_own_purpose_only() {
        let row = Uuid::from_u128(42);
        let token = Token::sign(&keys(), Purpose::Confirm, row);

        assert_eq!(token.as_str().len(), 44);
        assert_eq!(Token::verify(&keys(), Purpose::Confirm, token.as_str()), Ok(row));
        assert_eq!(
            Token::verify(&keys(), Purpose::Unsubscribe, token.as_str()),
            Err(TokenError)
        );
    }

    #[test]
    fn a_token_of_an_older_key_still_works_after_a_key_was_added() {
        let row = Uuid::from_u128(42);
        let token = Token::sign(&keys(), Purpose::Confirm, row);
        let newer = Keys::generate(&Random::seeded(8)).expose().replacen("1:", "2:", 1);
        let both = Keys::parse(&(keys().expose() + &newer)).unwrap();

        assert_eq!(Token::verify(&both, Purpose::Confirm, token.as_str()), Ok(row));
        assert_ne!(Token::sign(&both, Purpose::Confirm, row), token);
    }

    proptest! {
        #[test]
        fn a_token_that_was_cut_or_altered_is_refused(place in 0usize..44, letter in "[A-Za-z0-9_-]", cut in any::<bool>()) {
            let token = Token::sign(&keys(), Purpose::Confirm, Uuid::from_u128(42));
            let mut text = token.as_str().to_owned();
            if cut {
                text.truncate(place);
            } else {
                text.replace_range(place..=place, &letter);
            }
            prop_assume!(text != token.as_str());
            prop_assert_eq!(Token::verify(&keys(), Purpose::Confirm, &text), Err(TokenError));
        }
    }
}
