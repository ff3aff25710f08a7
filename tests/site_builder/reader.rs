//! A reader at a browser, by what a reader does and sees.
//!
//! Scripts run here are the test's own: WebDriver runs them also where pages may not.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Browser, browser::Habits};
use tokio::time::Instant;

/// How long a page may take to come on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Reader {
    browser: Browser,
}

/// How much room a page or frame has, and how much of it is needed, in pixels.
#[derive(Debug)]
pub(super) struct Measures {
    /// The width, with that of a scroll bar.
    pub(super) width: i64,
    room: (i64, i64),
    needed: (i64, i64),
}

impl Measures {
    /// Whether nobody needs to scroll sideways.
    pub(super) fn fit_across(&self) -> bool {
        self.needed.0 <= self.room.0
    }

    /// Whether nobody needs to scroll at all.
    pub(super) fn fit(&self) -> bool {
        self.fit_across() && self.needed.1 <= self.room.1
    }
}

impl Reader {
    /// A new browser that never was at any of the pages. Cookies of third parties are off.
    pub(super) async fn start(scripts: bool, window: (u32, u32)) -> Self {
        let habits = Habits {
            scripts,
            window,
            ..Habits::default()
        };
        let browser = Browser::start(habits).await;
        Self { browser }
    }

    pub(super) async fn close(self) {
        self.browser.close().await;
    }

    pub(super) async fn open(&self, url: &str) {
        self.browser.session().goto(url).await.unwrap();
    }

    /// Opens a page and turns to its only frame: all that follows is about what is inside.
    pub(super) async fn open_frame_in(&self, url: &str) {
        self.open(url).await;
        self.browser.session().enter_frame(0).await.unwrap();
    }

    /// The address of the page, which stays whatever happens in its frame.
    pub(super) async fn is_at(&self) -> String {
        self.browser.session().current_url().await.unwrap().into()
    }

    /// Waits until this is the heading.
    pub(super) async fn sees(&self, heading: &str) {
        self.reads("h1", heading).await;
    }

    /// Waits until this stands in the first element that fits.
    pub(super) async fn reads(&self, selector: &str, text: &str) {
        let script = "return document.querySelector(arguments[0]).textContent";
        let deadline = Instant::now() + PATIENCE;
        loop {
            // The page may be on its way.
            let seen = self.browser.session().execute(script, vec![json!(selector)]).await;
            if seen.as_ref().is_ok_and(|seen| seen == text) {
                return;
            }
            assert!(Instant::now() < deadline, "{text:?} was expected, not {seen:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Types into the form's field.
    pub(super) async fn types(&self, text: &str) {
        self.tell("document.querySelector('#email').focus()").await;
        let field = self.browser.session().active_element().await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses the first button.
    pub(super) async fn presses_the_button(&self) {
        self.tell("document.querySelector('button').focus()").await;
        let button = self.browser.session().active_element().await.unwrap();
        button.click().await.unwrap();
    }

    /// Follows the link at the top of the page to the blog, and gives the address that the blog's page is told of.
    pub(super) async fn goes_to_the_blog(&self, heading: &str) -> String {
        self.tell("document.querySelector('.masthead a').click()").await;
        self.sees(heading).await;
        self.tell("return document.referrer").await.as_str().unwrap().to_owned()
    }

    /// Whether the browser takes the connection for one on which nobody else listens: only then does it say by itself
    /// where a request comes from.
    pub(super) async fn is_on_a_secure_page(&self) -> bool {
        self.tell("return isSecureContext").await.as_bool().unwrap()
    }

    /// The words on the buttons, and how high these are in pixels.
    pub(super) async fn buttons(&self) -> Vec<(String, f64)> {
        let script = "return [...document.querySelectorAll('button')].map(b => [b.textContent, b.offsetHeight])";
        serde_json::from_value(self.tell(script).await).unwrap()
    }

    /// The size of the letters in the form's field, in pixels.
    pub(super) async fn letters(&self) -> f64 {
        let script = "return parseFloat(getComputedStyle(document.querySelector('#email')).fontSize)";
        self.tell(script).await.as_f64().unwrap()
    }

    pub(super) async fn measures(&self) -> Measures {
        let script = "const page = document.documentElement; return [innerWidth, \
                      [page.clientWidth, page.clientHeight], [page.scrollWidth, page.scrollHeight]]";
        let (width, room, needed) = serde_json::from_value(self.tell(script).await).unwrap();
        Measures { width, room, needed }
    }

    async fn tell(&self, script: &str) -> Value {
        self.browser.session().execute(script, Vec::new()).await.unwrap()
    }
}
