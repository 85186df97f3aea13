//! Who leads, how an election stands, and why there is none.

use crate::order::by_rank;
use netsplit_core::id::NodeId;
use netsplit_core::view::{Field, Value};

use crate::run::{NodeShown, WorldView};
use crate::verb::{Selector, Verb};
use crate::words::caption::Offer;

use super::log::newest_entry;
use super::{capital, count, follows, hears, needed, node, nodes, reach, up, voted_for};

/// Nobody takes itself for the leader.
pub(super) fn without_leader(view: &WorldView) -> String {
    let all = view.nodes.len();
    if view.nodes.iter().any(|node| node.incarnation == 0) {
        return format!("{} nodes, about to start.", capital(&count(all)));
    }
    if up(view).next().is_none() {
        return format!(
            "All {} nodes are down. Term, vote and log are on their disks.",
            count(all)
        );
    }
    let highest = |role: &str| {
        let of_role = || up(view).filter(|node| node.view.role == role && !node.paused);
        let term = of_role().map(|node| node.glance.term).max()?;
        Some((term, of_role().filter(|node| node.glance.term == term).collect::<Vec<_>>()))
    };
    if let Some((term, candidates)) = highest("candidate") {
        return match candidates[..] {
            [only] => one_candidate(view, only, term),
            _ => several_candidates(view, &candidates, term),
        };
    }
    let most = up(view).map(|node| reach(view, node).len()).max().unwrap_or(0);
    let running = up(view).filter(|node| !node.paused).count();
    if most < needed(view) {
        let why = match all - running {
            0 => String::new(),
            _ => format!(" {}", who_is_away(view)),
        };
        return format!("Nobody can lead: {most} of {all} in reach, {} needed.{why}", needed(view));
    }
    if let Some((_, asking)) = highest("pre-candidate") {
        let names: Vec<NodeId> = asking.iter().map(|node| node.id).collect();
        let verb = if names.len() == 1 { "asks" } else { "ask" };
        return format!(
            "No leader. {} {verb} whether the others would vote (dissertation 9.6).",
            nodes(&names)
        );
    }
    let gone = up(view).find_map(|node| follows(node).filter(|leader| !runs(view, *leader)));
    match gone {
        Some(leader) => {
            let what =
                if node(view, leader).is_some_and(|node| node.up) { "paused" } else { "down" };
            format!(
                "{leader} is {what}, and nobody has noticed yet. The first election timer to run out asks for votes."
            )
        }
        None if view.nodes.iter().all(|node| node.glance.term == 0) => {
            format!(
                "{} nodes, no leader. The first timer to run out asks for votes.",
                capital(&count(all))
            )
        }
        None => "No leader. The first election timer to run out asks for votes.".to_owned(),
    }
}

fn runs(view: &WorldView, id: NodeId) -> bool {
    node(view, id).is_some_and(|node| node.up && !node.paused)
}

/// `n3 and n4 are down.`
fn who_is_away(view: &WorldView) -> String {
    let down: Vec<NodeId> = view.nodes.iter().filter(|node| !node.up).map(|node| node.id).collect();
    let paused: Vec<NodeId> = up(view).filter(|node| node.paused).map(|node| node.id).collect();
    let part = |who: &[NodeId], what: &str| match who {
        [] => None,
        [one] => Some(format!("{one} is {what}")),
        _ => Some(format!("{} are {what}", nodes(who))),
    };
    let parts: Vec<String> =
        [part(&down, "down"), part(&paused, "paused")].into_iter().flatten().collect();
    format!("{}.", parts.join(", "))
}

/// Votes that a candidate knows of: granted, refused.
fn votes(candidate: &NodeShown) -> (usize, usize) {
    let Some(Value::List(answers)) = candidate.view.get("votes") else { return (0, 0) };
    let counted = |wanted: bool| {
        let is = |answer: &&Value| match answer {
            Value::Record(fields) => {
                fields.iter().any(|field: &Field| field.value == Value::Flag(wanted))
            }
            _ => false,
        };
        answers.iter().filter(is).count()
    };
    (counted(true), counted(false))
}

fn one_candidate(view: &WorldView, candidate: &NodeShown, term: u64) -> String {
    let (all, needed, name) = (view.nodes.len(), needed(view), candidate.id);
    let asks = format!("{name} asks for votes in term {term}.");
    let others = || up(view).filter(|other| other.id != name);
    if reach(view, candidate).len() < needed {
        let asked = others().filter(|other| hears(view, other, candidate)).count();
        let heard = others().filter(|other| hears(view, candidate, other)).count();
        return match (asked, heard) {
            (1.., 0) => format!("{asks} It cannot hear an answer, so it cannot win."),
            _ => format!(
                "{asks} It reaches {} of {all}, and needs {needed}.",
                reach(view, candidate).len()
            ),
        };
    }
    match votes(candidate) {
        (_, refused) if all - refused < needed => {
            format!(
                "{asks} {} of {all} refused, so it cannot win this term.",
                capital(&count(refused))
            )
        }
        (granted, _) => format!("{asks} It has {granted} of the {needed} it needs."),
    }
}

fn several_candidates(view: &WorldView, candidates: &[&NodeShown], term: u64) -> String {
    let given = |of: NodeId| {
        let votes = view.nodes.iter().filter(|node| node.glance.term == term);
        votes.filter(|node| voted_for(node) == Some(of)).count()
    };
    let open = up(view).filter(|node| node.glance.term < term).count();
    let best = candidates.iter().map(|node| given(node.id)).max().unwrap_or(0);
    let names: Vec<NodeId> = candidates.iter().map(|node| node.id).collect();
    if best + open < needed(view) {
        let each: Vec<String> = names.iter().map(|id| format!("{id} {}", given(*id))).collect();
        return format!(
            "Split vote in term {term}: {}. Nobody can get {} any more.",
            each.join(", "),
            needed(view)
        );
    }
    let has: Vec<String> = candidates.iter().map(|node| votes(node).0.to_string()).collect();
    let has = match &has[..] {
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
        [] => String::new(),
    };
    format!(
        "{} ask for votes in term {term}. They have {has}; it takes {}.",
        nodes(&names),
        needed(view)
    )
}

