//! A mail as its reader sees it: headers, both parts, the links in them.

use mail_parser::{MessageParser, PartType};

/// A parsed message.
#[derive(Debug, Clone)]
pub struct Mail {
    headers: Vec<(String, String)>,
    subject: String,
    text: Option<String>,
    html: Option<String>,
}

impl Mail {
    /// Reads a message as it came over the wire, without dot-stuffing.
    ///
    /// # Panics
    /// When it is no message at all.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a message has headers");
        let text = message.parts.iter().find_map(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        });
        let html = message.parts.iter().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        });
        Self {
            headers: message
                .headers_raw()
                .map(|(name, value)| (name.to_owned(), unfolded(value)))
                .collect(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text,
            html,
        }
    }

    /// The first header of this name as it stands, in one line; `None` when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fitting = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name));
        fitting.next().map(|(_, value)| value.as_str())
    }

    /// All headers as they stand, in order.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The subject, decoded; empty when there is none.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text part, decoded; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// The HTML part, decoded; empty when there is none.
    #[must_use]
    pub fn html(&self) -> &str {
        self.html.as_deref().unwrap_or_default()
    }

    /// Every address that the mail links to, each once: those of the text, then those of the HTML.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        let in_text = self.text().split(|c: char| c.is_whitespace() || "<>()\"".contains(c));
        let in_text = in_text.filter(|word| word.starts_with("http://") || word.starts_with("https://"));
        let in_html = self.html().split("href=\"").skip(1);
        let in_html = in_html.filter_map(|rest| Some(rest.split_once('"')?.0.replace("&amp;", "&")));
        let mut links = Vec::new();
        for link in in_text.map(str::to_owned).chain(in_html) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }

    /// The one link that has `part` in it, such as `/confirm/`.
    ///
    /// # Panics
    /// When no link has it, or several have.
    #[must_use]
    pub fn link(&self, part: &str) -> String {
        let links = self.links();
        let mut fitting = links.iter().filter(|link| link.contains(part));
        match (fitting.next(), fitting.next()) {
            (Some(link), None) => link.clone(),
            _ => panic!("not one link with {part:?} among {links:#?}"),
        }
    }
}

/// A header's value in one line (RFC 5322, section 2.2.3).
fn unfolded(value: &str) -> String {
    value.replace("\r\n", "").replace('\n', "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &str = "From: =?utf-8?Q?Caf=C3=A9?= <clinic@example.org>\r\nSubject: =?utf-8?Q?Caf=C3=A9?= hours\r\n\
        List-Unsubscribe:\r\n <https://list.example/unsubscribe/abc>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nConfirm (https://list.example/confirm/a=\r\nbc).\r\n\
        --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
        <a href=\"https://list.example/confirm/abc\">Confirm</a> <a href=\"https://blog.example/?a=1&amp;b=2\">Blog</a>\r\n--b--\r\n";

    #[test]
    fn headers_are_unfolded_and_the_subject_is_decoded() {
        let mail = Mail::parse(RAW.as_bytes());

        assert_eq!(mail.subject(), "Café hours");
        assert_eq!(
            mail.header("list-unsubscribe"),
            Some("<https://list.example/unsubscribe/abc>")
        );
        assert_eq!(mail.header("Auto-Submitted"), None);
        assert_eq!(mail.headers().len(), 5);
    }

    #[test]
    fn links_are_found_in_both_parts_each_once() {
        let mail = Mail::parse(RAW.as_bytes());

        assert_eq!(
            mail.links(),
            ["https://list.example/confirm/abc", "https://blog.example/?a=1&b=2"]
        );
        assert_eq!(mail.link("/confirm/"), "https://list.example/confirm/abc");
    }

    #[test]
    #[should_panic(expected = "not one link")]
    fn a_link_that_is_missing_is_a_failure() {
        let _ = Mail::parse(RAW.as_bytes()).link("/preferences/");
    }
}
