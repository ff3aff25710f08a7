//! Hiding addresses in words that somebody else wrote, such as a relay's answer.

/// The text with its e-mail addresses masked as [`EmailAddress::masked`](crate::EmailAddress::masked) does. Relays repeat
/// addresses, also those that a recipient's mail is forwarded to, and their words are read by people who must not see them.
#[must_use]
pub fn mask_addresses(text: &str) -> String {
    // Links to a provider's help spell the sign so.
    let text = text.replace("%40", "@");
    let mut masked = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('@') {
        let words = before.trim_end_matches(is_in_local_part);
        let local = &before[words.len()..];
        masked.push_str(words);
        if local.is_empty() {
            masked.push('@');
            rest = after;
        } else {
            let domain_and_on = after.trim_start_matches(is_in_domain);
            let domain = after[..after.len() - domain_and_on.len()].trim_end_matches(['.', '-']);
            masked.push_str(&mask(local, domain));
            rest = &after[domain.len()..];
        }
    }
    masked.push_str(rest);
    masked
}

/// `j•••@e•••.org`
pub(crate) fn mask(local: &str, domain: &str) -> String {
    let (name, tld) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let first = |part: &str| part.chars().take(1).collect::<String>();
    format!("{}•••@{}•••.{tld}", first(local), first(name))
}

/// RFC 5322, section 3.2.3, and letters of any script (RFC 6531, section 3.3).
fn is_in_local_part(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

fn is_in_domain(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '.'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::EmailAddress;

    #[test]
    fn addresses_are_masked_and_the_other_words_stay() {
        for (text, masked) in [
            (
                "550 5.7.1 <ann.lee@example.org>: blocked by the recipient.",
                "550 5.7.1 <a•••@e•••.org>: blocked by the recipient.",
            ),
            (
                "Ann@Example.org, bob@mail.example.com.",
                "A•••@E•••.org, b•••@m•••.com.",
            ),
            (
                "see https://help.example/?to=ann%40example.org",
                "see https:/•••@e•••.org",
            ),
            ("ann=example.org@bounces.example", "a•••@b•••.example"),
            ("émilie@bücher.example is unknown", "é•••@b•••.example is unknown"),
            ("5.4.5 quota @ 100 a day", "5.4.5 quota @ 100 a day"),
            ("", ""),
        ] {
            assert_eq!(mask_addresses(text), masked, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_address_is_left_in_what_was_masked(
            local in "[a-z0-9][a-z0-9.+_-]{2,10}[a-z]",
            before in "(550 [<(\"]?)?",
            after in "([>), :].{0,20})?",
        ) {
            let address = EmailAddress::parse(&format!("{local}@example.org"));
            prop_assume!(address.is_ok());

            let masked = mask_addresses(&format!("{before}{local}@example.org{after}"));

            prop_assert!(!masked.contains(&format!("{local}@")), "{masked}");
        }
    }
}
