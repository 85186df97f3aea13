//! Who waits for whom at a moment, as shards have it: whose locks they wait for, whether they wait in
//! a circle, and who was wounded.

use netsplit_core::history::OpId;
use netsplit_core::time::Time;
use netsplit_core::txn::command::TxnId;
use netsplit_core::view::word;
use netsplit_sim::run::{Mark, OpShown, WorldView};
use netsplit_sim::words::transaction;

use super::shards::most_advanced;

/// Wounds that are told at most.
const WOUNDS: usize = 4;

/// A transaction that waits, or is waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// The transaction that it is an attempt of.
    pub op: Option<OpId>,
    /// What it does.
    pub does: String,
    /// How it stands in shards: `has locks`, `prepared`, `wounded`.
    pub stands: Vec<String>,
    /// It began before those behind it.
    age: Option<TxnId>,
}

/// One waits for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Who waits, by place.
    pub from: usize,
    /// For whom.
    pub to: usize,
    /// The keys whose locks that one has.
    pub keys: Vec<String>,
    /// They wait in a circle.
    pub in_circle: bool,
}

/// One that was wounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wound {
    /// When.
    pub at: Time,
    /// The transaction.
    pub op: OpId,
    /// Who, and by whom.
    pub words: String,
}

/// The graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Those in it, the oldest first.
    pub nodes: Vec<Node>,
    /// Who waits for whom.
    pub edges: Vec<Edge>,
    /// Names of those that wait in a circle, each for the next, and the last for the first.
    pub circle: Vec<String>,
    /// Who was wounded last, the newest first.
    pub wounds: Vec<Wound>,
}

/// A lock of a group.
struct Lock {
    key: String,
    holders: Vec<String>,
}

impl Waits {
    /// The graph of a moment; `ops` are the transactions called by then, in order.
    pub fn new(view: &WorldView, ops: &[OpShown], now: Time) -> Waits {
        let mut waits = Waits::default();
        let (mut locks, mut pairs, mut stands) = (Vec::new(), Vec::new(), Vec::new());
        for group in 1..=view.cast().groups.count {
            let Some(node) = most_advanced(view, Some(group)) else { continue };
            let names = |row, name| -> Vec<String> {
                word(row, name).split_whitespace().map(str::to_owned).collect()
            };
            for row in node.view.rows("locks") {
                let holders = [names(row, "shared by"), names(row, "alone")].concat();
                locks.push(Lock { key: word(row, "key"), holders });
            }
            for row in node.view.rows("waits") {
                let who = word(row, "transaction");
                pairs.extend(names(row, "waits for").into_iter().map(|other| (who.clone(), other)));
            }
            for row in node.view.rows("under way") {
                stands.push((word(row, "transaction"), word(row, "is"), word(row, "shard")));
            }
        }
        pairs.dedup();
        let mut names: Vec<&String> = pairs.iter().flat_map(|(who, other)| [who, other]).collect();
        names.sort_unstable();
        names.dedup();
        waits.nodes = names.into_iter().map(|name| node(name, ops, now, &stands)).collect();
        // Those of which nothing else is known come last.
        waits.nodes.sort_by(|one, other| {
            let key = |node: &Node| (node.age.is_none(), node.age);
            key(one).cmp(&key(other)).then_with(|| one.name.cmp(&other.name))
        });
        for (who, other) in &pairs {
            let place = |name: &String| waits.nodes.iter().position(|node| node.name == *name);
            let (Some(from), Some(to)) = (place(who), place(other)) else { continue };
            let keys = keys(&waits.nodes[from], other, &locks, ops, now);
            if !waits.edges.iter().any(|edge| (edge.from, edge.to) == (from, to)) {
                waits.edges.push(Edge { from, to, keys, in_circle: false });
            }
        }
        waits.look_for_circle();
        waits.wounds = wounds(ops, now);
        waits
    }

