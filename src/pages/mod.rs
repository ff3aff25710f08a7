//! What people see in a browser: one struct a page, each an askama template, and the files the pages need.
//!
//! A page is data and markup. It knows no request, no database and no route: handlers fill the fields, among them the
//! addresses that its forms post to, render it, and send it with the policy that [`policy`] names. Every page works
//! without JavaScript; whatever goes into a field is escaped.

pub mod access;
pub mod assets;
pub mod confirm;
pub mod field;
pub mod inbox;
pub mod leave;
pub mod list;
pub mod message;
pub mod policy;
pub mod preferences;
pub mod signup;
pub mod snippet;
pub mod tour;

#[cfg(test)]
mod tests;
