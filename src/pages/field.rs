//! The names of the fields that the pages' forms send, for the handlers that read them.

/// The list's key.
pub const LIST: &str = "list";
/// The address that the reader typed.
pub const EMAIL: &str = "email";
/// A field that no person sees: whoever fills it is a program, and is shown success.
pub const TRAP: &str = "extra";
/// Which form was used: `hosted`, `embed` or `snippet`; kept in the consent record.
pub const FORM: &str = "form";
/// The page that the form stood on, as its owner named it; kept in the consent record.
pub const PAGE: &str = "page";
/// The version of the consent wording beside the form; kept in the consent record, which says that the wording is not
/// known where a form leaves it out.
pub const WORDING: &str = "wording";
/// How often the reader wants the list: a cadence as it is spelled, such as `weekly mon,thu 09:00`.
pub const CADENCE: &str = "cadence";
/// A topic that the reader wants to read about; sent once for each.
pub const TOPIC: &str = "topic";
/// For how many weeks the reader pauses.
pub const WEEKS: &str = "weeks";
/// What a button of the preferences or the access page asks for: one of [`SAVE`], [`PAUSE`], [`RESUME`], [`LEAVE`],
/// [`FRESH_LINK`], [`RENAME`], [`DOWNLOAD`] and [`ERASE`].
pub const DO: &str = "do";
/// The value of [`DO`] that saves [`CADENCE`] and every [`TOPIC`].
pub const SAVE: &str = "save";
/// The value of [`DO`] that pauses the list for [`WEEKS`].
pub const PAUSE: &str = "pause";
/// The value of [`DO`] that ends a pause.
pub const RESUME: &str = "resume";
/// The value of [`DO`] that leaves the list, named by [`LIST`] on the access page.
pub const LEAVE: &str = "leave";
/// The value of [`DO`] that asks for a fresh link to everything else.
pub const FRESH_LINK: &str = "fresh-link";
/// The value of [`DO`] that saves the field [`NAME`].
pub const RENAME: &str = "rename";
/// The value of [`DO`] that downloads what is kept.
pub const DOWNLOAD: &str = "download";
/// The value of [`DO`] that erases everything, if [`SURE`] is `yes`.
pub const ERASE: &str = "erase";
/// The reader's name on the access page; may be empty.
pub const NAME: &str = "name";
/// The box that must be ticked before everything is erased.
pub const SURE: &str = "sure";
