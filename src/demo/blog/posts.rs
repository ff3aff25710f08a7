//! The posts of the sample blog: what is there when the demo begins, and what its button publishes.

use std::time::Duration;

use domain::Millis;

/// One post as the clinic wrote it.
#[derive(Debug, PartialEq, Eq)]
pub struct Post {
    /// Its last part in addresses, and the name of its picture.
    pub slug: &'static str,
    /// The identity that its site builder gave it.
    pub guid: &'static str,
    /// The headline.
    pub title: &'static str,
    /// The first lines, for the index and the feed.
    pub excerpt: &'static str,
    /// What the picture shows.
    pub picture_text: &'static str,
    /// Who wrote it, and as what.
    pub author: &'static str,
    /// Who of the medical staff read it.
    pub reviewer: &'static str,
    /// Minutes of reading.
    pub minutes: u8,
    /// The text as HTML.
    pub body: &'static str,
}

/// A post that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The post.
    pub post: &'static Post,
    /// When it came out.
    pub published: Millis,
}

impl Entry {
    pub(super) fn day(&self) -> String {
        self.published.timestamp().strftime("%-d %B %Y").to_string()
    }

    pub(super) fn feed_date(&self) -> String {
        self.published
            .timestamp()
            .strftime("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    }
}

/// How many posts are out when the demo begins.
pub const OPENING: usize = 3;

/// What is out when the demo begins at `now`, newest first.
#[must_use]
pub fn opening(now: Millis) -> Vec<Entry> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    POSTS
        .iter()
        .zip::<[u32; OPENING]>([27, 13, 6])
        .map(|(post, days)| Entry {
            post,
            published: now - DAY * days,
        })
        .rev()
        .collect()
}

/// The post that comes after those that are out, if there is another.
#[must_use]
pub fn next(out: &[Entry]) -> Option<&'static Post> {
    POSTS.get(out.len())
}

/// Every post, in the order in which they come out.
pub static POSTS: [Post; 5] = [
    Post {
        slug: "how-much-water",
        guid: "6712f0a49c1be5d0a37e4f01",
        title: "How much water do you really need?",
        excerpt: "Eight glasses, two litres, a bottle that reminds you by app: your body has a rule of its own, and for \
                  most of us it is a reliable one.",
        picture_text: "A glass of water and a carafe with slices of lemon on a table",
        author: "Tilda Marsh, health writer",
        reviewer: "Dr. Imani Okoro, family physician",
        minutes: 3,
        body: include_str!("posts/how-much-water.html"),
    },
    Post {
        slug: "ten-minutes-after-dinner",
        guid: "6725a11be07d48c2b95f6302",
        title: "Ten minutes after dinner: the smallest walk that counts",
        excerpt: "The plates are cleared, the coats come off the hook, and everybody walks once around the block. The old \
                  habit is as useful as it is pleasant.",
        picture_text: "A path that winds through green hills under an evening sun",
        author: "Jonas Feld, physiotherapist",
        reviewer: "Dr. Imani Okoro, family physician",
        minutes: 3,
        body: include_str!("posts/ten-minutes-after-dinner.html"),
    },
    Post {
        slug: "sleep-and-light",
        guid: "672e5c3d1fa09be7468d2c03",
        title: "Sleep & light: a gentler way to fall asleep",
        excerpt: "Few people who sleep badly have tried the one thing that sets the body’s clock every single day: light, \
                  at the right hours.",
        picture_text: "A bed below a window, with the moon and stars outside",
        author: "Tilda Marsh, health writer",
        reviewer: "Dr. Rafael Lindqvist, sleep medicine",
        minutes: 4,
        body: include_str!("posts/sleep-and-light.html"),
    },
    Post {
        slug: "desk-shoulders",
        guid: "67379f6b82cd31f05ae4b704",
        title: "Desk shoulders: five small moves for a stiff neck",
        excerpt: "Hours of holding still are hard work for small muscles. They ask for one thing above all, and it is not \
                  a better chair.",
        picture_text: "A desk with a laptop, a cup and a plant before a bright wall",
        author: "Jonas Feld, physiotherapist",
        reviewer: "Dr. Amélie Roux, orthopaedics",
        minutes: 4,
        body: include_str!("posts/desk-shoulders.html"),
    },
    Post {
        slug: "calm-cold-season",
        guid: "673fd24c97e6a018bd53f905",
        title: "Coughs & colds: a calm plan for the season",
        excerpt: "Usually time is what helps. But there is a good deal you can do to make that time kinder.",
        picture_text: "A steaming cup and a jar of honey on a windowsill, rain outside",
        author: "Tilda Marsh, health writer",
        reviewer: "Dr. Imani Okoro, family physician",
        minutes: 4,
        body: include_str!("posts/calm-cold-season.html"),
    },
];