    /// Looks for those that wait for each other: each is followed until it comes back.
    fn look_for_circle(&mut self) {
        let Some(circle) = (0..self.nodes.len()).find_map(|from| self.back_to(from)) else {
            return;
        };
        for edge in &mut self.edges {
            let place = circle.iter().position(|it| *it == edge.from);
            edge.in_circle =
                place.is_some_and(|place| circle[(place + 1) % circle.len()] == edge.to);
        }
        self.circle = circle.into_iter().map(|place| self.nodes[place].name.clone()).collect();
    }

    /// The shortest way from one back to it.
    fn back_to(&self, start: usize) -> Option<Vec<usize>> {
        let mut paths = vec![vec![start]];
        let mut seen = vec![false; self.nodes.len()];
        while !paths.is_empty() {
            let mut longer = Vec::new();
            for path in paths {
                let last = path[path.len() - 1];
                for edge in self.edges.iter().filter(|edge| edge.from == last) {
                    if edge.to == start {
                        return Some(path);
                    }
                    if !std::mem::replace(&mut seen[edge.to], true) {
                        longer.push([&path[..], &[edge.to]].concat());
                    }
                }
            }
            paths = longer;
        }
        None
    }
}

/// The attempt of a name, and the transaction that it is of: the last that had it.
fn named<'a>(name: &str, ops: &'a [OpShown], now: Time) -> Option<(&'a OpShown, TxnId)> {
    ops.iter().rev().find_map(|op| {
        let attempts = op.transaction.iter().flat_map(|shown| &shown.attempts);
        let begun = attempts.filter(|attempt| attempt.began <= now).map(|attempt| attempt.txn);
        begun.into_iter().find(|txn| txn.name() == name).map(|txn| (op, txn))
    })
}

fn node(name: &str, ops: &[OpShown], now: Time, stands: &[(String, String, String)]) -> Node {
    let known = named(name, ops, now);
    let of_it = stands.iter().filter(|(other, ..)| other == name);
    let does = known.and_then(|(op, _)| op.transaction.as_ref());
    Node {
        name: name.to_owned(),
        op: known.map(|(op, _)| op.id),
        does: does.map_or_else(String::new, |shown| transaction::does(&shown.ops)),
        stands: of_it.map(|(_, is, shard)| format!("{is} in shard {shard}")).collect(),
        age: known.map(|(_, txn)| txn),
    }
}

/// The keys whose locks another has, of those that one wants: of all that it touches, where it is
/// not known which.
fn keys(who: &Node, other: &str, locks: &[Lock], ops: &[OpShown], now: Time) -> Vec<String> {
    let op = who.op.and_then(|id| ops.iter().find(|op| op.id == id));
    let wanted = op.and_then(|op| transaction::waits_for(op, now)).and_then(|(_, key)| key);
    let touches = |key: &str| {
        let ops = op.and_then(|op| op.transaction.as_ref()).map(|shown| &shown.ops);
        ops.is_none_or(|ops| ops.iter().any(|op| op.key().text() == key))
    };
    let held = locks.iter().filter(|lock| lock.holders.iter().any(|holder| holder == other));
    let keys = held.map(|lock| lock.key.clone());
    keys.filter(|key| wanted.map_or_else(|| touches(key), |wanted| wanted.text() == *key)).collect()
}

fn wounds(ops: &[OpShown], now: Time) -> Vec<Wound> {
    let of_op = |op: &OpShown| -> Vec<Wound> {
        let attempts = op.transaction.iter().flat_map(|shown| &shown.attempts);
        let marks = attempts.flat_map(|it| it.until(now).iter().map(move |mark| (it.txn, mark)));
        let wounded = marks.filter(|(_, it)| matches!(it.mark, Mark::Wounded { .. }));
        let said = |txn: TxnId, mark: &Mark| format!("{} {}", txn.name(), transaction::said(mark));
        wounded
            .map(|(txn, it)| Wound { at: it.at, op: op.id, words: said(txn, &it.mark) })
            .collect()
    };
    let mut wounds: Vec<Wound> = ops.iter().rev().take(64).flat_map(of_op).collect();
    wounds.sort_by_key(|wound| std::cmp::Reverse(wound.at));
    wounds.truncate(WOUNDS);
    wounds
}

