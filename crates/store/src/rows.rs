//! Statements over many rows: the text for 1, 2, 4, ... rows, so few of them that both engines keep all prepared.

use std::sync::OnceLock;

/// The most rows of one statement: 2 to the power of this. SQLite binds at most 32,766 values.
const LARGEST: u32 = 8;

/// A statement whose rows repeat a shape.
#[derive(Debug)]
pub(crate) struct Shape {
    head: &'static str,
    row: &'static str,
    texts: OnceLock<Vec<String>>,
}

impl Shape {
    /// A statement that begins with `head` and has a copy of `row` for each row. A row's `$names` become placeholders,
    /// numbered in the order in which they stand.
    pub(crate) const fn new(head: &'static str, row: &'static str) -> Self {
        Self {
            head,
            row,
            texts: OnceLock::new(),
        }
    }

    /// The text for a number of rows, which is a power of two.
    pub(crate) fn of(&'static self, rows: usize) -> &'static str {
        let texts = self
            .texts
            .get_or_init(|| (0..=LARGEST).map(|power| self.text(1 << power)).collect());
        &texts[rows.trailing_zeros() as usize]
    }

    fn text(&self, rows: usize) -> String {
        let mut text = self.head.to_owned();
        let mut number = 0;
        for row in 0..rows {
            if row > 0 {
                text.push_str(", ");
            }
            let mut pieces = self.row.split('$');
            text.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                number += 1;
                let rest = piece.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
                text.push_str(&format!("${number}{rest}"));
            }
        }
        text
    }
}

/// The items in pieces whose lengths are powers of two, the largest first.
pub(crate) fn powers_of_two<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let power = items.len().checked_ilog2()?.min(LARGEST);
        let (piece, rest) = items.split_at(1 << power);
        items = rest;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_through_all_rows() {
        static SHAPE: Shape = Shape::new("insert into t (a, b, c) values ", "($a, $b, 'x')");

        assert_eq!(SHAPE.of(1), "insert into t (a, b, c) values ($1, $2, 'x')");
        assert_eq!(
            SHAPE.of(2),
            "insert into t (a, b, c) values ($1, $2, 'x'), ($3, $4, 'x')"
        );
    }

    #[test]
    fn pieces_are_powers_of_two_and_all_there() {
        let items: Vec<usize> = (0..777).collect();

        let pieces: Vec<&[usize]> = powers_of_two(&items).collect();

        assert_eq!(
            pieces.iter().map(|piece| piece.len()).collect::<Vec<_>>(),
            [256, 256, 256, 8, 1]
        );
        assert_eq!(pieces.concat(), items);
        assert_eq!(powers_of_two::<u8>(&[]).count(), 0);
    }
}
