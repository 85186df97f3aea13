//! The stores of all servers as one table: keys against servers, and how each value stands to the
//! leader's; their sessions; and what each keeps in its log and its snapshot.

use netsplit_core::id::NodeId;
use netsplit_core::view::{Field, Value, number, word};
use netsplit_sim::run::{NodeShown, WorldView};
use netsplit_sim::scenario::Setup;

/// Rows that a table shows at most.
pub const ROWS: usize = 50;

/// How what a server has stands to what the leader has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the same.
    Same,
    /// The server has applied less.
    Behind,
    /// It has applied more: the leader has not come so far yet.
    Ahead,
    /// It has applied as much, and has something else.
    Differs,
}

/// What a server has in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What it has; `None` where it has nothing there.
    pub text: Option<String>,
    /// What is said beside it: a version.
    pub aside: String,
    /// Bytes that are not shown.
    pub left_out: u64,
    /// How it stands.
    pub standing: Standing,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its key, or its session.
    pub name: String,
    /// What each server has; `None` of one that is down.
    pub cells: Vec<Option<Cell>>,
}

/// A server, above its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The server.
    pub node: NodeId,
    /// It is the one that the others are compared with.
    pub is_measure: bool,
    /// It leads.
    pub leads: bool,
    /// Its term.
    pub term: u64,
    /// What it has applied; `None` when it is down.
    pub applied: Option<u64>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The servers.
    pub columns: Vec<Column>,
    /// The rows, by name.
    pub rows: Vec<Row>,
    /// Rows that are not shown.
    pub left_out: u64,
}

impl Table {
    /// The keys of a view.
    pub fn of_store(view: &WorldView) -> Table {
        Table::new(view, "store", "key count", |row| {
            let version = number(row, "version");
            Had {
                name: word(row, "key"),
                text: word(row, "value"),
                aside: format!("v{version}"),
                left_out: left_out(row, "value"),
            }
        })
    }

    /// The sessions of a view.
    pub fn of_sessions(view: &WorldView) -> Table {
        Table::new(view, "sessions", "session count", |row| Had {
            name: word(row, "session"),
            text: match number(row, "sequence") {
                0 => "opened".to_owned(),
                sequence => format!("{sequence}: {}", word(row, "reply")),
            },
            aside: format!("at {}", word(row, "used at")),
            left_out: left_out(row, "reply"),
        })
    }

    fn new(view: &WorldView, list: &str, count: &str, had: impl Fn(&[Field]) -> Had) -> Table {
        let servers: Vec<&NodeShown> =
            view.nodes.iter().map(|node| &**node).filter(|node| !node.id.is_client()).collect();
        let measure = measure(&servers);
        let column = |node: &&NodeShown| Column {
            node: node.id,
            is_measure: measure == Some(node.id),
            leads: node.glance.leads,
            term: node.glance.term,
            applied: node.up.then(|| node.view.number("applied")),
        };
        let columns: Vec<Column> = servers.iter().map(column).collect();
        let all: Vec<Vec<Had>> =
            servers.iter().map(|node| node.view.rows(list).map(&had).collect()).collect();
        let mut names: Vec<&str> = Vec::new();
        for had in all.iter().flatten() {
            if let Err(place) = names.binary_search_by(|name| order(name, &had.name)) {
                names.insert(place, &had.name);
            }
        }
        let most = servers.iter().map(|node| node.view.number(count)).max().unwrap_or(0);
        let left_out = most.max(names.len() as u64).saturating_sub(names.len().min(ROWS) as u64);
        names.truncate(ROWS);
        let of_measure = columns.iter().position(|column| column.is_measure);
        let rows = names.iter().map(|name| {
            let find = |place: usize| all[place].iter().find(|had| had.name == *name);
            let theirs = of_measure.and_then(find);
            let cell = |(place, column): (usize, &Column)| {
                let applied = column.applied?;
                let leaders = of_measure.and_then(|place| columns[place].applied);
                let had = find(place);
                let standing = match (had == theirs, leaders) {
                    (true, _) | (_, None) => Standing::Same,
                    (_, Some(leaders)) if applied < leaders => Standing::Behind,
                    (_, Some(leaders)) if applied > leaders => Standing::Ahead,
                    _ => Standing::Differs,
                };
                Some(Cell {
                    text: had.map(|had| had.text.clone()),
                    aside: had.map_or_else(String::new, |had| had.aside.clone()),
                    left_out: had.map_or(0, |had| had.left_out),
                    standing,
                })
            };
            let cells = columns.iter().enumerate().map(cell).collect();
            Row { name: (*name).to_owned(), cells }
        });
        Table { rows: rows.collect(), columns, left_out }
    }
}

