//! A process that is killed in the middle of a mailing loses nothing, and repeats at most one mail for each lane.
//!
//! The mailing goes from the real binary to a real SMTP server that outlives it and writes down what it accepted; in
//! the end that log and the ledger must agree. `scripts/crash` kills more often.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use domain::{Random, mailing::Outcome};
use service::mailings;
use store::{deliveries::Asked, events::Origin};
use testkit::{Process, SmtpSink, TestDb, on_both_engines};

use crate::support::Prepared;

const READERS: u32 = 20_000;
const LANES: usize = 8;
/// Long enough for what takes seconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// A mailing that is about to leave, and the provider that it leaves through.
struct Scene {
    prepared: Prepared,
    sink: SmtpSink,
}

impl Scene {
    async fn set(test: TestDb) -> Self {
        Self {
            prepared: Prepared::new(test, READERS, None).await,
            sink: SmtpSink::start(),
        }
    }

    fn start_worker(&self) -> Process {
        Process::start(self.prepared.worker(&self.sink.url(), LANES))
    }

    /// Waits until the provider has accepted that many mails.
    async fn accepted(&self, count: usize, worker: &mut Process) {
        let deadline = Instant::now() + PATIENCE;
        while self.sink.accepted() < count {
            assert!(
                !worker.has_ended() && Instant::now() < deadline,
                "only {} mails left:\n{}",
                self.sink.accepted(),
                worker.output()
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits for the end, checks that the ledger says what the provider's log says, and gives the number of mails that
    /// arrived again.
    async fn audit(&self, worker: &Process) -> usize {
        let settled = self.prepared.settled(PATIENCE).await;
        let mailing = settled.unwrap_or_else(|mailing| panic!("still {mailing:?}:\n{}", worker.output()));
        let log = self.sink.log();
        let mut ledger = BTreeSet::new();
        let mut after = 0;
        loop {
            let service = &self.prepared.app.service;
            let asked = Asked {
                outcome: None,
                after,
                most: 1_000,
            };
            let page = mailings::look_at_readers(service, &Origin::system(), mailing.id, asked)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = last.delivery.n;
            for found in page {
                assert_eq!(found.delivery.outcome, Outcome::Accepted, "{found:?}");
                ledger.insert(found.address.unwrap().as_str().to_owned());
            }
        }
        let arrived: BTreeSet<String> = log.recipients().into_iter().map(ToOwned::to_owned).collect();

        assert_eq!(ledger.len(), READERS as usize);
        assert!(
            ledger == arrived,
            "the ledger and the provider's log name other readers"
        );
        assert_eq!(mailing.counters.accepted, i64::from(READERS));
        for (reader, ids) in log.repeats() {
            let one = ids.iter().all(|id| *id == ids[0]);
            assert!(one, "{reader} got one mail under several Message-IDs: {ids:?}");
        }
        log.len() - arrived.len()
    }
}

/// A number from the environment, for longer runs than CI's and to repeat one.
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Moments at which to strike: numbers of accepted mails, in order, spread over the mailing by a seed that is printed.
fn moments(count: u64) -> Vec<usize> {
    let seed = number("PAPERROUND_CRASH_SEED").unwrap_or_else(|| Random::from_system().below(u64::MAX));
    println!("PAPERROUND_CRASH_SEED={seed}");
    let random = Random::seeded(seed);
    let most = u64::from(READERS) * 9 / 10;
    let mut moments: Vec<_> = (0..count)
        .map(|_| usize::try_from(random.below(most)).unwrap())
        .collect();
    moments.sort_unstable();
    moments
}

on_both_engines! {
    async fn killed_at_random_moments_a_mailing_loses_nothing_and_repeats_at_most_one_mail_a_lane(test: TestDb) {
        let kills = number("PAPERROUND_CRASH_KILLS").unwrap_or(3);
        let scene = Scene::set(test).await;
        let mut worker = scene.start_worker();

        for moment in moments(kills) {
            scene.accepted(moment, &mut worker).await;
            worker.kill();
            worker = scene.start_worker();
        }
        let repeated = scene.audit(&worker).await;

        println!("{kills} kills, {repeated} mails repeated");
        assert!(
            repeated <= usize::try_from(kills).unwrap() * LANES,
            "{repeated} mails repeated by {kills} kills over {LANES} lanes"
        );
    }

    async fn asked_to_leave_at_random_moments_a_mailing_loses_and_repeats_nothing(test: TestDb) {
        let scene = Scene::set(test).await;
        let mut worker = scene.start_worker();

        for moment in moments(3) {
            // A process that has sent a mail hears who asks it to leave.
            let next = scene.sink.accepted() + 1;
            scene.accepted(moment.max(next), &mut worker).await;
            let status = worker.terminate(Duration::from_secs(60));
            assert!(status.success(), "{status}:\n{}", worker.output());
            worker = scene.start_worker();
        }

        assert_eq!(scene.audit(&worker).await, 0);
    }
}
