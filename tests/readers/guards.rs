//! What keeps programs and floods out without telling them anything.

use std::{net::SocketAddr, time::Duration};

use axum::{extract::ConnectInfo, http::StatusCode};
use testkit::on_both_engines;

use crate::support::{App, form};

on_both_engines! {
    async fn whoever_fills_the_trap_is_told_of_success_and_nothing_is_written(app: App) {
        let person = app.web.post("/subscribe", &[("list", "blog"), ("email", "ann@example.org")]).await;
        let program = app.web.post("/subscribe", &[("list", "blog"), ("email", "bob@example.org"), ("extra", "x")]).await;
        app.work().await;

        assert_eq!(program.body.replace("bob@", "ann@"), person.body);
        assert_eq!(app.subjects("bob@example.org").await, [""; 0]);
    }

    async fn a_network_that_floods_waits_and_an_address_never_does(app: App) {
        let from = |address: &str, forwarded: &str, email: &str| {
            let mut request = form("/subscribe", &[("list", "blog"), ("email", email)]);
            let peer: SocketAddr = format!("{address}:5000").parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            if !forwarded.is_empty() {
                request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
            }
            request
        };
        for _ in 0..60 {
            app.web.send(from("198.51.100.7", "", "ann@example.org")).await;
        }

        let flooding = app.web.send(from("198.51.100.99", "203.0.113.1", "ann@example.org")).await;
        let behind_a_proxy = app.web.send(from("127.0.0.1", "198.51.100.8", "ann@example.org")).await;
        let elsewhere = app.web.send(from("127.0.0.1", "203.0.113.1", "ann@example.org")).await;
        app.clock().advance(Duration::from_secs(60));
        let later = app.web.send(from("198.51.100.7", "", "ann@example.org")).await;

        assert_eq!([flooding.status, behind_a_proxy.status], [StatusCode::TOO_MANY_REQUESTS; 2]);
        assert!(flooding.header("retry-after").parse::<u64>().unwrap() > 0);
        assert_eq!([elsewhere.status, later.status], [StatusCode::OK; 2]);
    }
}
