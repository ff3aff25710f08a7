//! A thread of its own for a peer, so that a test that blocks does not block what it waits for.

use tokio::runtime::{Builder, Runtime};

/// A running peer's runtime; its tasks end with it, without waiting.
#[derive(Debug)]
pub(crate) struct Background(Option<Runtime>);

impl Background {
    pub(crate) fn start(name: &str) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(name)
            .enable_all()
            .build()
            .expect("the system has room for a thread");
        Self(Some(runtime))
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        self.0.as_ref().expect("only dropping takes the runtime away")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // The ordinary end of a runtime blocks, which is forbidden where tests run: inside another one.
            runtime.shutdown_background();
        }
    }
}
