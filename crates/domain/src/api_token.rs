//! The secret that a program shows to use the API.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::Random;

/// What every token begins with, so that scanners for leaked secrets can know it.
const PREFIX: &str = "pr_";

/// A bearer token: `pr_` and 32 random bytes. It is shown once; the database keeps its hash. `Debug` hides it.
///
/// A plain SHA-256 is enough for what nobody can guess; slow hashes are for passwords.
#[derive(Clone)]
pub struct ApiToken([u8; 32]);

impl ApiToken {
    /// A new token.
    #[must_use]
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// Reads a token as [`ApiToken::expose`] writes it; none when it has another shape.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The token as text, for its owner only.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }

    /// What the database knows it by.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_being_written_and_read() {
        let token = ApiToken::generate(&Random::seeded(1));

        let read = ApiToken::parse(&token.expose()).unwrap();

        assert_eq!(read.hash(), token.hash());
        assert_eq!(token.expose().len(), 46);
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in [
            "",
            "pr_",
            "pr_abc",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "Bearer pr_x",
        ] {
            assert!(ApiToken::parse(text).is_none(), "{text:?}");
        }
    }
}
