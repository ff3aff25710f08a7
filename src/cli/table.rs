//! What commands print in columns: one line a row, the last column as wide as it needs.

use std::fmt;

/// Cells are cut to this many characters, all but the last of a row.
const WIDEST: usize = 60;

/// Rows under their headings.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(super) fn new(headings: &[&str]) -> Self {
        Self {
            rows: vec![headings.iter().map(|heading| (*heading).to_owned()).collect()],
        }
    }

    /// Adds a row, a cell for each heading. A cell is one line, whatever was written into it.
    pub(super) fn add<const N: usize>(&mut self, cells: [String; N]) {
        let last = N.saturating_sub(1);
        let cells = cells.into_iter().enumerate().map(|(place, cell)| {
            let line = one_line(&cell);
            if place == last { line } else { shortened(&line, WIDEST) }
        });
        self.rows.push(cells.collect());
    }

    /// Whether it has nothing but its headings.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max()
        };
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count()));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Text from outside on one line, without what would move the cursor of a terminal.
pub(super) fn one_line(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    visible.collect::<String>().trim().to_owned()
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most - 1).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_lines_have_no_tails() {
        let mut table = Table::new(&["STATE", "TITLE"]);
        table.add(["held".to_owned(), "Été".to_owned()]);
        table.add(["settling".to_owned(), String::new()]);

        assert_eq!(table.to_string(), "STATE     TITLE\nheld      Été\nsettling\n");
    }

    #[test]
    fn a_title_cannot_write_over_the_terminal_nor_push_the_other_columns_away() {
        let mut table = Table::new(&["TITLE", "ID"]);
        table.add([format!("\u{1b}[2J{}\nB", "A".repeat(80)), "1".to_owned()]);

        let line = table.to_string().lines().nth(1).unwrap().to_owned();

        assert_eq!(line, format!("[2J{}…  1", "A".repeat(56)));
    }
}
