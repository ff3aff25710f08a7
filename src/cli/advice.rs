//! What went wrong, then what to do next: in this order, because who knows the cause may not need the advice.

use anyhow::anyhow;

/// Adds what to do next to an error.
pub(super) trait Advise<T> {
    /// The cause, then the advice.
    fn or_advise(self, advice: impl FnOnce() -> String) -> anyhow::Result<T>;
}

impl<T, E> Advise<T> for Result<T, E>
where
    E: Into<anyhow::Error>,
{
    fn or_advise(self, advice: impl FnOnce() -> String) -> anyhow::Result<T> {
        self.map_err(|cause| anyhow!("{:#}: {}", cause.into(), advice()))
    }
}
