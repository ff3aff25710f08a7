//! Reading columns that may be null into the domain's values.

use domain::{
    AddressError, Cadence, EmailAddress, FeedId, ListId, Millis, PostId, SubscriberId, Topics, cadence::CadenceError,
    mailing, rules,
};
use serde_json::{Map, Value};
use sqlx::{Database, Decode, Type, error::BoxDynError};
use uuid::Uuid;

/// A column that may be null, for rows that are read with `#[sqlx(try_from = "Maybe<i64>")]`.
#[derive(Debug)]
pub(crate) struct Maybe<T>(pub(crate) Option<T>);

impl<DB: Database, T: Type<DB>> Type<DB> for Maybe<T> {
    fn type_info() -> DB::TypeInfo {
        T::type_info()
    }

    fn compatible(info: &DB::TypeInfo) -> bool {
        T::compatible(info)
    }
}

impl<'r, DB: Database, T> Decode<'r, DB> for Maybe<T>
where
    Option<T>: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Option::decode(value).map(Self)
    }
}

macro_rules! maybe {
    ($($column:ty => $($value:ty),+;)+) => {$($(
        impl From<Maybe<$column>> for Option<$value> {
            fn from(column: Maybe<$column>) -> Self {
                column.0.map(Into::into)
            }
        }
    )+)+};
}

maybe! {
    i64 => Millis;
    Uuid => FeedId, ListId, PostId, SubscriberId;
}

/// A column that is 0 or 1, for rows that are read with `#[sqlx(try_from = "Flag")]`.
#[derive(Debug)]
pub(crate) struct Flag(i64);

impl<DB: Database> Type<DB> for Flag
where
    i64: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        i64::type_info()
    }

    fn compatible(info: &DB::TypeInfo) -> bool {
        i64::compatible(info)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Flag
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        i64::decode(value).map(Self)
    }
}

impl From<Flag> for bool {
    fn from(column: Flag) -> Self {
        column.0 != 0
    }
}

/// A text column that holds JSON, for rows that are read with `#[sqlx(try_from = "JsonText")]`.
#[derive(Debug)]
pub(crate) struct JsonText(String);

impl<DB: Database> Type<DB> for JsonText
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        String::type_info()
    }

    fn compatible(info: &DB::TypeInfo) -> bool {
        String::compatible(info)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for JsonText
where
    String: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        String::decode(value).map(Self)
    }
}

macro_rules! json {
    ($($value:ty),+) => {$(
        impl TryFrom<JsonText> for $value {
            type Error = serde_json::Error;

            fn try_from(column: JsonText) -> Result<Self, Self::Error> {
                serde_json::from_str(&column.0)
            }
        }
    )+};
}

json!(Map<String, Value>, Vec<String>, Topics);

/// A value as a column of JSON text holds it.
pub(crate) fn json_text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what columns hold has no keys but strings")
}

macro_rules! maybe_words {
    ($($value:ty),+) => {$(
        impl TryFrom<Maybe<String>> for Option<$value> {
            type Error = domain::UnknownWord;

            fn try_from(column: Maybe<String>) -> Result<Self, Self::Error> {
                column.0.map(TryInto::try_into).transpose()
            }
        }
    )+};
}

maybe_words!(
    mailing::State,
    mailing::Outcome,
    mailing::ExclusionReason,
    rules::Deadline
);

impl TryFrom<Maybe<String>> for Option<Cadence> {
    type Error = CadenceError;

    fn try_from(column: Maybe<String>) -> Result<Self, Self::Error> {
        column.0.as_deref().map(str::parse).transpose()
    }
}

impl TryFrom<Maybe<String>> for Option<Topics> {
    type Error = serde_json::Error;

    fn try_from(column: Maybe<String>) -> Result<Self, Self::Error> {
        column.0.as_deref().map(serde_json::from_str).transpose()
    }
}

impl TryFrom<Maybe<String>> for Option<EmailAddress> {
    type Error = AddressError;

    fn try_from(column: Maybe<String>) -> Result<Self, Self::Error> {
        column.0.map(TryInto::try_into).transpose()
    }
}
