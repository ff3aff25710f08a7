//! One value with its origin, and the ways to parse it.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use super::{
    error::{ConfigError, Origin},
    layers::Layers,
    password::hide_password,
    settings::{Secrecy, Setting},
};

/// The value of a setting that is set.
#[derive(Debug, Clone)]
pub struct Found {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

impl Found {
    /// The error that says what would be right.
    #[must_use]
    pub fn wrong(&self, right: impl Display) -> ConfigError {
        ConfigError::Wrong {
            setting: self.setting.name,
            shown: self.shown(),
            origin: self.origin.clone(),
            right: right.to_string(),
        }
    }

    /// The value as it may be shown.
    #[must_use]
    pub fn shown(&self) -> String {
        match self.setting.secrecy {
            Secrecy::Open => format!("{:?}", self.text),
            Secrecy::Secret => "hidden".to_owned(),
            Secrecy::PasswordInside => {
                hide_password(&self.text).map_or_else(|| "hidden".to_owned(), |shown| format!("{shown:?}"))
            }
        }
    }

    /// The value as anything that can be parsed.
    ///
    /// # Errors
    /// When it cannot.
    pub fn parse<T: FromStr>(&self, right: &str) -> Result<T, ConfigError> {
        self.text.trim().parse().map_err(|_| self.wrong(right))
    }
}

impl Layers {
    /// The value of a setting that has a default.
    ///
    /// # Errors
    /// When it was set to nothing.
    pub fn require(&self, name: &'static str) -> Result<Found, ConfigError> {
        self.find(name).ok_or_else(|| ConfigError::Missing {
            setting: name,
            why: "it was set to nothing".to_owned(),
        })
    }

    /// A whole number within bounds.
    ///
    /// # Errors
    /// When it is none, or out of bounds.
    pub fn number(&self, name: &'static str, bounds: RangeInclusive<u32>) -> Result<u32, ConfigError> {
        number(&self.require(name)?, bounds)
    }

    /// A whole number within bounds, if it is set.
    ///
    /// # Errors
    /// When it is none, or out of bounds.
    pub fn number_if_set(&self, name: &'static str, bounds: RangeInclusive<u32>) -> Result<Option<u32>, ConfigError> {
        self.find(name).map(|found| number(&found, bounds)).transpose()
    }

    /// A list of values, separated by commas or white space; empty when it is not set.
    ///
    /// # Errors
    /// When one of them cannot be parsed.
    pub fn list<T: FromStr>(&self, name: &'static str, right: &str) -> Result<Vec<T>, ConfigError> {
        let Some(found) = self.find(name) else {
            return Ok(Vec::new());
        };
        found
            .text
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|item| !item.is_empty())
            .map(|item| {
                item.parse()
                    .map_err(|_| found.wrong(format_args!("{right}; {item:?} is not one")))
            })
            .collect()
    }
}

fn number(found: &Found, bounds: RangeInclusive<u32>) -> Result<u32, ConfigError> {
    let number = found.text.trim().parse().ok().filter(|number| bounds.contains(number));
    number.ok_or_else(|| {
        let (least, most) = bounds.into_inner();
        found.wrong(format_args!("a whole number from {least} to {most}"))
    })
}
