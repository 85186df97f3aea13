//! The logs as a table: which indexes are shown, how wide a cell is, and all
//! that a cell says. The component only writes it down.

use std::ops::Range;
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_sim::order::{by_rank, rank};
use netsplit_sim::run::{LogShown, NodeShown, WorldView};

use crate::labs::{Mark, Marks};
use crate::state::around::Around;

/// Indexes drawn at most.
pub const COLUMNS_MOST: u64 = 120;
/// Widths of a cell in pixels, as the style sheet knows them.
const WIDTHS: &[u32] = &[14, 16, 18, 20, 22, 24, 26, 28, 32, 36, 44, 54, 64];
/// The least width while rows are few and short; then they scroll.
const WIDTH_USUAL: u32 = 22;
/// From so many nodes on, or so many indexes, cells narrow before rows scroll.
const NODES_MANY: usize = 9;
const COLUMNS_MANY: u64 = 40;
/// From this width on a cell shows its command.
pub const WIDTH_OF_COMMANDS: u32 = 44;
/// What a letter of a cell takes, in tenths of a pixel, and what surrounds its words, in
/// pixels.
const LETTER: (usize, usize) = (72, 18);
/// Left of the cells: the name and what surrounds it.
const MARGIN: f64 = 76.0;

/// How large the letters of the logs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// For one who sits before it.
    Usual,
    /// Half as large again, for a room.
    Large,
}

/// What is at an index of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    #[default]
    Nothing,
    /// An entry.
    Entry {
        /// Its term.
        term: u64,
        /// Its command.
        command: String,
    },
    /// It is covered by a snapshot; the last of these is named.
    Snapshot {
        /// It is the last index that the snapshot covers.
        last: bool,
    },
    /// Nothing yet: an entry that comes later, of this term.
    Later(u64),
}

/// A cell of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its index.
    pub index: u64,
    /// What is there.
    pub held: Held,
    /// Committed, as its node knows.
    pub committed: bool,
    /// Applied there.
    pub applied: bool,
    /// On the node's own disk.
    pub durable: bool,
    /// The last thing that mattered at the node changed it.
    pub changed: bool,
    /// The parent branch has something else there.
    pub differs: bool,
    /// The term of an entry that the last thing that mattered took away.
    pub struck: Option<u64>,
    /// The leader sends this one next.
    pub next: bool,
    /// The leader knows the log to match up to here.
    pub matched: bool,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose log.
    pub node: NodeId,
    /// Its letter in a figure.
    pub label: Option<String>,
    /// A cell for each index of the ruler.
    pub cells: Vec<Cell>,
}

/// The whole table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The first index drawn.
    pub first: u64,
    /// The last index that any log holds; 0 without entries.
    pub last: u64,
    /// The rows, in a figure's order or that of the names.
    pub rows: Vec<Row>,
    /// Whose next and match index are drawn.
    pub whose: Option<NodeId>,
}

/// Everything the table is made from.
#[derive(Debug)]
pub struct Given<'a> {
    /// The moment.
    pub view: &'a WorldView,
    /// What it is compared with.
    pub around: &'a Around,
    /// Whose next and match index are drawn, and they.
    pub marks: Marks,
    /// Rows in a figure's order; empty for the order of the names.
    pub order: &'a [NodeId],
    /// Letters of a figure.
    pub labels: &'a [(NodeId, String)],
    /// The first index to draw; `None` for the newest.
    pub from: Option<u64>,
    /// The places of the servers that are seen.
    pub seen: Range<usize>,
}