/// What a server had in a row.
#[derive(Clone, Debug, PartialEq)]
struct Had {
    name: String,
    text: String,
    aside: String,
    left_out: u64,
}

/// By length and then by letters, so that numbers come in their order.
fn order(one: &str, other: &str) -> std::cmp::Ordering {
    (one.len(), one).cmp(&(other.len(), other))
}

/// Whom the others are compared with: the leader of the highest term, else who has applied most.
fn measure(servers: &[&NodeShown]) -> Option<NodeId> {
    let up = || servers.iter().filter(|node| node.up);
    let leader = up().filter(|node| node.glance.leads).max_by_key(|node| node.glance.term);
    let furthest = || up().max_by_key(|node| node.view.number("applied"));
    leader.or_else(furthest).map(|node| node.id)
}

/// What a server keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeps {
    /// The server.
    pub node: NodeId,
    /// It runs.
    pub up: bool,
    /// Its log, without what is in its snapshot: how many entries, from which to which.
    pub entries: u64,
    /// The first of them.
    pub first: u64,
    /// Their bytes.
    pub log_bytes: u64,
    /// Its snapshot covers entries up to here; 0 when there is none.
    pub covers: u64,
    /// The snapshot's bytes.
    pub snapshot_bytes: u64,
}

/// What all servers keep, and how long a log may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The servers.
    pub servers: Vec<Keeps>,
    /// The bound of a log, in bytes; `None` when there is none.
    pub bound: Option<u64>,
}

impl Kept {
    /// Those of a view.
    pub fn new(view: &WorldView, setup: &Setup) -> Kept {
        let servers = view.nodes.iter().filter(|node| !node.id.is_client()).map(|node| Keeps {
            node: node.id,
            up: node.up,
            entries: node.log.entries.len() as u64,
            first: node.log.start + 1,
            log_bytes: node.view.number("log bytes"),
            covers: node.log.start,
            snapshot_bytes: node.view.number("snapshot bytes"),
        });
        let given = setup.options.iter().rev().find(|(key, _)| key == "log-bytes");
        Kept { servers: servers.collect(), bound: given.and_then(|(_, value)| value.parse().ok()) }
    }

    /// What the longest bar stands for, in bytes.
    pub fn most(&self) -> u64 {
        let each = self.servers.iter().flat_map(|it| [it.log_bytes, it.snapshot_bytes]);
        each.chain(self.bound).max().unwrap_or(0).max(1)
    }
}

