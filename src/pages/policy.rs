//! The `Content-Security-Policy` that each kind of page is made for.
//!
//! No page has an inline script or style, so none is allowed.

/// Every page that is not named below.
pub const PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; \
                        frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The list of caught mail, whose script asks for itself again.
pub const INBOX: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
                         form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The form that stands in a frame on other sites' pages.
pub const EMBED: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                         frame-ancestors *";

/// The HTML part of a caught mail: its pictures and styles, and nothing that runs. Serve it with
/// `<base target="_blank">` in its head, or links open inside the frame.
pub const MAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; base-uri 'none'; \
                        form-action 'none'; frame-ancestors 'self'; \
                        sandbox allow-popups allow-popups-to-escape-sandbox";
