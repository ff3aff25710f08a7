//! Feeds of what readers say below the posts, which nobody wants in a newsletter.

use url::Url;

/// What such feeds and their addresses are called, in the languages that blog programs speak most.
const WORDS: &[&str] = &[
    // Not "comment": a blog may be called "Commentary".
    "comments",
    "commentaires",
    "commenti",
    "comentarios",
    "comentários",
    "kommentar",
    "reacties",
];

/// Whether a feed's name or address says that it holds comments.
pub(super) fn is_about_comments(title: Option<&str>, url: &Url) -> bool {
    let says = |text: &str| {
        let text = text.to_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    };
    let address = format!("{}?{}", url.path(), url.query().unwrap_or_default());

    title.is_some_and(says) || says(&address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comment_feeds_are_known_by_name_or_address() {
        let is = |title: Option<&str>, url: &str| is_about_comments(title, &Url::parse(url).unwrap());

        assert!(is(Some("Clinic » Comments Feed"), "https://clinic.example/x/feed/"));
        assert!(is(Some("Praxis » Kommentar-Feed"), "https://praxis.example/x/feed/"));
        assert!(is(None, "https://clinic.example/comments/feed/"));
        assert!(is(None, "https://clinic.example/feeds/7/comments/default"));
        assert!(is(None, "https://clinic.example/?feed=comments-rss2"));
        assert!(!is(Some("Medical Commentary » Feed"), "https://clinic.example/feed/"));
        assert!(!is(Some("Clinic » Feed"), "https://clinic.example/feed/"));
    }
}