/// Bytes that are left out of a field: they stand behind it.
fn left_out(fields: &[Field], name: &str) -> u64 {
    let place = fields.iter().position(|field| field.name == name);
    let next = place.and_then(|place| fields.get(place + 1));
    next.map_or(0, |next| match (next.name, &next.value) {
        ("bytes left out", Value::Number(bytes)) => *bytes,
        _ => 0,
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use netsplit_core::view::NodeView;
    use netsplit_sim::link::What;
    use netsplit_sim::scenario::Script;

    use super::*;
    use crate::state::play::Play;

    /// Up to where a server has applied, and its keys with values and versions.
    type Stored<'a> = (u64, &'a [(&'a str, &'a str, u64)]);

    /// A view of servers with these stores, each with what it has applied; the first leads.
    fn view(stores: &[Stored]) -> WorldView {
        let text = "scenario kv nodes=3 clients=1 seed=1\n";
        let script = Script::parse(text).expect("it is a script");
        let mut play =
            Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened");
        let mut view = (*play.run.view()).clone();
        for (place, (applied, store)) in stores.iter().enumerate() {
            let row = |(key, value, version): &(&str, &str, u64)| {
                Value::Record(vec![
                    Field { name: "key", value: Value::Text((*key).to_owned()) },
                    Field { name: "value", value: Value::Text((*value).to_owned()) },
                    Field::new("version", *version),
                ])
            };
            let rows = Value::List(store.iter().map(row).collect());
            let fields = vec![
                Field { name: "store", value: rows },
                Field::new("key count", store.len() as u64),
                Field::new("applied", *applied),
            ];
            let mut node = (*view.nodes[place]).clone();
            (node.up, node.glance.leads) = (true, place == 0);
            node.view = NodeView { role: "follower", fields };
            view.nodes[place] = Rc::new(node);
        }
        view
    }

    #[test]
    fn each_value_stands_to_the_leaders() {
        let view = view(&[
            (5, &[("x", "2", 2), ("y", "1", 1)]),
            (3, &[("x", "1", 1)]),
            (5, &[("x", "3", 2), ("y", "1", 1)]),
        ]);
        let table = Table::of_store(&view);
        let told = |row: usize| -> Vec<(Option<&str>, Standing)> {
            let cells = table.rows[row].cells.iter().flatten();
            cells.map(|cell| (cell.text.as_deref(), cell.standing)).collect()
        };
        use Standing::{Behind, Differs, Same};
        assert_eq!(told(0), [(Some("2"), Same), (Some("1"), Behind), (Some("3"), Differs)]);
        assert_eq!(told(1), [(Some("1"), Same), (None, Behind), (Some("1"), Same)]);
        assert_eq!((table.rows.len(), table.left_out), (2, 0));
        assert!(table.columns[0].is_measure && !table.columns[1].is_measure);
    }

    #[test]
    fn a_follower_may_be_ahead_of_a_new_leader() {
        let view = view(&[(1, &[]), (2, &[("x", "1", 1)]), (1, &[])]);
        let cell = Table::of_store(&view).rows[0].cells[1].clone().expect("it runs");
        assert_eq!(cell.standing, Standing::Ahead);
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let names: Vec<String> = (0..60).map(|number| format!("k{number:02}")).collect();
        let store: Vec<(&str, &str, u64)> = names.iter().map(|name| (&**name, "v", 1)).collect();
        let table = Table::of_store(&view(&[(60, &store), (0, &[]), (0, &[])]));
        assert_eq!((table.rows.len(), table.left_out), (ROWS, 10));
    }

    #[test]
    fn the_real_thing_has_the_names_that_are_looked_for() {
        let text = "scenario kv nodes=3 clients=2 seed=4 work=on log-bytes=400\n";
        let script = Script::parse(text).expect("it is a script");
        let mut play =
            Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened");
        let end = netsplit_core::time::Time::from_micros(2_000_000);
        play.advance(netsplit_sim::moment::Moment::after(end), u64::MAX);
        let view = play.run.view();
        let (store, sessions) = (Table::of_store(&view), Table::of_sessions(&view));
        assert!(store.rows.iter().any(|row| row.name == "k1" || !row.name.is_empty()));
        assert!(!sessions.rows.is_empty());
        let kept = Kept::new(&view, &play.script.setup);
        assert_eq!((kept.servers.len(), kept.bound), (3, Some(400)));
        assert!(kept.servers.iter().any(|it| it.covers > 0 && it.snapshot_bytes > 0), "{kept:?}");
        assert!(kept.servers.iter().any(|it| it.log_bytes > 0), "{kept:?}");
    }
}