impl Table {
    /// The table of a moment.
    pub fn new<'a>(given: &Given<'a>) -> Table {
        let Given { view, around, marks, order, labels, from, seen } = given;
        let servers = |all: &'a [Rc<NodeShown>]| all.get(seen.clone()).unwrap_or_default();
        let edge = around.edge.iter().flat_map(|edge| servers(&edge.nodes));
        let nodes = || servers(&view.nodes).iter();
        let last = nodes().chain(edge).map(|node| last_of(&node.log)).max().unwrap_or(0);
        // What every snapshot covers is not worth a column.
        let start = nodes().map(|node| node.log.start).min().unwrap_or(0).max(1);
        let newest = last.saturating_sub(COLUMNS_MOST - 1).max(start);
        let first = from.map_or(newest, |from| from.clamp(1, newest));
        let end = (first + COLUMNS_MOST - 1).min(last);
        let mut ids: Vec<NodeId> = nodes().map(|node| node.id).collect();
        let place = |id: &NodeId| order.iter().position(|it| it == id).map(|place| place as u64);
        by_rank(&mut ids, |id| rank(place(id).unwrap_or(u64::MAX), u64::from(id.number())));
        let rows = ids.iter().filter_map(|id| view.nodes.get(id.index())).map(|node| {
            let mark = marks.as_ref().and_then(|(_, all)| all.iter().find(|it| it.node == node.id));
            let label = labels.iter().find(|(of, _)| *of == node.id).map(|(_, label)| label);
            // One more column, for what is sent next.
            let cells = (first..=end + 1).map(|index| cell(node, around, mark, index)).collect();
            Row { node: node.id, label: label.cloned(), cells }
        });
        let whose = marks.as_ref().map(|(leader, _)| *leader);
        Table { first, last, rows: rows.collect(), whose }
    }

    /// The last index drawn.
    pub fn end(&self) -> u64 {
        (self.first + COLUMNS_MOST - 1).min(self.last)
    }

    /// Rows are low, so that many fit.
    pub fn is_dense(&self) -> bool {
        self.rows.len() >= NODES_MANY
    }

    /// How wide a cell is in a panel of a width, in pixels.
    pub fn cell_width(&self, panel: f64) -> u32 {
        let columns = self.rows.first().map_or(0, |row| row.cells.len() as u64);
        let many = self.is_dense() || columns >= COLUMNS_MANY;
        cell_width(panel - MARGIN, columns, many)
    }

    /// Whether cells of a width have room for every command; else the term is what
    /// matters, and all of them show that alone.
    pub fn shows_commands(&self, width: u32, letters: Letters) -> bool {
        let letter = if letters == Letters::Large { LETTER.0 * 3 / 2 } else { LETTER.0 };
        let fits = |count: usize| count * letter / 10 + LETTER.1 <= width as usize;
        let cells = || self.rows.iter().flat_map(|row| &row.cells);
        let words = |cell: &Cell| match &cell.held {
            Held::Entry { term, command } => {
                let struck = cell.struck.map_or(0, |term| term.to_string().len() + 1);
                struck + term.to_string().len() + command.chars().count()
            }
            _ => 0,
        };
        width >= WIDTH_OF_COMMANDS && cells().all(|cell| fits(words(cell)))
    }

    /// The entry that is reached from another by so many rows and columns:
    /// the nearest that is there.
    pub fn beside(&self, from: (NodeId, u64), down: i64, right: i64) -> Option<(NodeId, u64)> {
        let row = self.rows.iter().position(|row| row.node == from.0)? as i64;
        let is_entry = |cell: &&Cell| matches!(cell.held, Held::Entry { .. });
        if right != 0 {
            let cells = self.rows[row as usize].cells.iter().filter(is_entry);
            let ahead = cells.filter(|cell| (cell.index > from.1) == (right > 0));
            let nearest = ahead.filter(|cell| cell.index != from.1);
            let nearest = nearest.min_by_key(|cell| cell.index.abs_diff(from.1));
            return nearest.map(|cell| (from.0, cell.index));
        }
        let mut place = row + down;
        while let Some(row) = usize::try_from(place).ok().and_then(|place| self.rows.get(place)) {
            let entries = row.cells.iter().filter(is_entry);
            if let Some(cell) = entries.min_by_key(|cell| cell.index.abs_diff(from.1)) {
                return Some((row.node, cell.index));
            }
            place += down;
        }
        None
    }

    /// The table as text, indexes aligned.
    pub fn text(&self) -> String {
        let wide = self.rows.iter().flat_map(|row| &row.cells).map(|cell| word(cell).len());
        let wide = wide.max().unwrap_or(1).max(self.last.to_string().len()) + 1;
        let name = |row: &Row| match &row.label {
            Some(label) => format!("{} {label}", row.node),
            None => row.node.to_string(),
        };
        let names = self.rows.iter().map(|row| name(row).len()).max().unwrap_or(2).max(5);
        let mut text = format!("{:<names$}", "index");
        let end = self.end();
        (self.first..=end).for_each(|index| text.push_str(&format!("{index:>wide$}")));
        for row in &self.rows {
            text.push_str(&format!("\n{:<names$}", name(row)));
            let cells = row.cells.iter().filter(|cell| cell.index <= end);
            cells.for_each(|cell| text.push_str(&format!("{:>wide$}", word(cell))));
            text.truncate(text.trim_end().len());
        }
        text.push_str(
            "\nA number is an entry's term; in brackets it is not committed; … is in a snapshot.\n",
        );
        text
    }
}

fn word(cell: &Cell) -> String {
    match &cell.held {
        Held::Entry { term, .. } if cell.committed => term.to_string(),
        Held::Entry { term, .. } => format!("({term})"),
        Held::Snapshot { .. } => "…".to_owned(),
        Held::Nothing | Held::Later(_) => String::new(),
    }
}

