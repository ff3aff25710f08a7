//! Presses of the subscribe button: the requests, and the consent records that they become.

use domain::{
    Cadence, EmailAddress, ListId, Millis, SignupId, SubscriberId, SubscriptionId, WordingId,
    signup::{Form, State},
};
use uuid::Uuid;

use crate::{Result, Tx, column::Maybe, dialect::on, error::unreadable};

/// What a request brings.
#[derive(Debug, Clone)]
pub struct NewSignup {
    /// The list.
    pub list: ListId,
    /// The address as it was typed, in canonical form. Nobody knows yet whose it is.
    pub address: EmailAddress,
    /// The words that stood beside the button.
    pub wording: WordingId,
    /// Which form it was.
    pub form: Form,
    /// How often they want the list, where they were asked.
    pub cadence: Option<Cadence>,
    /// The page that the form stood on, as the form named it.
    pub page: Option<String>,
    /// The random id in the browser's cookie.
    pub browser: Option<Uuid>,
    /// The network address of the request.
    pub requested_from: Option<String>,
}

/// A sign-up as it is looked at later.
#[derive(Debug, Clone)]
pub struct Signup {
    /// Names it.
    pub id: SignupId,
    /// The list.
    pub list: ListId,
    /// The address; none once it was erased.
    pub address: Option<EmailAddress>,
    /// The words that were agreed to.
    pub wording: WordingId,
    /// Which form it was.
    pub form: String,
    /// How often they want the list, where they were asked.
    pub cadence: Option<Cadence>,
    /// The page that the form stood on.
    pub page: Option<String>,
    /// The browser that signed up.
    pub browser: Option<Uuid>,
    /// When.
    pub requested_at: Millis,
    /// From where.
    pub requested_from: Option<String>,
    /// What became of it.
    pub state: State,
    /// The subscription that it asked for, once the address was looked at.
    pub subscription: Option<SubscriptionId>,
    /// When it was confirmed.
    pub confirmed_at: Option<Millis>,
    /// From where.
    pub confirmed_from: Option<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "Uuid")]
    id: SignupId,
    #[sqlx(try_from = "Uuid")]
    list_id: ListId,
    address: Option<String>,
    #[sqlx(try_from = "Uuid")]
    wording_id: WordingId,
    form: String,
    #[sqlx(try_from = "Maybe<String>")]
    cadence: Option<Cadence>,
    page: Option<String>,
    browser: Option<Uuid>,
    #[sqlx(try_from = "i64")]
    requested_at: Millis,
    requested_from: Option<String>,
    #[sqlx(try_from = "String")]
    state: State,
    subscription_id: Option<Uuid>,
    confirmed_at: Option<i64>,
    confirmed_from: Option<String>,
}

impl Row {
    fn read(self) -> Result<Signup> {
        Ok(Signup {
            id: self.id,
            list: self.list_id,
            address: self
                .address
                .map(TryInto::try_into)
                .transpose()
                .map_err(unreadable::<domain::AddressError>)?,
            wording: self.wording_id,
            form: self.form,
            cadence: self.cadence,
            page: self.page,
            browser: self.browser,
            requested_at: self.requested_at,
            requested_from: self.requested_from,
            state: self.state,
            subscription: self.subscription_id.map(Into::into),
            confirmed_at: self.confirmed_at.map(Into::into),
            confirmed_from: self.confirmed_from,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, list_id, address, wording_id, form, cadence, page, browser, requested_at, requested_from, state,
                    subscription_id, confirmed_at, confirmed_from
             from signup ",
            $rest
        )
    };
}

/// Writes a request down.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &mut Tx, new: &NewSignup) -> Result<SignupId> {
    let (id, now) = (tx.id::<SignupId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into signup (id, list_id, address, wording_id, form, cadence, page, browser, requested_at, requested_from,
                             state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(id.get())
    .bind(new.list.get())
    .bind(new.address.as_str())
    .bind(new.wording.get())
    .bind(new.form.as_str())
    .bind(new.cadence.as_ref().map(Cadence::spelling))
    .bind(&new.page)
    .bind(new.browser)
    .bind(now.get())
    .bind(&new.requested_from)
    .bind(State::Received.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}

/// The sign-up of that id.
///
/// # Errors
/// The database's.
pub async fn find(tx: &mut Tx, id: SignupId) -> Result<Option<Signup>> {
    on!(tx, c => sqlx::query_as(select!("where id = $1")).bind(id.get()).fetch_optional(c).await)?
        .map(Row::read)
        .transpose()
}

/// All sign-ups of a subscriber, the oldest first.
///
/// # Errors
/// The database's.
pub async fn of_subscriber(tx: &mut Tx, subscriber: SubscriberId) -> Result<Vec<Signup>> {
    on!(tx, c => sqlx::query_as(select!(
        "where subscription_id in (select id from subscription where subscriber_id = $1) order by id"
    ))
    .bind(subscriber.get())
    .fetch_all(c)
    .await)?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// The oldest sign-ups made before a moment that nobody confirmed.
///
/// # Errors
/// The database's.
pub async fn unconfirmed(tx: &mut Tx, before: Millis, most: i64) -> Result<Vec<Signup>> {
    on!(tx, c => sqlx::query_as(select!(
        "where confirmed_at is null and requested_at < $1 order by requested_at limit $2"
    ))
    .bind(before.get())
    .bind(most)
    .fetch_all(c)
    .await)?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Writes down what became of a sign-up once the address was looked at.
///
/// # Errors
/// The database's.
pub async fn set_state(tx: &mut Tx, id: SignupId, state: State, subscription: Option<SubscriptionId>) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update signup set state = $2, subscription_id = coalesce($3, subscription_id) where id = $1",
    )
    .bind(id.get())
    .bind(state.as_str())
    .bind(subscription.map(SubscriptionId::get))
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Writes down that the owner of the address confirmed, and from where.
///
/// # Errors
/// The database's.
pub async fn confirm(tx: &mut Tx, id: SignupId, from: Option<&str>) -> Result<()> {
    let now = tx.now();
    on!(tx, c => sqlx::query("update signup set state = $2, confirmed_at = $3, confirmed_from = $4 where id = $1")
        .bind(id.get())
        .bind(State::Confirmed.as_str())
        .bind(now.get())
        .bind(from)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Deletes a sign-up. The messages that it caused must be gone.
///
/// # Errors
/// The database's.
pub async fn delete(tx: &mut Tx, id: SignupId) -> Result<()> {
    on!(tx, c => sqlx::query("delete from signup where id = $1").bind(id.get()).execute(c).await.map(drop))?;
    Ok(())
}

/// Whether a sign-up that nobody confirmed asks for a subscription.
///
/// # Errors
/// The database's.
pub async fn is_asked_for(tx: &mut Tx, subscription: SubscriptionId) -> Result<bool> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "select requested_at from signup where subscription_id = $1 and confirmed_at is null limit 1",
    )
    .bind(subscription.get())
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}

/// Takes everything out of an erased subscriber's sign-ups by which they could be known again; what was agreed to and
/// when stays.
///
/// # Errors
/// The database's.
pub async fn erase(tx: &mut Tx, subscriber: SubscriberId, address: &EmailAddress) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update signup
         set address = null, page = null, browser = null, requested_from = null, confirmed_from = null
         where subscription_id in (select id from subscription where subscriber_id = $1)",
    )
    .bind(subscriber.get())
    .execute(c)
    .await
    .map(drop))?;
    on!(tx, c => sqlx::query(
        "update signup set address = null, page = null, browser = null, requested_from = null
         where subscription_id is null and address = $1",
    )
    .bind(address.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}
