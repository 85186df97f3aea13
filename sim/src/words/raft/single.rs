//! Stories of single things: a node, a message under way.

use netsplit_core::id::NodeId;
use netsplit_core::view::{Value, field, number};

use crate::run::{Flying, NodeShown, WorldView};
use crate::words::outcome::wait_text;

use super::{follows, needed, node, reach, term_at, voted_for};

/// How a node stands: what it is, what it has, what it waits for.
pub(super) fn node_story(view: &WorldView, id: NodeId) -> String {
    let Some(it) = node(view, id) else { return String::new() };
    if !it.up {
        let is = if it.incarnation == 0 { "has not started" } else { "is down" };
        return format!("{id} {is}. {}", on_disk(it));
    }
    let term = it.glance.term;
    let is = match it.view.role {
        "leader" => {
            let reached = reach(view, it).len();
            let enough = if reached < needed(view) { ", too few to commit" } else { "" };
            format!("{id} leads term {term} and reaches {reached} of {}{enough}.", view.nodes.len())
        }
        "candidate" => format!("{id} asks for votes in term {term}."),
        "pre-candidate" => format!("{id} asks whether it would be elected after term {term}."),
        _ => match follows(it) {
            Some(leader) => format!("{id} follows {leader} in term {term}."),
            None => format!("{id} follows nobody yet in term {term}."),
        },
    };
    let paused = if it.paused { " It is paused: what comes waits." } else { "" };
    let voted = match voted_for(it) {
        Some(candidate) if candidate != id => format!(" It voted for {candidate}."),
        _ => String::new(),
    };
    format!("{is}{paused}{voted} {}{}", log_end(it), timer(view, it))
}

fn on_disk(it: &NodeShown) -> String {
    match it.log.durable {
        0 => "Its disk holds no entry.".to_owned(),
        last => format!("Its disk holds entries up to {last}; what was in memory is gone."),
    }
}

fn log_end(it: &NodeShown) -> String {
    let (last, committed) = (it.glance.last_index, it.glance.committed);
    match (last, term_at(it, last)) {
        (0, _) => "Its log is empty.".to_owned(),
        (_, Some(term)) if committed == last => {
            format!("Its log ends with entry {last} of term {term}, all of it committed.")
        }
        (_, Some(term)) => {
            format!(
                "Its log ends with entry {last} of term {term}; it knows {committed} to be committed."
            )
        }
        (_, None) => format!("Its log is the snapshot of entries 1 to {last}."),
    }
}

fn timer(view: &WorldView, it: &NodeShown) -> String {
    let election = it.timers.iter().find(|(name, ..)| name == "election");
    match election {
        Some((_, _, at)) if it.up && !it.glance.leads && !it.paused => {
            format!(" Its election timer runs out in {}.", wait_text(at.since(view.moment.at)))
        }
        _ => String::new(),
    }
}

// ── A message ──────────────────────────────────────────────────────────────

/// What a message asks or answers, in the paper's words, and what will become of
/// it where that is known.
pub(super) fn message_story(flying: &Flying, view: &WorldView) -> String {
    let says = says(flying);
    let (from, to) = (flying.id.from, flying.id.to);
    let receiver = node(view, to);
    let receiver_term = receiver.filter(|node| node.up).map_or(0, |node| node.glance.term);
    let fate = if flying.held {
        format!(" It is held, and waits before {to}.")
    } else if view.cuts.contains(&(from, to)) {
        " The link is cut: it will be lost there.".to_owned()
    } else if receiver.is_some_and(|node| !node.up) {
        format!(" {to} is down: it will be lost there.")
    } else {
        String::new()
    };
    let old = if !flying.reply && receiver_term > flying.term {
        format!(" {to} is in term {receiver_term} and will refuse it (5.1).")
    } else {
        String::new()
    };
    format!("{says}{fate}{old}")
}

fn says(flying: &Flying) -> String {
    let (from, to, term, fields) = (flying.id.from, flying.id.to, flying.term, &flying.fields[..]);
    let of = |name: &str| number(fields, name);
    match flying.kind {
        "RequestVote" => {
            let log = match of("last log index") {
                0 => "Its log is empty".to_owned(),
                last => format!("Its log ends with entry {last} of term {}", of("last log term")),
            };
            match field(fields, "pre-vote") {
                Some(_) => format!(
                    "{from} asks whether {to} would vote for it in term {term}. {log} (dissertation 9.6)."
                ),
                None => {
                    format!("{from} asks {to} for its vote in term {term}. {log} (5.2, 5.4.1).")
                }
            }
        }
        "RequestVoteReply" if flying.positive => format!("{from} gives {to} its vote (5.2)."),
        "RequestVoteReply" => {
            format!("{from} refuses {to} its vote, and is in term {term} (5.2, 5.4.1).")
        }
        "AppendEntries" => {
            let (prev, many, committed) =
                (of("prev log index"), of("entries"), of("leader commit"));
            let behind = match prev {
                0 => "at the beginning".to_owned(),
                _ => format!("behind entry {prev} of term {}", of("prev log term")),
            };
            match many {
                0 if prev == 0 => format!("A heartbeat: {from} leads term {term} (5.2)."),
                0 => format!(
                    "A heartbeat: {from} leads term {term}, its log has entry {prev} of term {}, and {committed} are committed (5.2).",
                    of("prev log term")
                ),
                1 => format!(
                    "{from} sends {to} entry {}, to stand {behind}; {committed} are committed (5.3).",
                    prev + 1
                ),
                _ => format!(
                    "{from} sends {to} entries {} to {}, to stand {behind}; {committed} are committed (5.3).",
                    prev + 1,
                    prev + many
                ),
            }
        }
        "AppendEntriesReply" if flying.positive => match of("match index") {
            0 => format!("{from} has heard {to}, leader of term {term} (5.2)."),
            last => format!("{from}'s log agrees with {to}'s up to entry {last} (5.3)."),
        },
        "AppendEntriesReply" => match field(fields, "conflict index") {
            None => format!("{from} refuses: it is in term {term} (5.1)."),
            Some(_) => match field(fields, "conflict term") {
                Some(Value::Number(other)) => format!(
                    "{from} refuses: its entry {} is of term {other}, from entry {} on (5.3).",
                    of("prev log index"),
                    of("conflict index")
                ),
                _ => format!(
                    "{from} refuses: it has no entry {}; its log ends before {} (5.3).",
                    of("prev log index"),
                    of("conflict index").max(1)
                ),
            },
        },
        "InstallSnapshot" => {
            let (offset, bytes) = (of("offset"), of("bytes"));
            let last = if field(fields, "done") == Some(&Value::Flag(true)) {
                ", the last of them"
            } else {
                ""
            };
            format!(
                "{from} sends {to} bytes {offset} to {} of the snapshot of entries 1 to {}{last} (7).",
                (offset + bytes).saturating_sub(1),
                of("last included index")
            )
        }
        "InstallSnapshotReply" if field(fields, "done") == Some(&Value::Flag(true)) => {
            format!(
                "{from} has the whole snapshot of entries 1 to {} (7).",
                of("last included index")
            )
        }
        "InstallSnapshotReply" => format!(
            "{from} has {} bytes of the snapshot of entries 1 to {} (7).",
            of("offset"),
            of("last included index")
        ),
        kind => format!("{from} sends {to} {kind}."),
    }
}
