//! What staff are asked about the posts of one look that are held.

use super::{State, Verdict};

/// One question about all of them; none when nothing is held.
#[must_use]
pub fn question(verdicts: &[Verdict]) -> Option<String> {
    let (mut rewritten, mut flood, mut doubtful) = (0, 0, Vec::new());
    for verdict in verdicts {
        match verdict {
            Verdict::Rewritten(_) => rewritten += 1,
            Verdict::Flood(_) => flood += 1,
            Verdict::New(fate) | Verdict::Copy(fate) if fate.state == State::Held => doubtful.push(&*fate.reason),
            Verdict::New(_) | Verdict::Copy(_) => {}
        }
    }
    match (rewritten, flood, &doubtful[..]) {
        (0, 0, []) => None,
        (0, 0, [reason]) => Some(format!("A post waits for you: {reason}")),
        (0, 0, [first, ..]) => Some(format!(
            "{} posts wait for you, the first of them: {first}",
            doubtful.len()
        )),
        (0, flood, _) => Some(format!(
            "{flood} new posts came at once. Are they new to your readers, or was the blog moved or its feed rewritten?"
        )),
        (1, 0, _) => Some(
            "A post that is here already came again under another id or address. Mail it only if it is not the same."
                .to_owned(),
        ),
        (rewritten, 0, _) => Some(format!(
            "{rewritten} posts that are here already came again under other ids or addresses: was the blog moved? Mail them \
             only if they are not the same."
        )),
        (rewritten, flood, _) => Some(format!(
            "{rewritten} posts that are here already came again under other ids or addresses, with {flood} new ones: was \
             the blog moved? Mail them only if they are not the same."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Fate;

    fn held(kind: fn(Fate) -> Verdict, reason: &str, count: usize) -> Vec<Verdict> {
        vec![kind(Fate::new(State::Held, reason)); count]
    }

    #[test]
    fn nothing_is_asked_when_nothing_is_held() {
        let settling = Verdict::New(Fate::settling(1.into(), "waits"));
        let copy = Verdict::Copy(Fate::new(State::Skipped, "was mailed already"));

        assert_eq!(question(&[settling, copy]), None);
    }

    #[test]
    fn a_flood_and_a_rewritten_feed_are_asked_about_in_their_own_words() {
        let same = "under other ids or addresses";
        let rewritten = held(Verdict::Rewritten, "", 2);
        let flood = held(Verdict::Flood, "", 6);

        assert_eq!(
            question(&flood).unwrap(),
            "6 new posts came at once. Are they new to your readers, or was the blog moved or its feed rewritten?"
        );
        assert_eq!(
            question(&rewritten[..1]).unwrap(),
            "A post that is here already came again under another id or address. Mail it only if it is not the same."
        );
        assert_eq!(
            question(&rewritten).unwrap(),
            format!(
                "2 posts that are here already came again {same}: was the blog moved? Mail them only if they are not the \
                 same."
            )
        );
        assert!(
            question(&[rewritten, flood].concat())
                .unwrap()
                .contains(&format!("{same}, with 6 new ones"))
        );
    }

    #[test]
    fn whatever_else_is_held_is_asked_about_with_its_reason() {
        let far = held(
            Verdict::New,
            "dated 3 January 2027, far in the future: is that a mistake?",
            1,
        );
        let back = held(
            Verdict::Copy,
            "was taken back from another feed of this list: is it meant to be mailed?",
            1,
        );

        assert_eq!(
            question(&far).unwrap(),
            "A post waits for you: dated 3 January 2027, far in the future: is that a mistake?"
        );
        assert_eq!(
            question(&[back, far].concat()).unwrap(),
            "2 posts wait for you, the first of them: was taken back from another feed of this list: is it meant to be \
             mailed?"
        );
    }
}
