//! The name that was probably meant.

/// The candidate that the fewest changed letters make of `name`, when it takes no more than a third of them.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(name, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= name.len().div_ceil(3))
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance, in which two letters that changed places count once.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_the_name_and_another_word_finds_none() {
        let names = ["listen", "public_url", "smtp_tls", "smtp_url"];

        assert_eq!(nearest("lisen", names.into_iter()), Some("listen"));
        assert_eq!(nearest("publicurl", names.into_iter()), Some("public_url"));
        assert_eq!(nearest("smpt_url", names.into_iter()), Some("smtp_url"));
        assert_eq!(nearest("smtp_ulr", names.into_iter()), Some("smtp_url"));
        assert_eq!(nearest("favourite_colour", names.into_iter()), None);
    }

    #[test]
    fn distances_are_those_of_the_textbook() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "acb"), 1);
        assert_eq!(distance("same", "same"), 0);
    }
}
