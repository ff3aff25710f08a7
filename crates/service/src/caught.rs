//! What the mail catcher took before there was a mail provider.

use mail::Provider;
use store::caught;

use crate::Service;

/// Where there is a real provider, counts what the catcher took as caught and no longer as accepted: it reached nobody, so
/// that its posts are owed as if it had never been sent. Says how many mails that were. For a process that is about to send
/// mail, before it does.
///
/// # Errors
/// The database's.
pub async fn disown(service: &Service) -> Result<u64, store::Error> {
    if !service.settings.provider.as_ref().is_some_and(Provider::is_real) {
        return Ok(0);
    }
    service
        .db
        .write(|mut tx| async move { caught::disown(&mut tx).await })
        .await
}
