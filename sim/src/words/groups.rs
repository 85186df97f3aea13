//! What is said where servers replicate in several groups: of each group what Raft says of a
//! cluster, and of the whole who has no leader, which shards are on their way, and what is not
//! committed yet.

use netsplit_core::id::NodeId;
use netsplit_core::view::{Field, Value};

use crate::run::{NodeShown, WorldView};

use super::caption::Offer;
use super::outcome::Told as ToldAt;
use super::{capital, nodes, raft};

/// Who replicates together: a group by its number; the servers of no group for `None`, which are the
/// only ones of most labs, and elsewhere the controller.
pub(super) type Group = Option<u32>;

/// The groups of a view, in order.
pub(super) fn of(view: &WorldView) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for node in view.nodes.iter().filter(|node| !node.id.is_client()) {
        if groups.last() != Some(&node.id.group()) {
            groups.push(node.id.group());
        }
    }
    groups
}

/// The view of the servers of one group, as Raft knows it.
pub(super) fn alone(view: &WorldView, group: Group) -> WorldView {
    let is_in = |node: NodeId| !node.is_client() && node.group() == group;
    let mut own = view.clone();
    own.nodes.retain(|node| is_in(node.id));
    own.cuts.retain(|(from, to)| is_in(*from) && is_in(*to));
    let between: Vec<bool> =
        view.flying.iter().map(|flying| is_in(flying.id.from) && is_in(flying.id.to)).collect();
    let keeps = |place: usize| between.get(place).copied().unwrap_or(false);
    own.flying = pick(&view.flying, keeps);
    own.news = pick(&view.news, keeps);
    own.broken.retain(|broken| broken.because.is_none());
    own
}

fn pick<T: Clone>(from: &[T], keeps: impl Fn(usize) -> bool) -> Vec<T> {
    let kept = from.iter().enumerate().filter(|(place, _)| keeps(*place));
    kept.map(|(_, it)| it.clone()).collect()
}

/// `g2`, `the controller`.
fn name(group: Group) -> String {
    group.map_or_else(|| "the controller".to_owned(), |number| format!("g{number}"))
}

/// A sentence of one group: its names say which, but for the controller's and where it has none.
fn within(group: Group, text: &str) -> String {
    let of_member = group.is_some_and(|number| text.starts_with(&format!("g{number}.")));
    let of_node = text.starts_with('n') && text[1..].starts_with(|it: char| it.is_ascii_digit());
    match of_member {
        true => text.to_owned(),
        false if of_node => format!("In {}, {text}", name(group)),
        false => {
            let mut text = text.to_owned();
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            let there = if text.starts_with("no ") { "there is " } else { "" };
            format!("In {}, {there}{text}", name(group))
        }
    }
}

/// How the servers stand, but for what is broken. `of_entries`: where there are several groups and
/// nothing else is to be said of them, what the newest entry of one waits for.
pub(super) fn moment(view: &WorldView, of_entries: bool) -> String {
    let groups = of(view);
    let part = |group: Group| WorldView { broken: Vec::new(), ..alone(view, group) };
    let say = |group: Group, part: &WorldView| within(group, &(raft::STORIES.moment)(part));
    if let [only] = groups[..] {
        return (raft::STORIES.moment)(&part(only));
    }
    let parts: Vec<(Group, WorldView)> =
        groups.into_iter().map(|group| (group, part(group))).collect();
    if let Some((group, part)) = parts.iter().find(|(_, part)| leaders(part).count() > 1) {
        return say(*group, part);
    }
    let without: Vec<&(Group, WorldView)> =
        parts.iter().filter(|(_, part)| leaders(part).next().is_none()).collect();
    match without[..] {
        [] => {}
        [(group, part)] => return say(*group, part),
        _ => return several_without_leader(parts.len(), &without),
    }
    let moving =
        on_their_way(&parts.iter().flat_map(|(_, part)| leaders(part)).collect::<Vec<_>>());
    if !moving.is_empty() {
        return moving;
    }
    let open = |part: &WorldView| {
        leaders(part).any(|it| it.glance.last_index > it.glance.committed || it.paused)
    };
    // The controller is asked all the time: its entries are not what a person waits for.
    let waits = |(group, part): &&(Group, WorldView)| of_entries && group.is_some() && open(part);
    match parts.iter().find(waits) {
        Some((group, part)) => say(*group, part),
        None => "Every group has a leader.".to_owned(),
    }
}

fn leaders(part: &WorldView) -> impl Iterator<Item = &NodeShown> {
    part.nodes.iter().map(|node| &**node).filter(|node| node.up && node.glance.leads)
}

