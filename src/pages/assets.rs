//! The files that pages load from our own address.
//!
//! Pages name them with a hash of their content, so that browsers may keep them for ever and still see a new release
//! at once.

const CSS: &[u8] = concat!(include_str!("assets/tour.css"), include_str!("assets/paperround.css")).as_bytes();
const CONFIRM_JS: &[u8] = include_bytes!("assets/confirm.js");
const INBOX_JS: &[u8] = include_bytes!("assets/inbox.js");
const ICON: &[u8] = include_bytes!("assets/icon.svg");

pub(crate) const CSS_HASH: u64 = hash(CSS);
pub(crate) const CONFIRM_JS_HASH: u64 = hash(CONFIRM_JS);
pub(crate) const INBOX_JS_HASH: u64 = hash(INBOX_JS);

/// A file as it goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The value of `Cache-Control`.
    pub cache_control: &'static str,
    /// The whole file.
    pub bytes: &'static [u8],
}

impl Asset {
    /// A file whose name stays while its content may change.
    #[must_use]
    pub const fn named(content_type: &'static str, bytes: &'static [u8]) -> Self {
        Self {
            content_type,
            cache_control: "public, max-age=3600",
            bytes,
        }
    }
}

/// The file at `/assets/{name}`, if there is one.
///
/// A name without a hash, or with that of another release, is answered as well, with a short life: a page that was
/// open during an update may ask for it.
#[must_use]
pub fn asset(name: &str) -> Option<Asset> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (stem, wanted) = stem.split_once('-').unwrap_or((stem, ""));
    let (content_type, bytes, current) = match (stem, extension) {
        ("paperround", "css") => ("text/css; charset=utf-8", CSS, CSS_HASH),
        ("confirm", "js") => ("text/javascript; charset=utf-8", CONFIRM_JS, CONFIRM_JS_HASH),
        ("inbox", "js") => ("text/javascript; charset=utf-8", INBOX_JS, INBOX_JS_HASH),
        ("icon", "svg") => ("image/svg+xml", ICON, hash(ICON)),
        _ => return None,
    };
    let asset = Asset::named(content_type, bytes);
    if u64::from_str_radix(wanted, 16) == Ok(current) {
        let cache_control = "public, max-age=31536000, immutable";
        return Some(Asset { cache_control, ..asset });
    }
    Some(asset)
}

/// FNV-1a: it tells releases apart and is computed by the compiler; nothing rests on its strength.
const fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        rest = tail;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_asked_for_by_its_current_hash_may_be_kept_for_ever_and_any_other_name_of_it_may_not() {
        let current = asset(&format!("paperround-{CSS_HASH:016x}.css")).unwrap();
        let former = asset("paperround-0123456789abcdef.css").unwrap();
        let plain = asset("confirm.js").unwrap();

        assert!(current.cache_control.contains("immutable"));
        assert!(!former.cache_control.contains("immutable"));
        assert!(!plain.cache_control.contains("immutable"));
        assert_eq!(current.bytes, former.bytes);
    }

    #[test]
    fn no_other_file_is_answered() {
        for name in [
            "",
            "paperround",
            "paperround.js",
            "../Cargo.toml",
            "confirm.css",
            "icon.svg/",
        ] {
            assert_eq!(asset(name), None, "{name:?}");
        }
    }
}
