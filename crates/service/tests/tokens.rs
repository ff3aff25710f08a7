//! Tokens of the API, on both engines.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod support;

use std::time::Duration;

use domain::{Label, Random, Role};
use service::tokens::{self, TokenError};
use store::events::Origin;
use testkit::{TestDb, on_both_engines};

use support::service;

on_both_engines! {
    async fn a_token_is_recognised_until_it_is_revoked(test: TestDb) {
        let service = service(&test).await;
        let name = Label::parse("the web app").unwrap();
        let (id, token) = tokens::create(&service, &Origin::system(), &name, Role::Staff).await.unwrap();

        let holder = tokens::recognise(&service, &token.expose()).await.unwrap().unwrap();
        tokens::revoke(&service, &Origin::system(), id).await.unwrap();
        let afterwards = tokens::recognise(&service, &token.expose()).await.unwrap();
        let again = tokens::revoke(&service, &Origin::system(), id).await;

        assert_eq!((holder.id, holder.role, holder.name.as_str()), (id, Role::Staff, "the web app"));
        assert_eq!(afterwards, None);
        assert!(matches!(again, Err(TokenError::Unknown)));
    }

    async fn what_nobody_made_is_nobody_s_token(test: TestDb) {
        let invented = domain::ApiToken::generate(&Random::seeded(99)).expose();

        for text in ["", "pr_", "admin", invented.as_str()] {
            assert_eq!(tokens::recognise(&service(&test).await, text).await.unwrap(), None, "{text:?}");
        }
    }

    async fn the_last_use_of_a_token_is_known_to_a_few_minutes(test: TestDb) {
        let service = service(&test).await;
        let name = Label::parse("script").unwrap();
        let (_, token) = tokens::create(&service, &Origin::system(), &name, Role::Admin).await.unwrap();
        let first = service.now();

        tokens::recognise(&service, &token.expose()).await.unwrap();
        test.clock.advance(Duration::from_mins(2));
        tokens::recognise(&service, &token.expose()).await.unwrap();
        let soon = tokens::page(&service, None, 10).await.unwrap();
        test.clock.advance(Duration::from_mins(4));
        tokens::recognise(&service, &token.expose()).await.unwrap();
        let later = tokens::page(&service, None, 10).await.unwrap();

        assert_eq!(soon[0].used_at, Some(first));
        assert_eq!(later[0].used_at, Some(service.now()));
    }
}
