//! A single mail's content.

use domain::{AccessLinkId, EmailAddress, Millis, SubscriptionId, message::Kind};
use mail::{
    compile::{self, Edition, Head, Recipient, Sentinel, Template},
    render::{self, AccessLink, AlreadySubscribed, Brand, Confirm, Report, Welcome},
};
use store::{lists::List, senders::Sender};
use url::Url;

use super::stand::Ready;
use crate::{
    Service,
    brand::{article, brand},
};

/// A mail that could not be composed: a defect of ours.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// Of a template.
    #[error(transparent)]
    Render(#[from] render::RenderError),
    /// Of its compilation.
    #[error(transparent)]
    Compile(#[from] compile::CompileError),
    /// Of its filling.
    #[error(transparent)]
    Fill(#[from] compile::FillError),
    /// An address of ours is none.
    #[error("a link of this installation is not an address: is the public address right?")]
    Link(#[from] url::ParseError),
    /// What a report says cannot be read.
    #[error("what the report says cannot be read")]
    Report(#[from] serde_json::Error),
    /// The list has nobody to send from.
    #[error("the list has no sender")]
    NoSender,
}

/// A mail ready for the wire.
pub(super) struct Composed {
    pub(super) from: EmailAddress,
    pub(super) wire: String,
}

/// Renders a mail and fills in whom it is for. Every try has the same Message-ID.
pub(super) fn compose(service: &Service, ready: &Ready, now: Millis) -> Result<Composed, ComposeError> {
    let Ready {
        message, list, address, ..
    } = ready;
    let sender = list.settings.sender.as_ref().ok_or(ComposeError::NoSender)?;
    let content = content(service, ready, &brand(service, list)?)?;
    let edition = Edition::new(content, Sentinel::new(service.db.random()));
    let template = Template::compile(&edition, &head(sender))?;
    let mut wire = String::new();
    let recipient = Recipient {
        to: address,
        message_id: &format!("{}@{}", message.id.get().simple(), sender.address.domain()),
        date: now,
        links: None,
    };
    template.fill(&recipient, &mut wire)?;
    Ok(Composed {
        from: sender.address.clone(),
        wire,
    })
}

/// The subject of a list's confirmation, for pages that tell people which mail to look for.
///
/// # Errors
/// When a template fails.
pub fn confirm_subject(service: &Service, list: &List) -> Result<String, ComposeError> {
    Ok(render::confirm_subject(&brand(service, list)?)?)
}

/// The subject of the mail with the link to one's own data, for pages that tell people which mail to look for.
///
/// # Errors
/// When a template fails.
pub fn access_subject(service: &Service, list: &List) -> Result<String, ComposeError> {
    Ok(render::access_link_subject(&brand(service, list)?)?)
}

fn content(service: &Service, ready: &Ready, brand: &Brand) -> Result<render::Content, ComposeError> {
    let message = &ready.message;
    let subscription = SubscriptionId::from(message.subject);
    let links = || compile::Links {
        unsubscribe: service.links.unsubscribe(subscription),
        preferences: service.links.preferences(subscription),
    };
    Ok(match (message.kind, message.signup) {
        (Kind::Confirm, Some(signup)) => {
            let url = Url::parse(&service.links.confirm(signup))?;
            render::confirm(brand, &Confirm { url })?
        }
        (Kind::AccessLink, _) => {
            let url = Url::parse(&service.links.access(AccessLinkId::from(message.subject)))?;
            render::access_link(brand, &AccessLink { url })?
        }
        (Kind::AlreadySubscribed, _) => render::already_subscribed(brand, &AlreadySubscribed { links: links() })?,
        (Kind::Report, _) => {
            let report: Report = serde_json::from_str(message.report.as_deref().unwrap_or_default())?;
            render::report(brand, &report)?
        }
        (Kind::Welcome | Kind::Confirm, _) => {
            let newest = ready.newest.clone().map(|post| article(post, brand, &ready.list));
            let mail = Welcome {
                cadence: ready.cadence,
                newest,
                links: links(),
            };
            render::welcome(brand, &mail)?
        }
    })
}

pub(super) fn head(sender: &Sender) -> Head {
    Head {
        from_name: sender.name.as_str().to_owned(),
        from: sender.address.clone(),
        reply_to: sender.reply_to.clone(),
        kind: compile::Kind::Automatic,
    }
}
