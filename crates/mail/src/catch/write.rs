//! From the wire to a file that survives a power cut.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use domain::{Clock, EmailAddress, Random};

/// The end of every caught mail's file name.
pub(super) const EXTENSION: &str = ".eml";

/// The message as a file: behind the two fields that a mailbox adds (RFC 5321, section 4.4), its dots unstuffed and the
/// final one dropped.
pub(super) fn eml(from: &EmailAddress, to: &EmailAddress, wire: &str) -> String {
    let content = wire.strip_suffix(".\r\n").unwrap_or(wire);
    let mut eml = format!("Return-Path: <{}>\r\nDelivered-To: {}\r\n", from.as_str(), to.as_str());
    for line in content.split_inclusive("\r\n") {
        eml.push_str(line.strip_prefix('.').unwrap_or(line));
    }
    eml
}

/// A name that sorts by time.
pub(super) fn name(clock: &Clock, random: &Random) -> String {
    format!("{}{EXTENSION}", random.uuid(clock.now()).simple())
}

/// Writes a file so that it is either whole and on disk, or not there.
pub(super) fn durably(folder: &Path, name: &str, eml: &str) -> io::Result<()> {
    make_private_folder(folder)?;
    let unfinished = folder.join(format!(".{name}"));
    let written = private_file(&unfinished)
        .and_then(|mut file| {
            file.write_all(eml.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&unfinished, folder.join(name)));
    if written.is_err() {
        // The first error is the one to report; a file that could not be made cannot be removed either.
        let _ = fs::remove_file(&unfinished);
    }
    written?;
    File::open(folder)?.sync_all()
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