#[cfg(test)]
mod tests {
    use netsplit_sim::link::What;
    use netsplit_sim::moment::Moment;
    use netsplit_sim::scenario::Script;

    use super::*;
    use crate::state::play::Play;

    /// Two groups of one server, two shards, and links that take 10 ms; then this.
    fn waits(options: &str, script: &str, millis: &[u64]) -> Vec<Waits> {
        let text = format!(
            "scenario txn nodes=3 groups=2x1 clients=2 seed=1 save=0ms delay=10ms shards=2 {options}\n\
             fire n1 election\n\
             fire g1.n1 election\n\
             fire g2.n1 election\n\
             run for 100ms\n\
             c1 join 1 2\n\
             run for 500ms\n\
             {script}"
        );
        let script = Script::parse(&text).unwrap_or_else(|why| panic!("{why}"));
        let mut play =
            Play::new(What::Written(text), script, Vec::new()).expect("it can be opened");
        let at = |millis: &u64| {
            let now = Time::from_micros(millis * 1_000);
            play.advance(Moment::after(now), u64::MAX);
            let ops = play.run.operations(0).changed;
            Waits::new(&play.run.view(), &ops, now)
        };
        millis.iter().map(at).collect()
    }

    const CROSSED: &str = "c1 txn append 0 1; append 1 2\n\
                           c2 txn append 1 3; append 0 4\n\
                           run for 2s\n";

    #[test]
    fn who_waits_in_a_circle_is_found_with_the_keys() {
        let all = waits("wound-wait=off", CROSSED, &[610, 700]);
        let [before, crossed] = &all[..] else { panic!("there are two") };
        assert_eq!((&before.nodes[..], before.circle.len()), (&[][..], 0));
        let names: Vec<&str> = crossed.nodes.iter().map(|node| &*node.name).collect();
        assert_eq!(names, ["T1.1", "T2.1"], "the oldest first");
        assert_eq!(crossed.nodes[0].does, "append 0 1; append 1 2");
        assert!(crossed.nodes[0].stands[0].starts_with("has locks in shard"));
        let edge = |from, to, key: &str| Edge { from, to, keys: vec![key.into()], in_circle: true };
        let mut edges = crossed.edges.clone();
        edges.sort_by_key(|edge| edge.from);
        assert_eq!(edges, [edge(0, 1, "1"), edge(1, 0, "0")]);
        assert_eq!(crossed.circle, ["T1.1", "T2.1"]);
    }

    #[test]
    fn where_older_ones_wound_nobody_waits_in_a_circle() {
        let millis: Vec<u64> = (600..1_000).collect();
        let all = waits("", CROSSED, &millis);
        assert!(all.iter().all(|waits| waits.circle.is_empty()));
        assert!(all.iter().flat_map(|it| &it.edges).all(|edge| edge.to < edge.from), "for older");
        let wounds = &all[399].wounds;
        assert_eq!(wounds.len(), 1);
        assert!(wounds[0].words.starts_with("T2.1 is wounded by T1.1"), "{}", wounds[0].words);
    }

    #[test]
    fn a_circle_is_found_beside_those_that_only_lead_to_it() {
        let edge = |from, to| Edge { from, to, keys: Vec::new(), in_circle: false };
        let node = |name: &str| Node { name: name.into(), ..Node::default() };
        let mut waits = Waits {
            nodes: ["a", "b", "c", "d"].map(node).to_vec(),
            edges: vec![edge(0, 1), edge(1, 2), edge(2, 3), edge(3, 1)],
            ..Waits::default()
        };
        waits.look_for_circle();
        assert_eq!(waits.circle, ["b", "c", "d"]);
        let circle: Vec<bool> = waits.edges.iter().map(|edge| edge.in_circle).collect();
        assert_eq!(circle, [false, true, true, true]);
    }
}
