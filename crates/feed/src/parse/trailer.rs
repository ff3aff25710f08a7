//! The lines that blog programs put below each post of a feed, which are no part of the post.

/// How such a paragraph begins in cleaned HTML, and what else it says: WordPress in its commonest languages, Medium.
const TRAILERS: &[(&str, &str)] = &[
    ("<p>The post ", " appeared first on "),
    ("<p>Der Beitrag ", " erschien zuerst auf "),
    ("<p>L’article ", " est apparu en premier sur "),
    ("<p>L'article ", " est apparu en premier sur "),
    ("<p>La entrada ", " se publicó primero en "),
    ("<p>Het bericht ", " verscheen eerst op "),
    ("<p>L'articolo ", " proviene da "),
    (
        "<p><a href=\"https://medium.com/",
        " on Medium, where people are continuing ",
    ),
    ("<p><a href=\"https://medium.com/", "Continue reading on Medium"),
];

/// HTML without such a line at its end.
pub(super) fn without_trailer(html: String) -> String {
    TRAILERS
        .iter()
        .fold(html, |html, (start, mark)| without(html, start, mark))
}

fn without(mut html: String, start: &str, mark: &str) -> String {
    const END: &str = "</p>";
    let trailer = html.rfind(start).and_then(|from| {
        let (line, after) = html[from..].split_once(END)?;
        let is_last = !after.contains(END);
        (is_last && line.contains(mark)).then_some(from..from + line.len() + END.len())
    });
    if let Some(trailer) = trailer {
        html.replace_range(trailer, "");
        html.truncate(html.trim_end().trim_end_matches("<hr>").trim_end().len());
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(html: &str) -> String {
        without_trailer(html.to_owned())
    }

    #[test]
    fn the_line_of_the_program_goes_in_whatever_language() {
        for line in [
            r#"<p>The post <a href="https://a.example/x">X</a> appeared first on <a href="https://a.example">A</a>.</p>"#,
            r#"<p>Der Beitrag <a href="https://a.example/x">X</a> erschien zuerst auf <a href="https://a.example">A</a>.</p>"#,
            r#"<hr><p><a href="https://medium.com/p/1">X</a> was originally published in <a href="https://medium.com/a">A</a> on Medium, where people are continuing the conversation.</p>"#,
        ] {
            assert_eq!(cut(&format!("<p>Text.</p>\n{line}\n")), "<p>Text.</p>", "{line}");
        }
        assert_eq!(
            cut("<div><p>Text.</p><p><a href=\"https://medium.com/p/1\">Continue reading on Medium »</a></p></div>"),
            "<div><p>Text.</p></div>"
        );
    }

    #[test]
    fn a_sentence_in_the_middle_stays() {
        let html = "<p>The post office appeared first on the hill.</p><p>Then the church.</p>";

        assert_eq!(cut(html), html);
    }
}
