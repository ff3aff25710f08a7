//! The blog's own files: its style sheet and one picture a post.

use crate::pages::assets::Asset;

const CSS: &[u8] = concat!(include_str!("../../pages/assets/tour.css"), include_str!("blog.css")).as_bytes();
const ICON: &[u8] = include_bytes!("icon.svg");

/// The file at `{blog}/media/{name}`, if there is one. Pictures are PNG, because mail programs show no SVG.
#[must_use]
pub fn media(name: &str) -> Option<Asset> {
    let picture: &[u8] = match name {
        "blog.css" => return Some(Asset::named("text/css; charset=utf-8", CSS)),
        "icon.svg" => return Some(Asset::named("image/svg+xml", ICON)),
        "how-much-water.png" => include_bytes!("pictures/how-much-water.png"),
        "ten-minutes-after-dinner.png" => include_bytes!("pictures/ten-minutes-after-dinner.png"),
        "sleep-and-light.png" => include_bytes!("pictures/sleep-and-light.png"),
        "desk-shoulders.png" => include_bytes!("pictures/desk-shoulders.png"),
        "calm-cold-season.png" => include_bytes!("pictures/calm-cold-season.png"),
        _ => return None,
    };
    Some(Asset::named("image/png", picture))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::blog::POSTS;

    #[test]
    fn every_post_has_a_picture_that_a_mail_can_carry() {
        for post in &POSTS {
            let picture = media(&format!("{}.png", post.slug)).unwrap();

            assert!(picture.bytes.starts_with(b"\x89PNG"), "{}", post.slug);
            assert!(
                picture.bytes.len() < 40 * 1024,
                "{} has {} bytes",
                post.slug,
                picture.bytes.len()
            );
        }
    }
}
