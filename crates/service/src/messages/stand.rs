//! Whether a mail may leave, looked at when it is taken up and not only when it was written.

use domain::{
    AccessLinkId, Cadence, EmailAddress, MessageId, SubscriptionId,
    message::{Kind, Outcome, STALE_AFTER},
    signup,
    subscription::State,
};
use store::{
    Tx, access_links,
    lists::{self, List},
    messages::{self, Message},
    posts::{self, Post},
    signups, subscriptions, suppressions,
};

use crate::{Service, lists::missing, readers::ACCESS_FOR};

/// Where a mail stands.
pub(super) enum Stand {
    /// There is nothing more to do.
    Over,
    /// It must not leave, for this reason.
    Withheld(&'static str),
    /// It waited too long for its first try: a person has to say that it shall leave.
    Stale,
    /// It cannot leave yet, for this reason.
    Waits(String),
    /// It may leave.
    Ready(Box<Ready>),
}

/// A mail that may leave.
pub(super) struct Ready {
    pub(super) message: Message,
    pub(super) list: List,
    /// How often its reader wants the list.
    pub(super) cadence: Cadence,
    /// The post that it brings.
    pub(super) newest: Option<Post>,
    pub(super) address: EmailAddress,
}

/// Looks at a mail and at everything that it depends on.
pub(super) async fn stand(tx: &mut Tx, service: &Service, id: MessageId) -> Result<Stand, store::Error> {
    let Some(message) = messages::find(tx, id).await? else {
        return Ok(Stand::Over);
    };
    if message.outcome.is_final() {
        return Ok(Stand::Over);
    }
    let (Some(address), Some(list)) = (message.address.clone(), lists::find(tx, message.list).await?) else {
        return Ok(Stand::Withheld("the subscriber was erased"));
    };
    if let Some(reason) = over(tx, service, &message, &list, &address).await? {
        return Ok(Stand::Withheld(reason));
    }
    if message.outcome == Outcome::Pending && tx.now().since(message.created_at) > STALE_AFTER {
        return Ok(Stand::Stale);
    }
    let missing = missing(&list.settings);
    if !missing.is_empty() {
        let missing = missing.iter().map(ToString::to_string).collect::<Vec<_>>();
        return Ok(Stand::Waits(format!("the list lacks {}", missing.join(" and "))));
    }
    let newest = match message.post {
        Some(post) => posts::find(tx, post).await?,
        None => None,
    };
    let subscription = subscriptions::find(tx, SubscriptionId::from(message.subject)).await?;
    let chosen = subscription.and_then(|subscription| subscription.cadence);
    Ok(Stand::Ready(Box::new(Ready {
        cadence: list.settings.cadence_of(chosen),
        message,
        list,
        newest,
        address,
    })))
}

/// Why a mail is not wanted any more.
async fn over(
    tx: &mut Tx,
    service: &Service,
    message: &Message,
    list: &List,
    address: &EmailAddress,
) -> Result<Option<&'static str>, store::Error> {
    let suppressions = suppressions::in_force(tx, &service.keys.suppression_hash(address)).await?;
    if suppressions
        .iter()
        .any(|each| !message.kind.may_go_despite(each.reason))
    {
        return Ok(Some("the address must not be mailed"));
    }
    if list.archived_at.is_some() && message.kind != Kind::AccessLink {
        return Ok(Some("the list was archived"));
    }
    let wanted = match message.kind {
        Kind::Confirm => match message.signup {
            Some(signup) => signups::find(tx, signup)
                .await?
                .is_some_and(|signup| signup.state == signup::State::Asked),
            None => false,
        },
        Kind::Welcome | Kind::AlreadySubscribed => {
            let subscription = subscriptions::find(tx, SubscriptionId::from(message.subject)).await?;
            subscription.is_some_and(|subscription| subscription.state == State::Confirmed)
        }
        Kind::Report => true,
        Kind::AccessLink => {
            let now = tx.now();
            let link = access_links::find(tx, AccessLinkId::from(message.subject)).await?;
            link.is_some_and(|link| link.used_at.is_none() && now.since(link.created_at) <= ACCESS_FOR)
        }
    };
    Ok((!wanted).then_some("it was no longer wanted"))
}
