//! The demo: it needs nothing, shows the whole round, and leaves nothing behind.

use std::{
    fs,
    time::{Duration, Instant},
};

use testkit::{Mail, Process};

use super::{PATIENCE, command, get, http};

/// Where everything is, as the demo prints it.
struct Addresses {
    start: String,
    blog: String,
    feed: String,
    inbox: String,
}

impl Addresses {
    fn read(process: &Process) -> Self {
        let address = |of: &str| {
            process.wait_for(PATIENCE, |line| {
                line.split_once(of).map(|(_, address)| address.trim().to_owned())
            })
        };
        Self {
            start: address("demo is at"),
            blog: address("the sample blog"),
            feed: address("its feed"),
            inbox: address("the inbox"),
        }
    }

    fn base(&self) -> &str {
        self.inbox.strip_suffix("/inbox").unwrap()
    }

    /// The newest caught mail, once there are that many.
    async fn newest_of(&self, count: usize) -> Mail {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let page = text(&self.inbox).await;
            let names: Vec<&str> = page
                .split("href=\"/inbox/")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .collect();
            if names.len() >= count {
                return Mail::parse(text(&format!("{}/{}/raw", self.inbox, names[0])).await.as_bytes());
            }
            assert!(Instant::now() < deadline, "{count} mails were expected in: {page}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn text(url: &str) -> String {
    get(url.to_owned()).await.text().await.unwrap()
}

#[tokio::test]
async fn the_demo_goes_the_whole_round_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--blog-listen", "127.0.0.1:0"];
    let mut demo = command(folder.path(), &arguments);
    demo.env("TMPDIR", folder.path()).env("PAPERROUND_LISTEN", "nowhere");
    let mut process = Process::start(demo);
    process.wait_for(PATIENCE, |line| line.contains("Ctrl-C ends the demo").then_some(()));
    let at = Addresses::read(&process);

    let opened = get(format!("{}/", at.base())).await;
    let before = text(&at.feed).await;
    let form = [
        ("list", "alder-bay-wellness"),
        ("email", "ann@example.org"),
        ("form", "snippet"),
        ("wording", "1"),
    ];
    let signed_up = http()
        .post(format!("{}/subscribe", at.base()))
        .header("origin", at.blog.trim_end_matches('/'))
        .header("sec-fetch-site", "same-site")
        .form(&form)
        .send()
        .await
        .unwrap();
    let confirmation = at.newest_of(1).await;
    let confirmed = http().post(confirmation.link("/confirm/")).send().await.unwrap();
    let published = http().post(format!("{}/publish", at.start)).send().await.unwrap();
    let announcement = at.newest_of(3).await;
    let after = text(&at.feed).await;
    let ended = process.terminate(PATIENCE);

    assert_eq!(opened.url().as_str(), at.start);
    assert_eq!((signed_up.status().as_u16(), confirmed.status().as_u16()), (200, 200));
    assert_eq!(published.url().as_str(), at.inbox);
    assert_eq!(
        (before.matches("<item>").count(), after.matches("<item>").count()),
        (3, 4)
    );
    assert_eq!(
        announcement.subject(),
        "Desk shoulders: five small moves for a stiff neck"
    );
    assert!(ended.success(), "{}", process.output());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
