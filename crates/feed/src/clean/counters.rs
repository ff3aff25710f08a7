//! Pictures that nobody is meant to look at: pixels that count readers, faces, badges.

use url::Url;

/// Everything that comes from these hosts, and from hosts below them, counts readers or shows an author's face.
const HOSTS: &[&str] = &[
    "stats.wordpress.com",
    "pixel.wp.com",
    "feeds.wordpress.com",
    "feeds.feedburner.com",
    "s.w.org",
    "gravatar.com",
    "doubleclick.net",
    "google-analytics.com",
    "scorecardresearch.com",
    "statcounter.com",
    "quantserve.com",
    "list-manage.com",
];

/// On other hosts, by the beginning of their path.
const PATHS: &[(&str, &str)] = &[
    ("medium.com", "/_/stat"),
    ("facebook.com", "/tr"),
    ("feedburner.com", "/~r/"),
    ("blogger.googleusercontent.com", "/tracker/"),
    ("px.ads.linkedin.com", "/collect"),
    ("bat.bing.com", "/action"),
];

/// What the paths of mail programs' and feeds' pixels end in, wherever they are.
const ENDINGS: &[&str] = &[
    "/open.aspx",
    "/open.php",
    "/track/open",
    "/pixel.gif",
    "/spacer.gif",
    "/1x1.gif",
    "/blank.gif",
];

/// Files that no mail program shows as a picture, whatever a feed or a page calls them.
const NOT_SHOWN: &[&str] = &[
    "css", "htm", "html", "ico", "js", "json", "m4a", "m4v", "mov", "mp3", "mp4", "ogg", "pdf", "svg", "svgz", "txt",
    "wav", "webm", "xml", "zip",
];

/// Whether a picture is there to be looked at: neither a pixel that counts readers nor a face.
pub(crate) fn is_picture(url: &Url, width: Option<u32>, height: Option<u32>) -> bool {
    let host = url.host_str().unwrap_or_default();
    let path = url.path().to_ascii_lowercase();
    let is_at = |name: &str| {
        host.strip_suffix(name)
            .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    };
    let counts = HOSTS.iter().any(|name| is_at(name))
        || PATHS.iter().any(|(name, start)| is_at(name) && path.starts_with(start))
        || ENDINGS.iter().any(|ending| path.ends_with(ending));

    !counts && width.is_none_or(|width| width > 1) && height.is_none_or(|height| height > 1)
}

/// Whether it can stand for a post in a mail: a picture, and of a kind that mail programs show.
pub(crate) fn is_shown_picture(url: &Url, width: Option<u32>, height: Option<u32>) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let is_shown = name
        .rsplit_once('.')
        .is_none_or(|(_, extension)| !NOT_SHOWN.contains(&&*extension.to_ascii_lowercase()));

    is_shown && is_picture(url, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(url: &str) -> bool {
        is_picture(&Url::parse(url).unwrap(), None, None)
    }

    #[test]
    fn what_counts_readers_is_no_picture() {
        for url in [
            "https://pixel.wp.com/b.gif?host=clinic.example",
            "https://stats.wordpress.com/b.gif?v=noscript",
            "http://feeds.feedburner.com/~r/clinic/~4/x1y2",
            "https://medium.com/_/stat?event=post.clientViewed&referrerSource=full_rss",
            "https://ad.doubleclick.net/ddm/trackimp/x",
            "https://mail.clinic.example/open.aspx?id=7",
            "https://www.facebook.com/tr?id=7&ev=PageView",
            "https://blogger.googleusercontent.com/tracker/42",
            "https://1.gravatar.com/avatar/abc?s=96",
        ] {
            assert!(!picture(url), "{url}");
        }
    }

    #[test]
    fn what_only_resembles_a_counter_is_a_picture() {
        for url in [
            "https://notdoubleclick.net/a.jpg",
            "https://miro.medium.com/v2/resize:fit:1024/1*a.jpeg",
            "https://clinic.example/open.aspx/team.jpg",
            "https://www.facebook.com/team.jpg",
        ] {
            assert!(picture(url), "{url}");
        }
    }

    #[test]
    fn a_picture_of_one_pixel_is_none_in_either_direction() {
        let url = Url::parse("https://clinic.example/a.gif").unwrap();

        assert!(!is_picture(&url, Some(1), Some(1)));
        assert!(!is_picture(&url, Some(600), Some(1)));
        assert!(!is_picture(&url, Some(0), None));
        assert!(is_picture(&url, Some(2), Some(2)));
    }

    #[test]
    fn files_of_other_kinds_cannot_stand_for_a_post() {
        let shown = |url: &str| is_shown_picture(&Url::parse(url).unwrap(), None, None);

        assert!(!shown("https://clinic.example/logo.SVG"));
        assert!(!shown("https://clinic.example/talk.mp4"));
        assert!(shown("https://clinic.example/picture?id=7"));
        assert!(shown("https://clinic.example/photo~mv2.png/v1/fit/w_1000/file.png"));
    }
}
