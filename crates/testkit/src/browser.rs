//! A reader's browser: headless Chromium with an empty profile, driven over WebDriver.

use std::{path::Path, process::Command, time::Duration};

use fantoccini::{Client, ClientBuilder};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tempfile::TempDir;

use crate::Process;

/// Names below this domain (RFC 6761, section 6.2) lead the browser to this machine. Unlike loopback, they are no secure
/// context over plain http.
const TEST_DOMAIN: &str = "test";

const PATIENCE: Duration = Duration::from_secs(30);
/// How many times a ChromeDriver is started that finds no port.
const DRIVERS: usize = 5;

/// What a reader allows pages to do.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Pages may run scripts.
    pub scripts: bool,
    /// Frames from other sites may keep cookies.
    pub third_party_cookies: bool,
    /// The width and height of the window.
    pub window: (u32, u32),
}

impl Default for Habits {
    /// A desktop with scripts on, and third-party cookies off as most browsers have them.
    fn default() -> Self {
        Self {
            scripts: true,
            third_party_cookies: false,
            window: (1280, 900),
        }
    }
}

/// A running browser. Call [`Browser::close`] at the end of a test; dropping ends it too, less gently.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    chromium: Option<Pid>,
    _driver: Process,
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium, and a ChromeDriver for it on a free port.
    ///
    /// # Panics
    /// When `chromium` or `chromedriver` is not on PATH; `scripts/test` installs them.
    pub async fn start(habits: Habits) -> Self {
        let (driver, port) = start_driver();
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities(habits, profile.path()))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromedriver starts chromium");
        // Chromium starts with no window narrower than 500 pixels, but makes one so afterwards.
        let (width, height) = habits.window;
        client
            .set_window_size(width, height)
            .await
            .expect("a window can be of any size");
        let id = client
            .capabilities()
            .and_then(|told| told.get("goog:processID")?.as_i64());
        Self {
            client,
            chromium: id.and_then(|id| Pid::from_raw(id.try_into().ok()?)),
            _driver: driver,
            _profile: profile,
        }
    }

    /// The WebDriver session: pages, elements, clicks.
    #[must_use]
    pub fn session(&self) -> &Client {
        &self.client
    }

    /// Writes what the window shows as a PNG.
    ///
    /// # Panics
    /// When there is no picture, or no place for it.
    pub async fn screenshot(&self, file: &Path) {
        let picture = self.client.screenshot().await.expect("a window can be pictured");
        std::fs::write(file, picture).expect("the picture can be written");
    }

    /// Closes the browser in good order.
    ///
    /// # Panics
    /// When it no longer answers.
    pub async fn close(mut self) {
        self.client
            .clone()
            .close()
            .await
            .expect("a running browser can be closed");
        self.chromium = None;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium outlives a ChromeDriver that is killed.
        if let Some(chromium) = self.chromium {
            let _ = kill_process(chromium, Signal::KILL);
        }
    }
}

/// Starts a ChromeDriver, and gives its port. It takes one that is free for IPv6 and gives up if somebody has that for IPv4;
/// the next one finds another.
fn start_driver() -> (Process, u16) {
    for _ in 0..DRIVERS {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        let driver = Process::start(command);
        let port = driver.wait_for(PATIENCE, |line| {
            if line.contains("port not available") {
                return Some(None);
            }
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').parse().ok())
        });
        if let Some(port) = port {
            return (driver, port);
        }
    }
    panic!("chromedriver found no free port {DRIVERS} times");
}

fn capabilities(habits: Habits, profile: &Path) -> serde_json::Map<String, serde_json::Value> {
    // Without a sandbox, because root cannot have one; without background traffic, because tests talk to loopback only.
    let arguments = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        format!("--host-resolver-rules=MAP *.{TEST_DOMAIN} 127.0.0.1"),
        format!("--user-data-dir={}", profile.display()),
    ];
    let (allow, block) = (1, 2);
    let preferences = json!({
        "profile.default_content_setting_values.javascript": if habits.scripts { allow } else { block },
        "profile.block_third_party_cookies": !habits.third_party_cookies,
        "profile.cookie_controls_mode": u8::from(!habits.third_party_cookies),
    });
    let options = json!({ "goog:chromeOptions": { "args": arguments, "prefs": preferences } });
    let serde_json::Value::Object(options) = options else {
        unreachable!("an object was written above");
    };
    options
}
