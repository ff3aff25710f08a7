//! The apalis backend of one queue.

use std::{
    convert::Infallible,
    task::{Context, Poll, ready},
};

use apalis::prelude::{Task, TaskBuilder, TaskId, WorkerContext};
use apalis_core::backend::{Backend, BackendConfig, finalize::Ephemeral};
use futures_util::{FutureExt, future::BoxFuture};
use store::jobs::Ending;
use tokio::sync::mpsc;

use super::{Fetch, Finisher, Loan, finish::FinishLayer};

/// Hands an apalis worker the loans that [`Fetch`] makes. It is always ready and never fails; closing it gives back
/// what was claimed and not begun.
pub(crate) struct Source {
    loans: mpsc::UnboundedReceiver<Loan>,
    closing: Option<BoxFuture<'static, ()>>,
    finisher: Finisher,
}

impl Source {
    /// Starts the task that fetches. What it sends ahead is bounded by the slots.
    pub(crate) fn new(fetch: Fetch, finisher: Finisher) -> Self {
        let (sender, loans) = mpsc::unbounded_channel();
        tokio::spawn(fetch.send(sender));
        Self {
            loans,
            closing: None,
            finisher,
        }
    }
}

impl Backend for Source {
    type Task = Task<Loan>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Option<Result<Task<Loan>, Infallible>>> {
        let loan = ready!(self.loans.poll_recv(cx));
        Poll::Ready(loan.map(|loan| {
            let id = TaskId::from_string(loan.claimed.id.to_string());
            Ok(TaskBuilder::new(loan).task_id(id).build())
        }))
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        let closing = self.closing.get_or_insert_with(|| {
            let (_, nothing) = mpsc::unbounded_channel();
            let mut loans = std::mem::replace(&mut self.loans, nothing);
            let finisher = self.finisher.clone();
            // A claim under way is waited for: its jobs are leased already.
            async move {
                while let Some(loan) = loans.recv().await {
                    finisher.finish(&loan, Ending::GivenBack).await;
                }
            }
            .boxed()
        });
        closing.poll_unpin(cx).map(Ok)
    }
}

impl BackendConfig for Source {
    type Args = Loan;
    type Id = String;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = FinishLayer;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> FinishLayer {
        FinishLayer::new(self.finisher.clone())
    }
}
