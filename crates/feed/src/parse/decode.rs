//! Bytes into text, whatever charset a document is in and whatever it says that it is in.

use std::borrow::Cow;

use domain::without_nul;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Decodes a document, in which a NUL is replaced.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    match as_it_stands(bytes, content_type) {
        Cow::Borrowed(text) => without_nul(text),
        Cow::Owned(text) => without_nul(&text).into_owned().into(),
    }
}

/// A byte order mark wins; then valid UTF-8 is UTF-8, because text in another charset hardly ever looks like it while
/// wrong labels are common; then the XML declaration, the header, and windows-1252.
fn as_it_stands<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }

    let declared = declared(bytes).or_else(|| content_type.and_then(charset));
    // Charsets of seven bits (ISO-2022-JP) are valid UTF-8 whatever they say.
    if declared.is_none_or(Encoding::is_ascii_compatible) && std::str::from_utf8(bytes).is_ok() {
        return UTF_8.decode_without_bom_handling(bytes).0;
    }

    declared
        .filter(|encoding| *encoding != UTF_8)
        .unwrap_or(WINDOWS_1252)
        .decode_without_bom_handling(bytes)
        .0
}

/// The encoding of `<?xml ... encoding="..."?>`, or of an HTML page's `<meta charset="...">`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let opening = &bytes[..bytes.len().min(1024)];
    let opening = String::from_utf8_lossy(opening).to_ascii_lowercase();
    let after = opening
        .split_once("encoding=")
        .or_else(|| opening.split_once("charset="))?
        .1;
    label(after)
}

/// The charset of a `Content-Type`.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let (_, after) = content_type
        .split_once("charset=")
        .or_else(|| content_type.split_once("Charset="))?;
    label(after)
}

fn label(text: &str) -> Option<&'static Encoding> {
    let text = text.trim_start_matches(['"', '\'']);
    let end = text
        .find(|char: char| !(char.is_ascii_alphanumeric() || "-_:.".contains(char)))
        .unwrap_or(text.len());
    Encoding::for_label(&text.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_comes_from_the_mark_the_bytes_the_declaration_or_the_header() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-15'?><t>caf\xe9 \xa4</t>";
        let mislabelled = "<?xml version='1.0' encoding='ISO-8859-1'?><t>café</t>";
        let marked = [0xff, 0xfe, b'<', 0, b't', 0];
        let japanese = b"<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?>\x1b$B?g\x1b(B";

        assert!(decode(latin, None).ends_with("<t>café €</t>"));
        assert!(decode(mislabelled.as_bytes(), None).ends_with("<t>café</t>"));
        assert_eq!(decode(&marked, None), "<t");
        assert!(decode(japanese, None).ends_with("睡"));
        assert_eq!(decode(b"\xef\xeb", Some("text/xml; charset=koi8-r")), "ОК");
        assert_eq!(decode(b"\x93caf\xe9\x94", None), "“café”");
    }
}
