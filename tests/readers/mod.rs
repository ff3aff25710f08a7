//! The readers' half: signing up, confirming, leaving, and what is kept.

mod asking;
mod bad_input;
mod choices;
mod forms;
mod guards;
mod links;
mod mails;
mod opt_down;
mod own_data;
mod pausing;
mod preferences;
mod relays;
mod retention;
mod rules;
mod topics;

use domain::signup::Form;
use service::readers::{SignupRequest, request_signup};

use crate::support::{App, address};

impl App {
    /// Signs up as a form does, and runs the jobs.
    async fn sign_up(&self, email: &str) {
        self.ask(email).await;
        self.work().await;
    }

    /// Signs up as a form does.
    async fn ask(&self, email: &str) {
        let request = SignupRequest {
            list: self.list,
            address: address(email),
            wording: Some(1),
            form: Form::Hosted,
            cadence: None,
            page: None,
            browser: None,
            from: Some("203.0.113.77".parse().unwrap()),
        };
        request_signup(&self.service, request).await.unwrap();
    }
}
