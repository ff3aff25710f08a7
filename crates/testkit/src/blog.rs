//! A sample blog and its feed in three formats, each as a well-known generator writes it.

mod atom;
mod json;
mod rss;

/// A blog of which tests publish posts, newest first.
#[derive(Debug, Clone)]
pub struct Blog {
    title: String,
    home: String,
    posts: Vec<Post>,
}

/// One post of a [`Blog`].
#[derive(Debug, Clone)]
pub struct Post {
    /// As the reader sees it, without markup.
    pub title: String,
    /// Where it stands.
    pub link: String,
    /// What identifies it in the feed.
    pub guid: String,
    /// When it was published, as in `2026-11-24T08:00:00Z`.
    pub published: jiff::Timestamp,
    /// Plain text.
    pub excerpt: String,
    /// HTML; excerpts only when there is none.
    pub content: Option<String>,
    /// The address of a picture.
    pub image: Option<String>,
    /// Who wrote it.
    pub author: String,
    /// What it is about.
    pub categories: Vec<String>,
}

impl Blog {
    /// A wellness clinic's blog with no posts, whose pages stand at `home`.
    #[must_use]
    pub fn new(home: &str) -> Self {
        Self {
            title: "Harbour Street Clinic".to_owned(),
            home: home.trim_end_matches('/').to_owned(),
            posts: Vec::new(),
        }
    }

    /// Publishes a post on top of the others, an hour after the one before.
    #[must_use]
    pub fn post(mut self, title: &str, excerpt: &str) -> Self {
        self.publish(title, excerpt);
        self
    }

    /// Publishes a post on top of the others, an hour after the one before, and gives it for changes.
    ///
    /// # Panics
    /// After some millions of posts.
    pub fn publish(&mut self, title: &str, excerpt: &str) -> &mut Post {
        let number = self.posts.len() + 1;
        let slug = slug(title);
        let post = Post {
            title: title.to_owned(),
            link: format!("{}/post/{slug}", self.home),
            guid: format!("{number:024x}"),
            published: FIRST_POST + jiff::SignedDuration::from_hours(number.try_into().expect("posts are few")),
            excerpt: excerpt.to_owned(),
            content: None,
            image: None,
            author: "Dr. Maya Lindqvist".to_owned(),
            categories: Vec::new(),
        };
        self.posts.insert(0, post);
        &mut self.posts[0]
    }

    /// All posts, newest first.
    #[must_use]
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// All posts, newest first, to be changed, removed or put in another order.
    pub fn posts_mut(&mut self) -> &mut Vec<Post> {
        &mut self.posts
    }

    /// The feed as a hosted site builder writes it: RSS 2.0 of the newest 20 posts, with that generator's quirks.
    #[must_use]
    pub fn rss(&self) -> String {
        rss::render(self)
    }

    /// The feed as Atom 1.0 (RFC 4287).
    #[must_use]
    pub fn atom(&self) -> String {
        atom::render(self)
    }

    /// The feed as JSON Feed 1.1.
    #[must_use]
    pub fn json(&self) -> String {
        json::render(self)
    }
}

/// The hour before the first post: 2026-11-02 at 08:00 UTC.
const FIRST_POST: jiff::Timestamp = jiff::Timestamp::constant(1_793_606_400, 0);

fn slug(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// Text for the inside of an XML element or attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
