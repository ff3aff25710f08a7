//! What the link in a confirmation leads to.

use domain::{
    Cadence, EmailAddress, ListId, PostId, SignupId,
    message::Kind,
    signup::{self, Form, can_be_confirmed},
    subscription::State,
    suppression::Reason,
};
use serde_json::json;
use store::{
    Tx,
    events::{self, Origin},
    lists::{self, List},
    messages::NewMessage,
    posts,
    signups::{self, NewSignup, Signup},
    subscriptions::{self, Subscription},
    suppressions,
};
use uuid::Uuid;

use super::{
    choices::{chosen, offered},
    trace::{enqueue_message, event},
};
use crate::Service;

/// What a confirmation's link is good for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its button confirms.
    Live,
    /// The reader is on the list.
    Confirmed,
    /// It confirms no more: too old, or its reader has left since. A fresh one can be asked for.
    Dead,
}

/// A sign-up as whoever holds its link may see it.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The list.
    pub list: List,
    /// The address, masked.
    pub masked: String,
    /// How often they will have the list, or have it: as the list has it, unless they chose.
    pub cadence: Cadence,
    /// The browser that signed up, for which the page presses its button by itself.
    pub browser: Option<Uuid>,
    /// What the link is good for now.
    pub standing: Standing,
}

/// A sign-up with what its standing depends on.
struct Found {
    signup: Signup,
    subscription: Subscription,
    address: EmailAddress,
    list: List,
    standing: Standing,
}

/// Looks at a confirmation's link and changes nothing; none when its sign-up is gone or was erased.
///
/// # Errors
/// The database's.
pub async fn look_at_confirmation(service: &Service, id: SignupId) -> Result<Option<Confirmation>, store::Error> {
    service
        .db
        .read(|mut tx| async move { Ok(find(&mut tx, service, id).await?.map(Found::shown)) })
        .await
}

/// Confirms a sign-up whose link is live: its reader joins now, is welcomed, and a bounce of the address is forgotten.
/// Doing it again changes nothing.
///
/// # Errors
/// The database's.
pub async fn confirm(service: &Service, origin: &Origin, id: SignupId) -> Result<Option<Confirmation>, store::Error> {
    service
        .db
        .write(|mut tx| async move {
            let Some(mut found) = find(&mut tx, service, id).await? else {
                return Ok(None);
            };
            if found.standing == Standing::Live {
                join(&mut tx, service, origin, &found).await?;
                found.standing = Standing::Confirmed;
            }
            Ok(Some(found.shown()))
        })
        .await
}

/// Asks for a fresh link in place of a dead one, to the same address: a sign-up like any other.
///
/// # Errors
/// The database's, which all requests of the same commit share.
pub async fn ask_afresh(
    service: &Service,
    origin: &Origin,
    id: SignupId,
) -> Result<Option<Confirmation>, std::sync::Arc<store::Error>> {
    let found = service
        .db
        .read(|mut tx| async move { find(&mut tx, service, id).await })
        .await
        .map_err(std::sync::Arc::new)?;
    let Some(found) = found else { return Ok(None) };
    if found.standing == Standing::Dead {
        let new = NewSignup {
            list: found.signup.list,
            address: found.address.clone(),
            wording: found.signup.wording,
            form: Form::FreshLink,
            cadence: found.signup.cadence,
            page: found.signup.page.clone(),
            browser: found.signup.browser,
            requested_from: origin.address.clone(),
        };
        service.signups.write(new).await?;
    }
    Ok(Some(found.shown()))
}

async fn find(tx: &mut Tx, service: &Service, id: SignupId) -> Result<Option<Found>, store::Error> {
    let Some(signup) = signups::find(tx, id).await? else {
        return Ok(None);
    };
    let (Some(address), Some(subscription)) = (signup.address.clone(), signup.subscription) else {
        return Ok(None);
    };
    let list = lists::find(tx, signup.list).await?;
    let subscription = subscriptions::find(tx, subscription).await?;
    let Some((list, subscription)) = list.zip(subscription) else {
        return Ok(None);
    };
    let hash = service.keys.suppression_hash(&address);
    let suppressions = suppressions::in_force(tx, &hash).await?;
    let blocked = suppressions.iter().any(|each| !each.reason.reader_may_lift());
    let live = list.archived_at.is_none()
        && !blocked
        && signup.state != signup::State::Confirmed
        && can_be_confirmed(signup.requested_at, subscription.left_at, tx.now());
    let standing = match subscription.state {
        // A reader on the list has nothing to confirm, but that a bounced address works again.
        State::Confirmed if suppressions.is_empty() || !live => Standing::Confirmed,
        _ if live => Standing::Live,
        _ => Standing::Dead,
    };
    Ok(Some(Found {
        signup,
        subscription,
        address,
        list,
        standing,
    }))
}

async fn join(tx: &mut Tx, service: &Service, origin: &Origin, found: &Found) -> Result<(), store::Error> {
    let Found {
        signup,
        subscription,
        address,
        list,
        ..
    } = found;
    signups::confirm(tx, signup.id, origin.address.as_deref()).await?;
    let bounced = suppressions::lift(tx, &service.keys.suppression_hash(address), Reason::Bounce).await?;
    let detail = json!({ "signup": signup.id, "bounce_lifted": bounced });
    let event = event("subscription.confirm", subscription).with(detail);
    events::record(tx, origin, event).await?;
    if subscription.state == State::Confirmed {
        return Ok(());
    }
    subscriptions::join(tx, subscription.id).await?;
    if let Some(asked) = still_offered(signup.cadence, list) {
        let chosen = chosen(asked, list);
        subscriptions::set_cadence(tx, subscription.id, chosen.as_ref()).await?;
    }
    let welcome = NewMessage {
        kind: Kind::Welcome,
        list: signup.list,
        subscriber: Some(subscription.subscriber),
        signup: None,
        subject: subscription.id.get(),
        post: newest(tx, signup.list).await?,
        report: None,
        address,
    };
    enqueue_message(tx, &welcome).await
}

/// What a reader asked for when they signed up, if the list offers it now.
fn still_offered(asked: Option<Cadence>, list: &List) -> Option<Cadence> {
    asked.filter(|asked| offered(list).contains(asked))
}

/// The newest post, where the list's welcome brings it.
async fn newest(tx: &mut Tx, list: ListId) -> Result<Option<PostId>, store::Error> {
    let list = lists::find(tx, list).await?;
    match list.filter(|list| list.settings.rules.welcome_brings_newest) {
        Some(list) => Ok(posts::newest(tx, list.id).await?.map(|post| post.id)),
        None => Ok(None),
    }
}

impl Found {
    /// What they asked for, unless they are on the list: then it is what they have.
    fn cadence(&self) -> Cadence {
        let asked = match self.subscription.state {
            State::Confirmed => None,
            State::Pending | State::Unsubscribed => still_offered(self.signup.cadence, &self.list),
        };
        self.list.settings.cadence_of(asked.or(self.subscription.cadence))
    }

    fn shown(self) -> Confirmation {
        Confirmation {
            cadence: self.cadence(),
            list: self.list,
            masked: self.address.masked(),
            browser: self.signup.browser,
            standing: self.standing,
        }
    }
}
