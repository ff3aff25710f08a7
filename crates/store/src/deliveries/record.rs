//! Writing outcomes, many in one statement, together with their mailings' counters.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{MailingId, Millis, RelayId, mailing::Outcome};

use crate::{
    Flush, Result, Tx,
    dialect::on,
    error::unreadable,
    mailings::{self, Change},
};

/// One try of one delivery.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The mailing.
    pub mailing: MailingId,
    /// The delivery's number in it.
    pub n: i64,
    /// The outcome that it had when it was taken up.
    pub was: Outcome,
    /// The outcome that it has now.
    pub outcome: Outcome,
    /// The relay that answered; none when it was not asked.
    pub relay: Option<RelayId>,
    /// How often it was tried by now.
    pub attempts: i64,
    /// The code of the answer.
    pub code: Option<i64>,
    /// The words of the answer, where somebody will want to read them.
    pub reply: Option<String>,
    /// The relay's own reference.
    pub reference: Option<String>,
    /// When.
    pub at: Millis,
    /// When it is tried again; none when it is not.
    pub next_try_at: Option<Millis>,
}

/// Writes batches of outcomes; answers whether each was written.
///
/// Half of the lanes are worth a commit: their outcomes share it while the other half sends.
#[derive(Debug)]
pub struct Outcomes {
    /// How many lanes bring outcomes, each one at a time.
    pub lanes: Arc<AtomicUsize>,
}

impl Flush for Outcomes {
    type Item = Tried;
    type Answer = bool;

    // Rows are found by their keys, and guarded by the outcome that they had.
    const READ_COMMITTED: bool = true;

    fn enough(&self) -> usize {
        self.lanes.load(Ordering::Relaxed) / 2
    }

    async fn flush(&self, tx: &mut Tx, items: &[Tried]) -> Result<Vec<bool>> {
        record(tx, items).await
    }
}

/// Writes outcomes, and says of each whether it was written. A late one never overwrites one that is final.
///
/// # Errors
/// The database's.
pub async fn record(tx: &mut Tx, items: &[Tried]) -> Result<Vec<bool>> {
    let mut changes = BTreeMap::<MailingId, (Change, Millis)>::new();
    let mut count = |tried: &Tried, was| {
        let (change, at) = changes.entry(tried.mailing).or_default();
        change.add(was, tried.outcome);
        *at = tried.at.max(*at);
    };
    let written = update(tx, items).await?;
    let mut answers = Vec::with_capacity(items.len());
    for tried in items {
        let mut was = written.contains(&(tried.mailing, tried.n)).then_some(tried.was);
        if was.is_none() {
            was = update_late(tx, tried).await?;
        }
        if let Some(was) = was {
            count(tried, was);
        }
        answers.push(was.is_some());
    }
    for (mailing, (change, at)) in changes {
        mailings::count(tx, mailing, change, at).await?;
    }
    Ok(answers)
}

/// The statement for 1, 2, 4, ... rows: few enough that both engines keep all of them prepared.
static UPDATES: LazyLock<Vec<String>> = LazyLock::new(|| (0..=8).map(|power| update_of(1 << power)).collect());
/// How many parameters all rows of a statement share, and how many each has of its own.
const PARAMETERS: (usize, usize) = (6, 5);

