//! Values and rules of the mailing list, without I/O.
//!
//! Everything here can be computed from its arguments: addresses, ids, states and their transitions, cadences and
//! their next slots, tokens. Time and randomness come in as [`Clock`] and [`Random`]; SQL, HTTP and SMTP live above.

mod address;
mod api_token;
pub mod cadence;
mod clock;
pub mod feed;
mod id;
pub mod job;
mod key;
mod label;
mod language;
pub mod limits;
pub mod mailing;
mod mask;
pub mod message;
mod network;
pub mod owed;
pub mod pace;
pub mod post;
mod random;
pub mod reply;
pub mod retry;
mod role;
pub mod rules;
mod secret;
pub mod signup;
pub mod subscription;
pub mod suppression;
mod text;
mod time;
pub mod token;
mod topics;
mod zone;

pub use address::{AddressError, CANONICAL_VERSION, EmailAddress};
pub use api_token::ApiToken;
pub use cadence::{Cadence, Slot};
pub use clock::Clock;
pub use id::*;
pub use job::{Job, Queue};
pub use key::{ListKey, ListKeyError};
pub use label::{Label, LabelError};
pub use language::{Language, LanguageError};
pub use mask::mask_addresses;
pub use network::Network;
pub use random::Random;
pub use role::Role;
pub use secret::{Keys, KeysError};
pub use text::without_nul;
pub use time::Millis;
pub use token::{Purpose, Token, TokenError};
pub use topics::Topics;
pub use zone::{Zone, ZoneError};

/// Declares a fieldless enum that is kept as one word in the database, in JSON and in logs.
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        $vis enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for this value everywhere outside the program.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord { kind: stringify!($name), word: text.to_owned(), known: &[$($word),+] }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::UnknownWord;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
}
pub(crate) use words;

/// A word that is none of an enum's values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a {kind}: use one of {}", known.join(", "))]
pub struct UnknownWord {
    kind: &'static str,
    word: String,
    known: &'static [&'static str],
}
