//! What the sink reads out of a client's lines and messages.

use base64::{Engine, prelude::BASE64_STANDARD};

/// The address in `FROM:<address> SIZE=...`.
pub(super) fn address(argument: &str) -> String {
    let after = argument.split_once('<').map_or(argument, |(_, after)| after);
    after.split_once('>').map_or(after, |(address, _)| address).to_owned()
}

pub(super) fn encoded(question: &str) -> String {
    BASE64_STANDARD.encode(question)
}

/// What stands in base64; nothing when it is not.
pub(super) fn decoded(base64: &str) -> String {
    let bytes = BASE64_STANDARD.decode(base64).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The Message-ID header of a message with its angle brackets; empty when there is none.
pub(super) fn message_id(message: &[u8]) -> String {
    let name = b"message-id:";
    let mut lines = message.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let headers = lines.by_ref().take_while(|line| !line.is_empty());
    let mut from_here =
        headers.skip_while(|line| !line.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)));
    let value = from_here.next().map_or(&[][..], |line| line[name.len()..].trim_ascii());
    // A long id stands on the line after its name (RFC 5322, section 2.2.3).
    let value = if value.is_empty() {
        from_here.next().unwrap_or_default()
    } else {
        value
    };
    String::from_utf8_lossy(value.trim_ascii()).into_owned()
}

/// Takes away the dots that the client put before lines that begin with one (RFC 5321, section 4.5.2).
pub(super) fn without_stuffing(body: &[u8]) -> Vec<u8> {
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    lines
        .map(|line| line.strip_prefix(b".").unwrap_or(line))
        .collect::<Vec<_>>()
        .concat()
}