fn update_of(rows: usize) -> String {
    let (shared, own) = PARAMETERS;
    let row = |row: usize| {
        let numbers: Vec<String> = (1..=own)
            .map(|column| format!("${}", shared + row * own + column))
            .collect();
        format!("($1, {})", numbers.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!(
        "with v (mailing_id, n, at, reply, reference, next_try_at) as (values {})
         update delivery
         set outcome = $3, relay_id = coalesce($4, delivery.relay_id), attempts = $5, code = $6,
             reply = v.reply, reference = v.reference,
             first_tried_at = case when $4 is null then first_tried_at else coalesce(first_tried_at, v.at) end,
             tried_at = v.at, next_try_at = v.next_try_at
         from v
         where delivery.mailing_id = v.mailing_id and delivery.n = v.n and delivery.outcome = $2
         returning delivery.n",
        rows.join(", ")
    )
}

/// What all tries in one statement have in common; nearly all of a batch are alike.
#[derive(PartialEq, Eq, Hash)]
struct Alike {
    mailing: MailingId,
    was: Outcome,
    outcome: Outcome,
    relay: Option<RelayId>,
    attempts: i64,
    code: Option<i64>,
}

impl From<&Tried> for Alike {
    fn from(tried: &Tried) -> Self {
        Self {
            mailing: tried.mailing,
            was: tried.was,
            outcome: tried.outcome,
            relay: tried.relay,
            attempts: tried.attempts,
            code: tried.code,
        }
    }
}

/// Writes those whose rows still have the outcome that they had, and names them.
async fn update(tx: &mut Tx, items: &[Tried]) -> Result<HashSet<(MailingId, i64)>> {
    let mut groups = HashMap::<Alike, Vec<&Tried>>::new();
    for tried in items {
        groups.entry(tried.into()).or_default().push(tried);
    }
    let mut written = HashSet::with_capacity(items.len());
    let largest = 1 << (UPDATES.len() - 1);
    for (alike, group) in &groups {
        for some in group.chunks(largest) {
            let numbers = update_alike(tx, alike, some).await?;
            written.extend(numbers.into_iter().map(|n| (alike.mailing, n)));
        }
    }
    Ok(written)
}

/// Writes tries that are alike, in one statement, and gives the numbers of those that it wrote.
async fn update_alike(tx: &mut Tx, alike: &Alike, tries: &[&Tried]) -> Result<Vec<i64>> {
    let power = tries.len().next_power_of_two().trailing_zeros() as usize;
    let statement: &'static str = &UPDATES[power];
    let padding = (1 << power) - tries.len();
    Ok(on!(tx, c => {
        let mut query = sqlx::query_scalar(statement)
            .bind(alike.mailing.get())
            .bind(alike.was.as_str())
            .bind(alike.outcome.as_str())
            .bind(alike.relay.map(RelayId::get))
            .bind(alike.attempts)
            .bind(alike.code);
        for tried in tries {
            query = query
                .bind(tried.n)
                .bind(tried.at.get())
                .bind(tried.reply.as_deref())
                .bind(tried.reference.as_deref())
                .bind(tried.next_try_at.map(Millis::get));
        }
        for _ in 0..padding {
            // A number that no delivery has: they begin with 1.
            query = query
                .bind(0_i64)
                .bind(0_i64)
                .bind(None::<&str>)
                .bind(None::<&str>)
                .bind(None::<i64>);
        }
        query.fetch_all(c).await
    })?)
}

/// Writes one whose row has changed meanwhile, unless that is final or the news is not: the worker that took it up had
/// lost its lease, and another came first. Gives the outcome that it replaced.
async fn update_late(tx: &mut Tx, tried: &Tried) -> Result<Option<Outcome>> {
    let now: Option<String> = on!(tx, c => sqlx::query_scalar(
        "select outcome from delivery where mailing_id = $1 and n = $2",
    )
    .bind(tried.mailing.get())
    .bind(tried.n)
    .fetch_optional(c)
    .await)?;
    let Some(now) = now else { return Ok(None) };
    let was: Outcome = now.parse().map_err(unreadable::<domain::UnknownWord>)?;
    if was.is_final() || !tried.outcome.is_final() {
        return Ok(None);
    }
    let again = Tried { was, ..tried.clone() };
    let written = update(tx, std::slice::from_ref(&again)).await?;
    Ok((!written.is_empty()).then_some(was))
}

/// Keeps what the relay answered to a try after which the delivery stands as it did.
///
/// # Errors
/// The database's.
pub async fn keep_answer(tx: &mut Tx, tried: &Tried) -> Result<()> {
    on!(tx, c => sqlx::query(
        "update delivery set attempts = $3, code = $4, reply = $5, tried_at = $6
         where mailing_id = $1 and n = $2 and outcome = $7",
    )
    .bind(tried.mailing.get())
    .bind(tried.n)
    .bind(tried.attempts)
    .bind(tried.code)
    .bind(tried.reply.as_deref())
    .bind(tried.at.get())
    .bind(tried.was.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Calls off those deliveries of a range that are not over, in a mailing that is locked.
///
/// # Errors
/// The database's.
pub async fn cancel_open(tx: &mut Tx, mailing: MailingId, (from, to): (i64, i64)) -> Result<()> {
    let now = tx.now();
    let open: Vec<(String,)> = on!(tx, c => sqlx::query_as(
        "select outcome from delivery
         where mailing_id = $1 and n >= $2 and n <= $3 and (outcome = 'pending' or next_try_at is not null)",
    )
    .bind(mailing.get())
    .bind(from)
    .bind(to)
    .fetch_all(c)
    .await)?;
    let mut change = Change::default();
    for (outcome,) in &open {
        change.add(
            outcome.parse().map_err(unreadable::<domain::UnknownWord>)?,
            Outcome::Cancelled,
        );
    }
    on!(tx, c => sqlx::query(
        "update delivery set outcome = 'cancelled', next_try_at = null
         where mailing_id = $1 and n >= $2 and n <= $3 and (outcome = 'pending' or next_try_at is not null)",
    )
    .bind(mailing.get())
    .bind(from)
    .bind(to)
    .execute(c)
    .await
    .map(drop))?;
    mailings::count(tx, mailing, change, now).await
}
