//! Many small writes in one commit: what gathered while the last commit ran goes into the next, with more that comes soon
//! where that is worth waiting for. Where the database refuses a batch, its items are written one by one, so that only the
//! one that is to blame fails.

use std::{ops::Range, sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{Db, Error, Tx, is_unavailable};

/// How many items one commit takes at most: it bounds how long the write lock is held.
const MOST_IN_ONE_COMMIT: usize = 256;
/// How many items may wait before whoever brings one is made to wait: it bounds memory.
const MOST_WAITING: usize = 4096;
/// How long a batch that is too small for a commit waits for more.
const GATHERING: Duration = Duration::from_millis(2);

/// What to do with a batch.
pub trait Flush: Send + Sync + 'static {
    /// One small write.
    type Item: Send + Sync + 'static;
    /// What its owner is told after the commit.
    type Answer: Send + 'static;

    /// Whether each item touches only rows that it names by key, so that PostgreSQL's "read committed" is enough and
    /// spares the repeats of serializable transactions.
    const READ_COMMITTED: bool = false;

    /// How many items are worth a commit of their own. Fewer wait for others, but not for long.
    fn enough(&self) -> usize {
        1
    }

    /// Writes all items, in order, in one transaction, and gives one answer for each. After an error it is asked again,
    /// for each item by itself.
    fn flush(&self, tx: &mut Tx, items: &[Self::Item])
    -> impl Future<Output = Result<Vec<Self::Answer>, Error>> + Send;
}

/// A task that writes what it is sent in batches. It ends when its last handle is dropped, after the last batch.
#[derive(Debug)]
pub struct Batcher<F: Flush> {
    sender: mpsc::Sender<Waiting<F>>,
}

type Waiting<F> = (
    <F as Flush>::Item,
    oneshot::Sender<Result<<F as Flush>::Answer, Arc<Error>>>,
);

impl<F: Flush> Clone for Batcher<F> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
        }
    }
}

impl<F: Flush> Batcher<F> {
    /// Starts the task.
    #[must_use]
    pub fn start(db: Db, flush: F) -> Self {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        tokio::spawn(write_batches(db, Arc::new(flush), receiver));
        Self { sender }
    }

    /// Adds one item to the next batch and waits for its commit.
    ///
    /// # Errors
    /// The database's, when it is not there; otherwise what is wrong with this item. It is not written then.
    pub async fn write(&self, item: F::Item) -> Result<F::Answer, Arc<Error>> {
        self.hand_over(item).await?.committed().await
    }

    /// Adds one item to the next batch, for who has something else to do until its commit.
    ///
    /// # Errors
    /// When the batches have ended.
    pub async fn hand_over(&self, item: F::Item) -> Result<HandedOver<F::Answer>, Arc<Error>> {
        let (answer, answered) = oneshot::channel();
        self.sender.send((item, answer)).await.map_err(|_| ended())?;
        Ok(HandedOver(answered))
    }
}

/// An item on its way into a commit.
#[derive(Debug)]
pub struct HandedOver<A>(oneshot::Receiver<Result<A, Arc<Error>>>);

impl<A> HandedOver<A> {
    /// Waits for the commit.
    ///
    /// # Errors
    /// The database's, when it is not there; otherwise what is wrong with this item. It is not written then.
    pub async fn committed(self) -> Result<A, Arc<Error>> {
        self.0.await.map_err(|_| ended())?
    }
}

fn ended() -> Arc<Error> {
    Arc::new(Error::Unavailable(sqlx::Error::PoolClosed))
}

async fn write_batches<F: Flush>(db: Db, flush: Arc<F>, mut receiver: mpsc::Receiver<Waiting<F>>) {
    let mut waiting = Vec::new();
    while receiver.recv_many(&mut waiting, MOST_IN_ONE_COMMIT).await > 0 {
        gather(&mut waiting, flush.enough(), &mut receiver).await;
        let (items, owners): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        let results = write_batch(&db, &flush, &items.into()).await;
        debug_assert_eq!(results.len(), owners.len(), "one answer for each item");
        for (owner, result) in owners.into_iter().zip(results) {
            // An owner that went away has no use for its answer.
            drop(owner.send(result));
        }
    }
}

/// Waits for more while those that wait are not enough.
async fn gather<T>(waiting: &mut Vec<T>, enough: usize, receiver: &mut mpsc::Receiver<T>) {
    let enough = enough.min(MOST_IN_ONE_COMMIT);
    let more = async {
        while waiting.len() < enough && receiver.recv_many(waiting, MOST_IN_ONE_COMMIT - waiting.len()).await > 0 {}
    };
    // Those that came by then are the batch, be they enough or not.
    let _ = timeout(GATHERING, more).await;
}

/// Writes a batch in one transaction, or else its items in one each: the others have no part in what is wrong with one of
/// them. Once the database is away, all that are left are told so.
async fn write_batch<F: Flush>(db: &Db, flush: &Arc<F>, items: &Arc<[F::Item]>) -> Vec<Result<F::Answer, Arc<Error>>> {
    let error = match write(db, flush, items, 0..items.len()).await {
        Ok(answers) => return answers.into_iter().map(Ok).collect(),
        Err(error) => Arc::new(error),
    };
    let mut away = (items.len() == 1 || is_unavailable(&*error)).then_some(error);
    let mut results = Vec::with_capacity(items.len());
    for place in 0..items.len() {
        results.push(match &away {
            Some(error) => Err(error.clone()),
            None => write(db, flush, items, place..place + 1)
                .await
                .map(only)
                .map_err(Arc::new),
        });
        if let Some(Err(error)) = results.last()
            && is_unavailable(&**error)
        {
            away = Some(error.clone());
        }
    }
    results
}

/// Writes some items of a batch in one transaction.
async fn write<F: Flush>(
    db: &Db,
    flush: &Arc<F>,
    items: &Arc<[F::Item]>,
    some: Range<usize>,
) -> Result<Vec<F::Answer>, Error> {
    let closure = |mut tx: Tx| {
        let (flush, items, some) = (flush.clone(), items.clone(), some.clone());
        async move { flush.flush(&mut tx, &items[some]).await }
    };
    if F::READ_COMMITTED {
        db.claim(closure).await
    } else {
        db.write(closure).await
    }
}

fn only<A>(answers: Vec<A>) -> A {
    answers.into_iter().next().expect("one answer for each item")
}
