//! What the page shows of raft beyond the generic inspector, event list and rows.

use netsplit_core::id::NodeId;
use netsplit_core::raft::mutants::Mutant;
use netsplit_core::raft::options::Options;
use netsplit_core::time::Span;
use netsplit_core::view::{Field, NodeView, Value};
use netsplit_sim::labs::raft_options::options_from_pairs;
use netsplit_sim::run::{Flying, WorldView};
use netsplit_sim::scenario::Setup;
use netsplit_sim::words;

use super::{Headings, Look, Mark, Shape};

/// Raft.
pub const LOOK: Look = Look {
    lab: "raft",
    title: "Raft",
    parts: &[("2A", "Election"), ("2B", "Log"), ("2C", "Persistence"), ("2D", "Snapshots")],
    racing: &["election"],
    race,
    shape,
    marks,
    ask: "propose",
    timing,
    command,
    what_if,
};

/// Figure 2's, and what it leaves to the implementation.
pub const HEADINGS: Headings = &[
    (
        "Persistent on all servers",
        &["current term", "voted for", "log", "last index", "snapshot index", "snapshot term"],
    ),
    ("Volatile on all servers", &["commit index", "last applied", "leader", "own copy durable to"]),
    ("Volatile on leaders", &["next index", "match index", "feed"]),
    ("Volatile on candidates", &["votes"]),
];

/// A letter of a term that is over: its receiver has just answered with its own term, and with
/// nothing to go back to.
fn what_if(view: &WorldView) -> Option<(&'static str, &'static str)> {
    let refuses = |answer: &Flying| {
        answer.kind == "AppendEntriesReply"
            && answer.sent == view.moment.at
            && !answer.positive
            && !answer.fields.iter().any(|field| field.name == "conflict index")
    };
    let refused = view.flying.iter().any(|answer| refuses(answer));
    refused.then_some(("What if it accepted?", Mutant::AcceptOldAppend.id()))
}

/// The longest election time-out; options that are wrong never come so far.
fn race(options: &[(String, String)]) -> Span {
    options_from_pairs(options)
        .map_or(Options::paper().election_max, |options| options.election_max)
}

/// Of options that are right, since a run was opened with them.
fn timing(setup: &Setup) -> Option<String> {
    let options = options_from_pairs(&setup.options).ok()?;
    words::timing_trouble(&options, &setup.network.links, setup.save_takes)
}

fn shape(kind: &str) -> Shape {
    match kind {
        "RequestVote" => Shape::Triangle,
        "InstallSnapshot" => Shape::Block,
        _ => Shape::Square,
    }
}

fn command(number: u64) -> String {
    format!("x{number}")
}

/// The selected leader, else that of the highest term, with its `nextIndex` and
/// `matchIndex` (Figure 2).
fn marks(view: &WorldView, selected: Option<NodeId>) -> Option<(NodeId, Vec<Mark>)> {
    let leaders = || view.nodes.iter().filter(|node| node.glance.leads);
    let chosen = leaders().find(|node| Some(node.id) == selected);
    let leader = chosen.or_else(|| leaders().max_by_key(|node| node.glance.term))?;
    let others = view.nodes.iter().filter(|node| node.id != leader.id);
    let mark = |node: NodeId| {
        let next = index_of(&leader.view, "next index", node)?;
        let matched = index_of(&leader.view, "match index", node)?;
        Some(Mark { node, next, matched })
    };
    Some((leader.id, others.filter_map(|node| mark(node.id)).collect()))
}

/// What a leader's list holds for a follower.
fn index_of(view: &NodeView, list: &str, node: NodeId) -> Option<u64> {
    let Some(Value::List(rows)) = view.get(list) else { return None };
    let of_node = |row: &&Value| matches!(row, Value::Record(fields) if field(fields, "node") == Some(&Value::Node(node)));
    match rows.iter().find(of_node)? {
        Value::Record(fields) => Some(number(fields, "value")),
        _ => None,
    }
}

fn field<'a>(fields: &'a [Field], name: &str) -> Option<&'a Value> {
    fields.iter().find(|field| field.name == name).map(|field| &field.value)
}

fn number(fields: &[Field], name: &str) -> u64 {
    match field(fields, name) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    }
}
