//! From the folder to what a page shows.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::Path,
};

use domain::{EmailAddress, Millis};
use mail_parser::{Address, MessageParser};

use super::write::EXTENSION;

/// A caught mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    /// Its name, by which it is read again; a later mail has a greater one.
    pub name: String,
    /// Who it is from, as a mail program shows it.
    pub from: String,
    /// Who it is to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its date.
    pub date: Millis,
    /// Its text part.
    pub text: String,
    /// Its HTML part; hostile to whoever shows it outside a sandbox.
    pub html: String,
    /// All of it as it stands in the file.
    pub raw: String,
}

pub(super) fn list(folder: &Path, before: Option<&str>, limit: usize) -> io::Result<Vec<Caught>> {
    let mut names = names(folder)?;
    names.retain(|name| before.is_none_or(|before| name.as_str() < before));
    names.sort_unstable_by(|a, b| b.cmp(a));
    let mut mails = Vec::new();
    for name in names.iter().take(limit) {
        mails.extend(get(folder, name)?);
    }
    Ok(mails)
}

pub(super) fn get(folder: &Path, name: &str) -> io::Result<Option<Caught>> {
    if !is_name(name) {
        return Ok(None);
    }
    match fs::read_to_string(folder.join(name)) {
        Ok(raw) => Ok(parse(name, &raw)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn erase(folder: &Path, address: &EmailAddress) -> io::Result<usize> {
    let line = format!("Delivered-To: {}", address.as_str());
    let mut erased = 0;
    for name in names(folder)? {
        let path = folder.join(name);
        if has_field(&path, &line)? {
            fs::remove_file(&path)?;
            erased += 1;
        }
    }
    Ok(erased)
}

/// Whether this line is one of the two fields that the catcher writes, which come first.
fn has_field(path: &Path, line: &str) -> io::Result<bool> {
    for field in BufReader::new(File::open(path)?).lines().take(2) {
        if field? == line {
            return Ok(true);
        }
    }
    Ok(false)
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string().ok().filter(|name| is_name(name)));
    }
    Ok(names)
}

/// Whether this is a name that the catcher gives: nothing else in the folder is touched, and nothing outside it.
fn is_name(name: &str) -> bool {
    name.strip_suffix(EXTENSION)
        .is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn parse(name: &str, raw: &str) -> Option<Caught> {
    let message = MessageParser::default().parse(raw)?;
    Some(Caught {
        name: name.to_owned(),
        from: people(message.from()),
        to: people(message.to()),
        subject: message.subject().unwrap_or_default().to_owned(),
        date: message.date().map_or(0, |date| date.to_timestamp() * 1000).into(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
        raw: raw.to_owned(),
    })
}

fn people(addresses: Option<&Address<'_>>) -> String {
    let shown = addresses.into_iter().flat_map(Address::iter).map(|person| {
        let address = person.address().unwrap_or_default();
        person
            .name()
            .map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>"))
    });
    shown.collect::<Vec<_>>().join(", ")
}
