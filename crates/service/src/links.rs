//! The addresses that go into mails.

use domain::{AccessLinkId, FeedId, Keys, ListKey, Purpose, SignupId, SubscriptionId, Token};
use url::Url;

/// Makes the addresses of this installation's pages.
#[derive(Debug, Clone)]
pub struct Links {
    /// Without a slash at its end.
    base: String,
    keys: Keys,
}

impl Links {
    /// Links below the address under which readers reach this installation.
    #[must_use]
    pub fn new(public_url: &Url, keys: Keys) -> Self {
        Self {
            base: public_url.as_str().trim_end_matches('/').to_owned(),
            keys,
        }
    }

    /// Where the reader confirms a sign-up.
    #[must_use]
    pub fn confirm(&self, signup: SignupId) -> String {
        format!(
            "{}/confirm/{}",
            self.base,
            Token::sign(&self.keys, Purpose::Confirm, signup.get())
        )
    }

    /// Where the reader leaves a list: the page, and the one-click request of RFC 8058.
    #[must_use]
    pub fn unsubscribe(&self, subscription: SubscriptionId) -> String {
        format!(
            "{}/unsubscribe/{}",
            self.base,
            Token::sign(&self.keys, Purpose::Unsubscribe, subscription.get())
        )
    }

    /// Where the reader sees and changes the subscription.
    #[must_use]
    pub fn preferences(&self, subscription: SubscriptionId) -> String {
        format!(
            "{}/preferences/{}",
            self.base,
            Token::sign(&self.keys, Purpose::Preferences, subscription.get())
        )
    }

    /// Where the reader sees everything that is kept about them.
    #[must_use]
    pub fn access(&self, link: AccessLinkId) -> String {
        format!(
            "{}/access/{}",
            self.base,
            Token::sign(&self.keys, Purpose::Access, link.get())
        )
    }

    /// Where the blog says that there is something new in a feed. Whoever has the address can say so.
    #[must_use]
    pub fn feed_hook(&self, feed: FeedId) -> String {
        format!(
            "{}/hooks/feeds/{}",
            self.base,
            Token::sign(&self.keys, Purpose::FeedHook, feed.get())
        )
    }

    /// A list's own page, with its form.
    #[must_use]
    pub fn list(&self, key: &ListKey) -> String {
        format!("{}/lists/{}", self.base, key.as_str())
    }

    /// The installation's public address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}
