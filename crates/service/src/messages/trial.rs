//! One mail that shows whether the mail provider works. It leaves no record, because it is nobody's mail.

use std::time::Duration;

use domain::{EmailAddress, MessageId, reply::Reply};
use mail::{
    Provider,
    compile::{Edition, Recipient, Sentinel, Template},
    render::{self, TestMail},
    smtp::SendError,
};
use store::lists::List;

use super::compose::{ComposeError, head};
use crate::{Service, brand::brand};

/// Why the trial failed.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// There is nothing to try.
    #[error("there is no mail provider: set smtp_url (PAPERROUND_SMTP_URL)")]
    NoProvider,
    /// The mail could not be composed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// It could not be sent.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// Sends a test mail in a list's name, over a connection of its own, and gives the provider's answer. Each of its answers
/// is waited for as long as this: whoever tries it sits before a screen.
///
/// # Errors
/// With the step that failed.
pub async fn send_test(
    service: &Service,
    list: &List,
    to: &EmailAddress,
    patience: Duration,
) -> Result<Reply, TrialError> {
    let provider = service.settings.provider.as_ref().ok_or(TrialError::NoProvider)?;
    let sender = list.settings.sender.as_ref().ok_or(ComposeError::NoSender)?;
    let wire = compose(service, list, provider, to)?;
    let mut lane = provider.lane_within(patience);
    lane.envelope(&sender.address, to).await?;
    let reply = lane.content(&wire, None).await?;
    lane.close().await;
    Ok(reply)
}

fn compose(service: &Service, list: &List, provider: &Provider, to: &EmailAddress) -> Result<String, ComposeError> {
    let sender = list.settings.sender.as_ref().ok_or(ComposeError::NoSender)?;
    let relay = match provider {
        Provider::Smtp(relay) => relay.address(),
        Provider::Catch(_) => "the mail catcher".to_owned(),
    };
    let content = render::test_mail(&brand(service, list)?, &TestMail { relay })?;
    let template = Template::compile(
        &Edition::new(content, Sentinel::new(service.db.random())),
        &head(sender),
    )?;
    let id = MessageId::new(service.db.random(), service.now());
    let mut wire = String::new();
    template.fill(
        &Recipient {
            to,
            message_id: &format!("{}@{}", id.get().simple(), sender.address.domain()),
            date: service.now(),
            links: None,
        },
        &mut wire,
    )?;
    Ok(wire)
}
