//! Real peers for the tests: databases of both engines, an SMTP sink, a feed server with a blog, the service as
//! a process, a browser.

mod background;
pub mod blog;
pub mod browser;
mod engines;
pub mod feed_server;
pub mod mailbox;
pub mod process;
pub mod seed;
pub mod smtp_sink;

pub use blog::Blog;
pub use browser::Browser;
pub use engines::{TestDb, open_again};
pub use feed_server::{FeedServer, Page};
pub use mailbox::Mail;
pub use process::Process;
pub use smtp_sink::SmtpSink;
