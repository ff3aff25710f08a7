//! A press of the subscribe button, written down.
//!
//! One row and one job, whoever it is: many presses share a commit and are answered after it. Nothing here looks at what
//! is known about the address.

use std::{net::IpAddr, sync::Arc};

use domain::{Cadence, EmailAddress, Job, ListId, SignupId, signup::Form, without_nul};
use store::{
    Flush, Tx,
    jobs::{self, When},
    signups::{self, NewSignup},
};
use uuid::Uuid;

use crate::Service;

/// The longest name of a page that is kept, in characters.
const LONGEST_PAGE: usize = 500;

/// What a form sends.
#[derive(Debug, Clone)]
pub struct SignupRequest {
    /// The list.
    pub list: ListId,
    /// The address that was typed.
    pub address: EmailAddress,
    /// The version of the words that stood beside the button, where the form named it.
    pub wording: Option<i64>,
    /// Which form it was.
    pub form: Form,
    /// How often they want the list, where the form asked: one of those that it offers.
    pub cadence: Option<Cadence>,
    /// The page that the form stood on, as it named it.
    pub page: Option<String>,
    /// The random id in the browser's cookie.
    pub browser: Option<Uuid>,
    /// Where the request came from.
    pub from: Option<IpAddr>,
}

/// Writes sign-ups with their jobs.
#[derive(Debug)]
pub struct WriteSignups;

impl Flush for WriteSignups {
    type Item = NewSignup;
    type Answer = SignupId;

    async fn flush(&self, tx: &mut Tx, items: &[NewSignup]) -> Result<Vec<SignupId>, store::Error> {
        let mut ids = Vec::with_capacity(items.len());
        for item in items {
            let signup = signups::insert(tx, item).await?;
            jobs::enqueue(tx, &Job::ProcessSignup { signup }, When::now()).await?;
            ids.push(signup);
        }
        Ok(ids)
    }
}

/// Writes a sign-up down and returns once it is on disk.
///
/// # Errors
/// The database's.
pub async fn request_signup(service: &Service, request: SignupRequest) -> Result<SignupId, Arc<store::Error>> {
    let page = request
        .page
        .map(|page| without_nul(&page).chars().take(LONGEST_PAGE).collect::<String>());
    let new = NewSignup {
        list: request.list,
        address: request.address,
        wording: service.wordings.id(request.wording),
        form: request.form,
        cadence: request.cadence,
        page: page.filter(|page| !page.is_empty()),
        browser: request.browser,
        requested_from: request.from.map(|from| from.to_canonical().to_string()),
    };
    service.signups.write(new).await
}