/// One node takes itself for the leader.
pub(super) fn with_leader(view: &WorldView, leader: &NodeShown) -> String {
    let (name, term, needed) = (leader.id, leader.glance.term, needed(view));
    if leader.paused {
        return format!("{name} leads term {term} and is paused: its heartbeats stop.");
    }
    let reached = reach(view, leader);
    if reached.len() < needed {
        return format!("{} {}", alone(view, leader, &reached), newest_entry(view, leader))
            .trim_end()
            .to_owned();
    }
    let ahead = up(view).filter(|node| node.glance.term > term);
    if let Some(ahead) = ahead.max_by_key(|node| node.glance.term) {
        let second = match ahead.view.role {
            "candidate" => {
                let (granted, _) = votes(ahead);
                format!(
                    "{} asks for votes in term {}: {granted} of {needed}.",
                    ahead.id, ahead.glance.term
                )
            }
            _ => format!(
                "{} is in term {} already, and ends that lead (5.1).",
                ahead.id, ahead.glance.term
            ),
        };
        return format!("{name} leads term {term}. {second}");
    }
    let follow = |node: &&NodeShown| {
        node.id != name && node.glance.term == term && follows(node) == Some(name)
    };
    let (heard, others) = (up(view).filter(follow).count(), view.nodes.len() - 1);
    let second = match newest_entry(view, leader) {
        _ if heard == 0 && leader.glance.last_index == leader.glance.committed => {
            "Its first heartbeats are on their way.".to_owned()
        }
        entry if !entry.is_empty() => entry,
        _ if heard == others => "All others follow.".to_owned(),
        _ if heard == 1 => format!("One of {} follows.", count(others)),
        _ => format!("{} of {} follow.", capital(&count(heard)), count(others)),
    };
    format!("{name} leads term {term}. {second}")
}

/// A leader without a majority: `n1 takes itself for leader of term 3 and
/// reaches only n2.`
fn alone(view: &WorldView, leader: &NodeShown, reached: &[NodeId]) -> String {
    let (name, term) = (leader.id, leader.glance.term);
    let others: Vec<NodeId> = reached.iter().copied().filter(|id| *id != name).collect();
    let asked = up(view).filter(|other| other.id != name && hears(view, other, leader)).count();
    if others.is_empty() && asked + 1 >= needed(view) {
        return format!("{name} leads term {term}, and no answer reaches it.");
    }
    let whom =
        if others.is_empty() { "nobody".to_owned() } else { format!("only {}", nodes(&others)) };
    format!("{name} takes itself for leader of term {term} and reaches {whom}.")
}

/// Several take themselves for leaders: of different terms, that is no
/// contradiction (5.2).
pub(super) fn two_leaders(view: &WorldView, leaders: &[&NodeShown]) -> String {
    let all = view.nodes.len();
    let mut by_term = leaders.to_vec();
    by_rank(&mut by_term, |node| u128::from(node.glance.term));
    let can = by_term.iter().filter(|node| reach(view, node).len() >= needed(view));
    let can: Vec<NodeId> = can.map(|node| node.id).collect();
    // Mended, whoever is of an older term only does not know it yet: whom it reaches
    // says nothing of what it can do.
    let parted = can.len() < 2;
    let each: Vec<String> = by_term
        .iter()
        .map(|node| {
            let name = format!("{} of term {}", node.id, node.glance.term);
            match node.paused {
                true => format!("{name} is paused"),
                false if parted => format!("{name} reaches {} of {all}", reach(view, node).len()),
                false => name,
            }
        })
        .collect();
    let second = match can[..] {
        [] => " Neither can commit.".to_owned(),
        [only] => format!(" Only {only} can commit."),
        _ => {
            let newest = by_term.last().map_or(0, |node| node.glance.term);
            format!(" Whoever hears of term {newest} steps down (5.1).")
        }
    };
    format!("{} leaders: {}.{second}", capital(&count(leaders.len())), each.join(", "))
}

/// What would let a leader be elected where none can be.
pub(super) fn offer(view: &WorldView) -> Option<Offer> {
    let most = up(view).map(|node| reach(view, node).len()).max().unwrap_or(0);
    let starts = view.nodes.iter().any(|node| node.incarnation == 0);
    if starts || most >= needed(view) && view.next.is_some() {
        return None;
    }
    let paused: Vec<NodeId> = up(view).filter(|node| node.paused).map(|node| node.id).collect();
    let down: Vec<NodeId> = view.nodes.iter().filter(|node| !node.up).map(|node| node.id).collect();
    let offer = |label: String, verb: Verb| Some(Offer { label, verb });
    if !view.cuts.is_empty() && up(view).count() >= needed(view) {
        return offer("Mend the network".to_owned(), Verb::MendAll(Selector::All));
    }
    if !paused.is_empty() {
        return offer(format!("Resume {}", nodes(&paused)), Verb::Resume(Selector::Nodes(paused)));
    }
    if !down.is_empty() {
        let all = down.len() == view.nodes.len();
        let label =
            if all { "Restart all".to_owned() } else { format!("Restart {}", nodes(&down)) };
        return offer(label, Verb::Restart(Selector::Nodes(down)));
    }
    let held = view.flying.iter().any(|flying| flying.held);
    held.then_some(())?;
    offer("Release what is held".to_owned(), Verb::ReleaseAll)
}
