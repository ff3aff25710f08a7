//! Reading columns that may be null into the domain's values.

use domain::{AddressError, EmailAddress, ListId, Millis, SubscriberId, mailing};
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
    Uuid => ListId, SubscriberId;
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

maybe_words!(mailing::State, mailing::Outcome, mailing::ExclusionReason);

impl TryFrom<Maybe<String>> for Option<EmailAddress> {
    type Error = AddressError;

    fn try_from(column: Maybe<String>) -> Result<Self, Self::Error> {
        column.0.map(TryInto::try_into).transpose()
    }
}