/// `The controller and g1 have no leader. g1.n2 asks for votes.`
fn several_without_leader(all: usize, without: &[&(Group, WorldView)]) -> String {
    let who = match without.len() == all {
        true => "No group has a leader yet.".to_owned(),
        false => {
            let names: Vec<String> = without.iter().map(|(group, _)| name(*group)).collect();
            let text = format!("{} have no leader.", listed(&names));
            if without[0].0.is_none() { capital(&text) } else { text }
        }
    };
    let asks = |node: &&NodeShown| node.up && !node.paused && node.view.role == "candidate";
    let asking: Vec<NodeId> = without
        .iter()
        .flat_map(|(_, part)| part.nodes.iter().map(|node| &**node).filter(asks))
        .map(|node| node.id)
        .collect();
    match asking.len() {
        0 => who,
        1 => format!("{who} {} asks for votes.", nodes(&asking)),
        _ => format!("{who} {} ask for votes.", nodes(&asking)),
    }
}

/// `a, b and c`.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => names.concat(),
    }
}

/// `g2 waits for shards 0, 3 and 5 from g1.`, and once they are there `g1 keeps shards 0, 3 and 5
/// until g2 has them.` Empty where none is on its way.
fn on_their_way<'a>(leaders: &[&'a NodeShown]) -> String {
    let all = |state: &'static str| {
        let of = move |leader: &&'a NodeShown| leader.id.group().map(|here| (here, *leader));
        leaders.iter().filter_map(of).flat_map(move |(here, leader)| {
            on_way(leader, state).map(move |(shard, there)| (here, there, shard))
        })
    };
    let pulled = all("pulling from ").next().is_some();
    let mut ways: Vec<(u32, String, Vec<String>)> = Vec::new();
    for (here, there, shard) in all(if pulled { "pulling from " } else { "leaving to " }) {
        match ways.iter_mut().find(|(other, it, _)| *other == here && *it == there) {
            Some((_, _, shards)) => shards.push(shard.to_string()),
            None => ways.push((here, there, vec![shard.to_string()])),
        }
    }
    let way = |(here, there, shards): &(u32, String, Vec<String>)| {
        let (what, them) = if shards.len() == 1 { ("shard", "it") } else { ("shards", "them") };
        match pulled {
            true => format!("g{here} waits for {what} {} from {there}", listed(shards)),
            false => format!("g{here} keeps {what} {} until {there} has {them}", listed(shards)),
        }
    };
    match &ways[..] {
        [] => String::new(),
        [only] => format!("{}.", way(only)),
        [first, rest @ ..] => format!("{}, {}.", way(first), {
            let rest: Vec<String> = rest.iter().map(way).collect();
            listed(&rest)
        }),
    }
}

/// The records of a list in a server's view.
pub(super) fn rows<'a>(server: &'a NodeShown, name: &str) -> impl Iterator<Item = &'a [Field]> {
    let rows = match server.view.get(name) {
        Some(Value::List(rows)) => rows.as_slice(),
        _ => &[],
    };
    rows.iter().filter_map(|row| match row {
        Value::Record(fields) => Some(fields.as_slice()),
        _ => None,
    })
}

/// The shards of a server in a state, each with the group at the other end of its way.
fn on_way<'a>(server: &'a NodeShown, is: &'a str) -> impl Iterator<Item = (u64, String)> + 'a {
    rows(server, "shards").filter_map(move |row| {
        let field = |name: &str| row.iter().find(|field| field.name == name);
        let Some(Value::Number(shard)) = field("shard").map(|it| &it.value) else { return None };
        let Some(Value::Text(state)) = field("state").map(|it| &it.value) else { return None };
        let other = state.strip_prefix(is)?.split([',', ' ']).next()?;
        Some((*shard, other.to_owned()))
    })
}

/// What would let the first group go on that cannot.
pub(super) fn offer(view: &WorldView) -> Option<Offer> {
    of(view).into_iter().find_map(|group| (raft::STORIES.offer)(&alone(view, group)))
}

/// What an act led to among the servers: of the first group in which something changed.
pub(super) fn leads_to(before: &WorldView, after: &WorldView, told: &[ToldAt]) -> String {
    let groups = of(after);
    let change = |group: &Group| {
        let told: Vec<ToldAt> =
            told.iter().filter(|(_, told)| told.node.group() == *group).cloned().collect();
        raft::change(&alone(before, *group), &alone(after, *group), &told)
    };
    match groups[..] {
        [only] => (raft::STORIES.outcome)(&alone(before, only), &alone(after, only), told),
        _ => groups.iter().find_map(change).unwrap_or_else(|| {
            let within = super::outcome::wait_text(after.moment.at.since(before.moment.at));
            format!("no leader changes within {within}")
        }),
    }
}