/// The last index of a log.
pub fn last_of(log: &LogShown) -> u64 {
    log.start + log.entries.len() as u64
}

/// The entry of a log at an index.
pub fn entry_of(log: &LogShown, index: u64) -> Option<&(u64, String)> {
    let place = index.checked_sub(log.start + 1)?;
    log.entries.get(usize::try_from(place).ok()?)
}

fn cell(node: &NodeShown, around: &Around, mark: Option<&Mark>, index: u64) -> Cell {
    let log = &*node.log;
    let now = entry_of(log, index);
    let later = around.node_at_edge(node.id).and_then(|edge| entry_of(&edge.log, index));
    let held = match (now, later) {
        _ if index <= log.start => Held::Snapshot { last: index == log.start },
        (Some((term, command)), _) => Held::Entry { term: *term, command: command.clone() },
        (None, Some((term, _))) => Held::Later(*term),
        (None, None) => Held::Nothing,
    };
    let (committed, applied) = (index <= log.committed, index <= log.applied);
    let durable = index <= log.durable;
    let mut cell = Cell {
        index,
        held,
        committed,
        applied,
        durable,
        next: mark.is_some_and(|mark| mark.next == index),
        matched: mark.is_some_and(|mark| mark.matched == index),
        ..Cell::default()
    };
    if index <= log.start {
        return cell;
    }
    // A node that was down tells nothing by having forgotten what it applied.
    if let Some(before) = around.node_before(node.id) {
        let then = &*before.log;
        let was = entry_of(then, index);
        let differs = was.map(|(term, _)| term) != now.map(|(term, _)| term);
        cell.struck = was.filter(|_| differs).map(|(term, _)| *term);
        let grew = committed && index > then.committed || applied && index > then.applied;
        let saved = durable && index > then.durable;
        cell.changed = now.is_some() && (differs || grew || saved) && before.up == node.up;
    }
    if let Some(parent) = around.node_of_parent(node.id) {
        let there = entry_of(&parent.log, index);
        let covered = index <= parent.log.start;
        let same = there.map(|(term, _)| term) == now.map(|(term, _)| term);
        cell.differs =
            !covered && (!same || committed != (index <= parent.log.committed) && now.is_some());
    }
    cell
}

/// The width of a cell that makes all fit, as far as it may shrink.
fn cell_width(room: f64, columns: u64, many: bool) -> u32 {
    let least = if many { WIDTHS[0] } else { WIDTH_USUAL };
    let fits = |width: &&u32| **width >= least && f64::from(**width) * columns as f64 <= room;
    WIDTHS.iter().rev().find(fits).copied().unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_where_all_of_them_fit() {
        let held = |command: &str| Held::Entry { term: 1, command: command.to_owned() };
        let table = |commands: &[&str]| {
            let cell = |command: &&str| Cell { held: held(command), ..Cell::default() };
            let cells = commands.iter().map(cell).collect();
            let row = Row { node: NodeId::from_index(0), label: None, cells };
            Table { first: 1, last: 2, rows: vec![row], whose: None }
        };
        assert!(table(&["x1", "x2"]).shows_commands(44, Letters::Usual));
        assert!(!table(&["x1", "append a long one"]).shows_commands(64, Letters::Usual));
        assert!(!table(&["x1"]).shows_commands(36, Letters::Usual));
        assert!(table(&["x1"]).shows_commands(64, Letters::Large));
        assert!(!table(&["c1.1"]).shows_commands(64, Letters::Large));
    }

    #[test]
    fn five_logs_of_thirty_entries_fit_between_both_columns() {
        // 1440 less 224 and 336.
        let width = cell_width(880.0 - MARGIN, 31, false);
        assert!(width >= WIDTH_USUAL && f64::from(width) * 31.0 <= 880.0 - MARGIN, "{width}");
    }

    #[test]
    fn cells_narrow_before_rows_scroll_where_there_are_many() {
        assert_eq!(cell_width(800.0, 39, false), WIDTH_USUAL, "these scroll");
        assert!(cell_width(800.0, 45, true) < WIDTH_USUAL);
        assert_eq!(cell_width(800.0, 200, true), WIDTHS[0]);
    }

    #[test]
    fn few_entries_show_their_commands() {
        assert!(cell_width(800.0, 5, false) >= WIDTH_OF_COMMANDS);
        assert!(cell_width(800.0, 18, false) >= WIDTH_OF_COMMANDS);
        assert!(cell_width(800.0, 19, false) < WIDTH_OF_COMMANDS);
    }
}
