//! Rendered HTML into what mail programs understand.

use css_inline::CSSInliner;

use super::RenderError;

/// Moves the styles from the document's style sheet into its elements. Blocks marked `data-css-inline="keep"` stay:
/// they hold the rules for dark mode and narrow screens, which have no place in an attribute.
pub(super) fn inline_styles(html: &str) -> Result<String, RenderError> {
    let inliner = CSSInliner::options()
        .load_remote_stylesheets(false)
        .minify_css(true)
        .build();
    Ok(inliner.inline(html)?)
}
