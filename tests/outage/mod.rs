//! The database goes away in the middle and comes back: nothing is lost, and everything arrives once.
//!
//! PostgreSQL ends all connections, as it does when it is restarted or fails over; a SQLite file is locked for a while by
//! another program, as a backup tool or somebody's shell does.

use std::{
    collections::HashSet,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{extract::ConnectInfo, http::StatusCode};
use futures_util::future::join_all;
use mail::Provider;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use store::Engine;
use testkit::{Process, SmtpSink, TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;
use workers::WorkersConfig;

use crate::support::{App, Prepared, Web, form};

/// Long enough for what takes seconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a SQLite file is locked.
const LOCKED: Duration = Duration::from_millis(500);

/// Takes the database away from everybody who works on it.
async fn strike(test: &TestDb) {
    match test.db.engine() {
        Engine::Postgres => {
            let mut admin = PgConnection::connect(&test.url).await.unwrap();
            let all = "select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and pid <> pg_backend_pid()";
            admin.execute(all).await.unwrap();
        }
        Engine::Sqlite => {
            let mut other = SqliteConnection::connect(&test.url).await.unwrap();
            other.execute("begin immediate").await.unwrap();
            tokio::time::sleep(LOCKED).await;
            other.execute("rollback").await.unwrap();
        }
    }
}

/// Signs up as a browser on this machine does, again and again until the service has taken it.
async fn sign_up_at_last(web: &Web, number: usize) {
    let email = format!("reader{number}@example.org");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut request = form("/subscribe", &[("list", "blog"), ("email", &email)]);
        let here: SocketAddr = "127.0.0.1:5000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(here));
        let answer = web.send(request).await;
        if answer.status == StatusCode::OK {
            return;
        }
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
        assert!(Instant::now() < deadline, "{email} could not sign up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_both_engines! {
    async fn a_mailing_arrives_once_although_the_database_goes_away_in_the_middle(test: TestDb) {
        const READERS: usize = 4_000;
        const STRIKES: usize = 7;
        let prepared = Prepared::new(test, u32::try_from(READERS).unwrap(), None).await;
        let sink = SmtpSink::start();
        let mut worker = Process::start(prepared.worker(&sink.url(), 4));

        for number in 1..=STRIKES {
            sink.wait_for(READERS * number / (STRIKES + 1), PATIENCE).await;
            strike(&prepared.app.test).await;
        }
        let settled = prepared.settled(PATIENCE).await;

        let mailing = settled.unwrap_or_else(|mailing| panic!("still {mailing:?}:\n{}", worker.output()));
        let log = sink.log();
        assert!(log.repeats().is_empty(), "{:?}", log.repeats());
        assert_eq!(log.len(), READERS);
        assert_eq!(mailing.counters.accepted, i64::try_from(READERS).unwrap());
        assert!(!worker.has_ended(), "{}", worker.output());
    }

    async fn who_signs_up_is_asked_once_although_the_database_goes_away_in_the_middle(test: TestDb) {
        const READERS: usize = 150;
        let mut test = test;
        test.db = test.in_real_time().await;
        test.clock = test.db.clock().clone();
        let mut app = App::over(test).await;
        let sink = SmtpSink::start();
        let relay = sink.url().parse().unwrap();
        app.restart(|settings| settings.provider = Some(Provider::Smtp(relay))).await;
        let shutdown = CancellationToken::new();
        let workers = workers::start(app.service.clone(), WorkersConfig::default(), shutdown.clone());

        let web = &app.web;
        let come = (0..READERS).map(|number| async move {
            tokio::time::sleep(Duration::from_millis(20) * u32::try_from(number).unwrap()).await;
            sign_up_at_last(web, number).await;
        });
        let strikes = async {
            loop {
                strike(&app.test).await;
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        };
        tokio::select! {
            _ = join_all(come) => {}
            () = strikes => {}
        }
        let ready = app.web.get("/readyz").await;
        let deadline = Instant::now() + PATIENCE;
        while app.test.number("select count(*) from job").await > 0 {
            assert!(Instant::now() < deadline, "jobs are left");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        shutdown.cancel();
        workers.await.unwrap();

        let log = sink.log();
        let ids: HashSet<&str> = log.iter().map(|mail| mail.message_id.as_str()).collect();
        assert_eq!(ready.status, StatusCode::OK, "{}", ready.body);
        assert_eq!(log.recipients().len(), READERS);
        assert_eq!(ids.len(), log.len(), "a mail was sent twice");
        assert_eq!(i64::try_from(log.len()).unwrap(), app.test.number("select count(*) from message").await);
        assert_eq!(app.test.number("select count(*) from signup where state = 'received'").await, 0);
    }
}
