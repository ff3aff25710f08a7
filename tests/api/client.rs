//! A program that uses the API, with a token of each role.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, Request, header},
};
use domain::{Label, Role, SubscriptionId};
use serde_json::{Value, json};
use service::{
    Service, lists,
    readers::{self, Wishes},
    tokens,
};
use store::events::{Actor, Origin};

use crate::support::App;

/// The service with its web server, and a token of each role.
pub(crate) struct Api {
    pub(crate) app: App,
    admin: String,
    staff: String,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) enum As {
    Admin,
    Staff,
    Nobody,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Api {
    pub(crate) async fn sqlite() -> Self {
        Self::over(App::sqlite().await).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::over(App::postgres().await).await
    }

    async fn over(app: App) -> Self {
        let admin = token(&app.service, "the admin", Role::Admin).await;
        let staff = token(&app.service, "the desk", Role::Staff).await;
        Self { app, admin, staff }
    }

    /// The same installation after a restart.
    pub(crate) async fn restart(&mut self) {
        self.app.restart(|_| {}).await;
    }

    pub(crate) async fn get(&self, who: As, path: &str) -> Answer {
        self.call(who, "GET", path, None, None).await
    }

    pub(crate) async fn post(&self, who: As, path: &str, body: Value) -> Answer {
        self.call(who, "POST", path, Some(&body.to_string()), None).await
    }

    pub(crate) async fn put(&self, who: As, path: &str, body: Value) -> Answer {
        self.call(who, "PUT", path, Some(&body.to_string()), None).await
    }

    pub(crate) async fn delete(&self, who: As, path: &str) -> Answer {
        self.call(who, "DELETE", path, None, None).await
    }

    /// Any request with JSON as its body, under an `Idempotency-Key` where one is given.
    pub(crate) async fn call(
        &self,
        who: As,
        method: &str,
        path: &str,
        body: Option<&str>,
        key: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if let Some(token) = match who {
            As::Admin => Some(&self.admin),
            As::Staff => Some(&self.staff),
            As::Nobody => None,
        } {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
        self.send(request.body(body).unwrap()).await
    }

    /// Any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.app.web.send(request).await;
        Answer {
            status: answer.status.as_u16(),
            headers: answer.headers,
            text: answer.body,
        }
    }

    /// A reader of the list, who is mailed as often as the list is. Gives their subscription.
    pub(crate) async fn add_reader(&self, address: &str) -> SubscriptionId {
        let new = json!({ "address": address, "list": "blog" });
        let made = self.post(As::Admin, "/subscribers", new).await.id();
        let reader = self.get(As::Admin, &format!("/subscribers/{made}")).await.json();
        let id = reader["subscriptions"][0]["id"].as_str();
        id.unwrap_or_else(|| panic!("they are on the list: {reader}"))
            .parse()
            .unwrap()
    }

    /// Lets readers of the list choose Thursdays.
    pub(crate) async fn offer_thursdays(&self) {
        let thursdays = json!([{ "every": "weekly", "on": ["thursday"], "at": "09:00" }]);
        let changed = self.set(|settings| settings["rules"]["choices"] = thursdays).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
    }

    /// Has a reader choose how often they are mailed of what the list offers, or as often as the list is.
    pub(crate) async fn choose(&self, subscription: SubscriptionId, cadence: Option<&str>) {
        let (service, list) = (&self.app.service, self.app.list);
        let own = lists::by_id(service, list).await.unwrap().settings.cadence;
        let wishes = Wishes {
            cadence: Some(cadence.map_or(own, |text| text.parse().unwrap())),
            topics: None,
        };
        let reader = Origin {
            actor: Actor::Reader,
            address: None,
        };
        readers::choose(service, &reader, subscription, &wishes).await.unwrap();
    }

    /// Changes some settings of the list.
    pub(crate) async fn set(&self, change: impl FnOnce(&mut Value)) -> Answer {
        let mut list = self.get(As::Staff, "/lists/blog").await.json();
        change(&mut list["settings"]);
        let change = json!({ "version": list["version"], "settings": list["settings"] });
        self.put(As::Admin, "/lists/blog", change).await
    }

    /// Lets a moment pass, so that what follows sorts after what was.
    pub(crate) fn tick(&self) {
        self.app.clock().advance(Duration::from_millis(1));
    }

    /// The actions in the log about a subject, the latest first.
    pub(crate) async fn log_of(&self, subject: &str) -> Vec<String> {
        let log = self.get(As::Admin, &format!("/events?subject={subject}")).await.json();
        let lines = log["items"].as_array().unwrap();
        lines
            .iter()
            .map(|line| line["action"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("the answer is JSON: {self:?}"))
    }

    /// The id in the answer.
    pub(crate) fn id(&self) -> String {
        self.json()["id"]
            .as_str()
            .unwrap_or_else(|| panic!("the answer has an id: {self:?}"))
            .to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The answer on one line, which must be a problem.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        assert_eq!(self.json()["status"], self.status);
        self.text.clone()
    }
}

async fn token(service: &Service, name: &str, role: Role) -> String {
    let name = Label::parse(name).unwrap();
    let (_, token) = tokens::create(service, &Origin::system(), &name, role).await.unwrap();
    token.expose()
}
