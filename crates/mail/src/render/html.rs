//! Rendered HTML into what mail programs understand, and a post's HTML into text.

use css_inline::CSSInliner;

use super::RenderError;

/// The width at which a post's text is wrapped.
const TEXT_WIDTH: usize = 76;

/// Moves the styles from the document's style sheet into its elements. Blocks marked `data-css-inline="keep"` stay:
/// they hold the rules for dark mode and narrow screens, which have no place in an attribute.
pub(super) fn inline_styles(html: &str) -> Result<String, RenderError> {
    let inliner = CSSInliner::options()
        .load_remote_stylesheets(false)
        .minify_css(true)
        .build();
    Ok(inliner.inline(html)?)
}

/// A post as plain text, its links as footnotes.
pub(super) fn to_text(html: &str) -> Result<String, RenderError> {
    let text = html2text::config::plain()
        .link_footnotes(true)
        .no_link_wrapping()
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), TEXT_WIDTH)?;
    Ok(text.trim().to_owned())
}
