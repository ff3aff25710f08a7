//! What is in force, and where each value came from.

use std::fmt::Write;

use super::{
    Config, KeySource,
    layers::Layers,
    settings::{SETTINGS, Setting},
};

/// One line for each setting: its name, its value with secrets hidden, its origin, and what it is for.
#[must_use]
pub fn report(layers: &Layers) -> String {
    let mut text = String::new();
    for setting in &SETTINGS {
        let (value, origin) = describe(layers, setting);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:<22} {value:<36} {origin}\n{:<22}   {}",
            setting.name, "", setting.meaning
        );
    }
    text
}

fn describe(layers: &Layers, setting: &Setting) -> (String, String) {
    match layers.find(setting.name) {
        Some(found) => (found.shown(), found.origin.to_string()),
        None => match derived(layers, setting.name) {
            Some(value) => (format!("{value:?}"), "the default".to_owned()),
            None => ("-".to_owned(), "not set".to_owned()),
        },
    }
}

/// What is in force for the settings whose defaults follow from others, when nothing else is wrong.
fn derived(layers: &Layers, name: &str) -> Option<String> {
    let config = Config::read(layers).ok()?;
    match (name, config.keys) {
        ("public_url", _) => Some(config.web.public_url.to_string()),
        ("database_url", _) => Some(config.database.url),
        ("secret_keys_file", KeySource::File { path, .. }) => Some(path.display().to_string()),
        _ => None,
    }
}
