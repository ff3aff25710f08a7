//! Where blog programs put their feeds, for pages that name none.

use url::Url;

/// What a path is relative to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// The page's own address.
    Page,
    /// The page's address taken as a folder, whether or not it ends in a slash.
    Folder,
    /// The first page of the site.
    Root,
}

use Start::{Folder, Page, Root};

/// An address that is worth trying, and the program that would answer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WellKnown {
    pub(super) url: Url,
    pub(super) program: &'static str,
}

/// What is tried, in this order: below the page first, because a blog is often a part of a site; at each place, what
/// is common first. A path without a slash at its end is asked for too where one with it is the rule, because not all
/// servers send the one to the other.
const PATHS: &[(Start, &str, &str)] = &[
    (Folder, "feed/", "WordPress"),
    (Page, "?format=rss", "Squarespace"),
    (Folder, "rss/", "Ghost"),
    (Folder, "feed.xml", "Jekyll"),
    (Folder, "index.xml", "Hugo"),
    (Root, "feed/", "WordPress"),
    (Root, "blog-feed.xml", "Wix"),
    (Root, "feed", "Substack"),
    (Root, "rss/", "Ghost"),
    (Root, "feed.xml", "Jekyll"),
    (Root, "index.xml", "Hugo"),
    (Root, "feeds/posts/default", "Blogger"),
    (Root, "rss.xml", "a hand-written site"),
    (Root, "atom.xml", "a hand-written site"),
    (Root, "blog?format=rss", "Squarespace"),
    (Root, "?feed=rss2", "WordPress"),
    (Root, "feed.json", "a hand-written site"),
    (Folder, "?feed=rss2", "WordPress"),
    (Folder, "rss.xml", "a hand-written site"),
    (Folder, "atom.xml", "a hand-written site"),
    (Folder, "feed.json", "a hand-written site"),
];

/// The addresses where the feed of the blog at `page` may be, each once, likeliest first. Where the page says which
/// program made it, that program's addresses come before all others.
pub(super) fn addresses(page: &Url, generator: Option<&str>) -> Vec<WellKnown> {
    let generator = generator.unwrap_or_default().to_ascii_lowercase();
    let is_made_by = |program: &str| generator.contains(&program.to_ascii_lowercase());
    let (likely, others): (Vec<_>, Vec<_>) = PATHS.iter().copied().partition(|(.., program)| is_made_by(program));

    let mut addresses: Vec<WellKnown> = Vec::new();
    let listed = likely.into_iter().chain(others).filter_map(|(from, path, program)| {
        Some(WellKnown {
            url: join(page, from, path)?,
            program,
        })
    });
    for address in medium(page).into_iter().chain(listed) {
        if addresses.iter().all(|other| other.url != address.url) {
            addresses.push(address);
        }
    }
    addresses
}

fn join(page: &Url, from: Start, path: &str) -> Option<Url> {
    let mut base = page.clone();
    base.set_query(None);
    base.set_fragment(None);
    match from {
        Page => {}
        Folder => base.set_path(&folder(page.path())),
        Root => base.set_path("/"),
    }
    base.join(path).ok()
}

/// The folder that a path stands for: `/blog` and `/blog/` are one, `/blog/index.html` lies in it.
fn folder(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((_, "")) => path.to_owned(),
        Some((above, last)) if last.contains('.') => format!("{above}/"),
        _ => format!("{path}/"),
    }
}

/// Medium puts the name before the path: `medium.com/@jane/a-post` has its feed at `medium.com/feed/@jane`.
fn medium(page: &Url) -> Option<WellKnown> {
    let host = page.host_str()?;
    let name = page.path_segments()?.next().filter(|name| !name.is_empty())?;
    let is_medium = matches!(host, "medium.com" | "www.medium.com") || name.starts_with('@');
    is_medium
        .then(|| join(page, Root, &format!("feed/{name}")))
        .flatten()
        .map(|url| WellKnown { url, program: "Medium" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(page: &str, generator: Option<&str>) -> Vec<String> {
        addresses(&Url::parse(page).unwrap(), generator)
            .into_iter()
            .map(|address| address.url.to_string())
            .collect()
    }

    #[test]
    fn the_pages_own_folder_comes_before_the_site() {
        let tried = tried("https://clinic.example/blog?page=2#top", None);

        assert_eq!(
            tried[..6],
            [
                "https://clinic.example/blog/feed/",
                "https://clinic.example/blog?format=rss",
                "https://clinic.example/blog/rss/",
                "https://clinic.example/blog/feed.xml",
                "https://clinic.example/blog/index.xml",
                "https://clinic.example/feed/",
            ]
        );
    }

    #[test]
    fn a_site_that_is_all_blog_is_asked_once_at_each_address() {
        let mut tried = tried("https://clinic.example", None);
        let all = tried.len();
        tried.sort_unstable();
        tried.dedup();

        assert_eq!(all, tried.len());
        assert!(all <= 14, "{all}");
    }

    #[test]
    fn a_file_lies_in_its_folder() {
        assert_eq!(
            tried("https://clinic.example/blog/index.html", None)[0],
            "https://clinic.example/blog/feed/"
        );
    }

    #[test]
    fn the_program_that_the_page_names_is_believed_first() {
        let hugo = tried("https://clinic.example/notes/", Some("Hugo 0.150.0"));
        let wix = tried("https://clinic.example/notes/", Some("Wix.com Website Builder"));

        assert_eq!(hugo[0], "https://clinic.example/notes/index.xml");
        assert_eq!(hugo[1], "https://clinic.example/index.xml");
        assert_eq!(wix[0], "https://clinic.example/blog-feed.xml");
    }

    #[test]
    fn medium_puts_the_writer_below_the_feed() {
        assert_eq!(
            tried("https://medium.com/@jane/a-post-1f2e", None)[0],
            "https://medium.com/feed/@jane"
        );
        assert_eq!(
            tried("https://medium.com/the-clinic", None)[0],
            "https://medium.com/feed/the-clinic"
        );
    }
}
