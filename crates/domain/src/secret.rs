//! The secret keys of an installation, and what is derived from them.

use std::{collections::BTreeMap, fmt};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{EmailAddress, Random};

/// The installation's secrets: numbered keys of 32 bytes.
///
/// Links are signed with the newest and checked with the one that signed them, so a key is added, never retired. The
/// oldest is also the root of the suppression key, which never changes. `Debug` hides them all.
#[derive(Clone)]
pub struct Keys {
    secrets: BTreeMap<u8, [u8; 32]>,
}

/// Why a text is not a set of keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// No key at all.
    #[error("no secret key is given; it looks like 1:BASE64-OF-32-BYTES")]
    Empty,
    /// An entry that is not `number:base64 of 32 bytes`. The text itself is not repeated: it may be nearly a secret.
    #[error("secret key number {0} (counted from 1) does not look like 1:BASE64-OF-32-BYTES")]
    Malformed(usize),
    /// The same number twice.
    #[error("secret key {0} is given twice")]
    Repeated(u8),
}

impl Keys {
    /// A first key, numbered 1.
    #[must_use]
    pub fn generate(random: &Random) -> Self {
        Self {
            secrets: BTreeMap::from([(1, random.bytes())]),
        }
    }

    /// Reads keys as [`Keys::expose`] writes them: `number:base64`, separated by commas or white space.
    ///
    /// # Errors
    /// When there is none, or one is not of that shape or given twice.
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let mut secrets = BTreeMap::new();
        let entries = text.split(|c: char| c == ',' || c.is_whitespace());
        for (index, entry) in entries.filter(|entry| !entry.is_empty()).enumerate() {
            let malformed = KeysError::Malformed(index + 1);
            let (number, secret) = entry.split_once(':').ok_or(malformed.clone())?;
            let number = number.parse::<u8>().map_err(|_| malformed.clone())?;
            let secret = BASE64_STANDARD.decode(secret).map_err(|_| malformed.clone())?;
            let secret = secret.try_into().map_err(|_| malformed)?;
            if secrets.insert(number, secret).is_some() {
                return Err(KeysError::Repeated(number));
            }
        }
        if secrets.is_empty() {
            Err(KeysError::Empty)
        } else {
            Ok(Self { secrets })
        }
    }

    /// The keys as text, for the key file and backups only.
    #[must_use]
    pub fn expose(&self) -> String {
        self.secrets
            .iter()
            .map(|(number, secret)| format!("{number}:{}\n", BASE64_STANDARD.encode(secret)))
            .collect()
    }

    /// Whether these have every key of others.
    #[must_use]
    pub fn contains(&self, others: &Self) -> bool {
        let mut others = others.secrets.iter();
        others.all(|(number, secret)| self.secrets.get(number) == Some(secret))
    }

    /// What the database remembers of each key, to refuse a process that brings others: its number and 16 hex digits.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<(u8, String)> {
        let hex = |bytes: [u8; 32]| bytes[..8].iter().map(|b| format!("{b:02x}")).collect();
        self.secrets
            .iter()
            .map(|(number, secret)| (*number, hex(mac(secret, &[b"fingerprint"]))))
            .collect()
    }

    /// A keyed hash of an address, by which a suppression is found after the address itself was erased.
    #[must_use]
    pub fn suppression_hash(&self, address: &EmailAddress) -> [u8; 32] {
        let root = self.secrets.values().next().expect("keys are never empty");
        mac(root, &[b"suppression", address.as_str().as_bytes()])
    }

    /// 64 bytes for signing cookies.
    #[must_use]
    pub fn cookie_key(&self) -> [u8; 64] {
        let newest = self.secrets.values().next_back().expect("keys are never empty");
        let mut key = [0; 64];
        key[..32].copy_from_slice(&mac(newest, &[b"cookie", b"1"]));
        key[32..].copy_from_slice(&mac(newest, &[b"cookie", b"2"]));
        key
    }

    /// The number of the key that signs, which is the newest.
    pub(crate) fn newest(&self) -> u8 {
        *self.secrets.keys().next_back().expect("keys are never empty")
    }

    /// A MAC by the key of that number, if there is one.
    pub(crate) fn mac(&self, number: u8, parts: &[&[u8]]) -> Option<[u8; 32]> {
        self.secrets.get(&number).map(|secret| mac(secret, parts))
    }
}

/// HMAC-SHA-256 over parts whose boundaries count: each is preceded by its length.
fn mac(secret: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} hidden)", self.secrets.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_being_written_and_read() {
        let keys = Keys::generate(&Random::seeded(1));

        let read = Keys::parse(&keys.expose()).unwrap();

        assert_eq!(read.fingerprints(), keys.fingerprints());
    }

    #[test]
    fn malformed_keys_are_named_by_their_place_and_never_repeated() {
        let good = Keys::generate(&Random::seeded(1)).expose();

        assert_eq!(Keys::parse(" \n").unwrap_err(), KeysError::Empty);
        assert_eq!(
            Keys::parse(&format!("{good}, 2:abc")).unwrap_err(),
            KeysError::Malformed(2)
        );
        assert_eq!(
            Keys::parse(&format!("{good}{good}")).unwrap_err(),
            KeysError::Repeated(1)
        );
    }

    #[test]
    fn a_second_key_keeps_the_suppression_hash() {
        let first = Keys::generate(&Random::seeded(1));
        let second = Keys::generate(&Random::seeded(2)).expose().replacen("1:", "2:", 1);
        let both = Keys::parse(&(first.expose() + &second)).unwrap();
        let address = EmailAddress::parse("ann@example.org").unwrap();

        assert_eq!(both.suppression_hash(&address), first.suppression_hash(&address));
        assert_eq!(both.newest(), 2);
        assert!(both.contains(&first) && first.contains(&first) && !first.contains(&both));
    }
}
