//! Pages: each names the place where the next one begins, so that rows that come and go in between move nothing.

use std::str::FromStr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use utoipa::ToSchema;

/// One page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to ask for as `after` to get the next one; null on the last.
    #[schema(required, example = "IjAxOTlhYjM0Ig")]
    pub next: Option<String>,
}

/// The place after which a page begins: opaque to whoever hands it back.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<K>(pub K);

/// How many rows are on a page.
#[derive(Debug, Clone, Copy)]
pub struct Limit(u32);

impl Limit {
    const MOST: u32 = 200;

    /// How many rows to read: one more than the page has, to know whether there is another page.
    #[must_use]
    pub fn and_one(self) -> u32 {
        self.0 + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<T> Page<T> {
    /// Makes a page of rows that were read for it, in the number of [`Limit::and_one`]; `key` is the place of a row.
    pub fn of<R, K: Serialize>(
        mut rows: Vec<R>,
        limit: Limit,
        key: impl Fn(&R) -> K,
        show: impl FnMut(R) -> T,
    ) -> Self {
        let size = usize::try_from(limit.0).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more).map(|row| encode(&key(row)));
        Self {
            items: rows.into_iter().map(show).collect(),
            next,
        }
    }
}

fn encode(key: &impl Serialize) -> String {
    let json = serde_json::to_vec(key).expect("a place made of ids and numbers is always valid JSON");
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

fn decode<K: DeserializeOwned>(text: &str) -> Option<K> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&json).ok()
}

impl<'de, K: DeserializeOwned> Deserialize<'de> for Cursor<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        decode(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom("this is not the \"next\" of a page of these"))
    }
}

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(number) if (1..=Self::MOST).contains(&number) => Ok(Self(number)),
            _ => Err("a page has 1 to 200 items"),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_next_only_where_there_is_one() {
        let limit: Limit = "2".parse().unwrap();

        let first = Page::of(vec![1, 2, 3], limit, |row| *row, |row| row);
        let last = Page::of(vec![3, 4], limit, |row| *row, |row| row);

        assert_eq!(first.items, [1, 2]);
        assert_eq!(decode::<i64>(&first.next.unwrap()), Some(2));
        assert_eq!((last.items, last.next), (vec![3, 4], None));
    }

    #[test]
    fn a_page_has_one_to_two_hundred_items() {
        for text in ["0", "201", "-1", "", "ten"] {
            assert!(text.parse::<Limit>().is_err(), "{text:?}");
        }
    }
}
