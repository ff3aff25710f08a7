//! The two sites, on ports of their own: the service is on `localhost`, the site builder's page on `127.0.0.1`.

use axum_extra::extract::cookie::Key;
use paperround::{
    server,
    web::{self, Parts, TrustedProxies, WebSettings},
};
use service::lists;
use store::{events::Origin, lists::Settings};
use testkit::{FeedServer, Page};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::support::App;

const README: &str = include_str!("../../README.md");

pub(super) struct Site {
    pub(super) app: App,
    builder: FeedServer,
}

impl Site {
    /// The service behind a real port, and a page that has nothing of it yet.
    pub(super) async fn start() -> Self {
        Self::at("localhost").await
    }

    /// The same under another name of this machine.
    pub(super) async fn at(host: &str) -> Self {
        let mut app = App::sqlite().await;
        let listener = server::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let public_url = Url::parse(&format!("http://{host}:{port}")).unwrap();
        app.restart(|settings| settings.public_url = public_url).await;
        let router = web::router(web::App::new(parts(&app)));
        tokio::spawn(server::serve(listener, router, CancellationToken::new()));
        let builder = FeedServer::start();
        Self { app, builder }
    }

    /// Lets the list's form ask how often.
    pub(super) async fn ask_how_often(&self) {
        self.change_list(|settings| {
            settings.rules.choices = vec!["weekly mon,tue,wed,thu,fri 09:00".parse().unwrap()];
            settings.rules.choices_on_form = true;
        })
        .await;
    }

    /// Makes a page of the other site the list's blog.
    pub(super) async fn have_blog(&self) {
        self.builder
            .publish("/blog", Page::html("<!doctype html><h1>Elm Street</h1>"));
        let blog = self.builder.url("/blog").parse().unwrap();
        self.change_list(|settings| settings.blog_url = Some(blog)).await;
    }

    async fn change_list(&self, change: impl FnOnce(&mut Settings)) {
        let service = &self.app.service;
        let list = lists::by_id(service, self.app.list).await.unwrap();
        let mut settings = list.settings.clone();
        change(&mut settings);
        lists::change(service, &Origin::system(), list.id, list.version, &settings)
            .await
            .unwrap();
    }

    /// The address of one of the service's pages.
    pub(super) fn url(&self, path: &str) -> String {
        self.app.service.settings.public_url.join(path).unwrap().into()
    }

    /// Pastes the frame of README.md into a page, at this width, and gives the page's address.
    pub(super) fn paste_frame(&self, width: u32) -> String {
        let (_, rest) = README.split_once("<iframe ").unwrap();
        let (attributes, _) = rest.split_once("</iframe>").unwrap();
        let ours = attributes
            .replace("https://news.example.org/", &self.url("/"))
            .replace("elm-street-wellness", "blog")
            .replace("width:100%", &format!("width:{width}px"));
        let page = format!(
            "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>Elm Street</title>\
             <style>body {{ margin: 0 }}</style><h1>Elm Street</h1><iframe {ours}</iframe></html>"
        );
        self.builder.publish("/blog", Page::html(page));
        self.builder.url("/blog")
    }

    /// The one link of that kind in the newest mail.
    pub(super) async fn mailed_link(&self, kind: &str) -> String {
        self.app.work().await;
        self.app.mails().await.last().unwrap().link(kind)
    }
}

/// What `serve` makes the web server of, for a browser on this machine.
fn parts(app: &App) -> Parts {
    let service = app.service.clone();
    Parts {
        cookie_key: Key::from(&service.keys.cookie_key()),
        metrics: web::metrics::recorder().handle(),
        catcher: Some(service.settings.catcher.clone()),
        demo: None,
        web: WebSettings {
            public_url: service.settings.public_url.clone(),
            trusted_proxies: TrustedProxies::new([]),
            cors_origins: Vec::new(),
        },
        service,
    }
}
