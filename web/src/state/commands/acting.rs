//! What is done to the run: to a node, a message, a link, a timer, all of it.

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;
use netsplit_sim::labs::LabWords;
use netsplit_sim::run::{Flying, NodeShown};
use netsplit_sim::verb::{Selector, Verb};
use netsplit_sim::words;

use super::{About, At, Chord, Command, Group, Offer};
use crate::later;
use crate::state::action::{Action, link_act};
use crate::state::path;
use crate::state::selection::{Selection, flying, shown};

/// How much later a message or a timer comes, until the person writes another time.
const LATER: Span = Span::from_millis(100);

const fn on_node(
    id: &'static str,
    name: &'static str,
    keys: &'static [Chord],
    does: fn(&At<'_>) -> Option<Offer>,
) -> Command {
    Command { id, name, group: Group::Node, about: About::Node, keys, does }
}

const fn on_message(
    id: &'static str,
    name: &'static str,
    keys: &'static [Chord],
    does: fn(&At<'_>) -> Option<Offer>,
) -> Command {
    Command { id, name, group: Group::Message, about: About::Message, keys, does }
}

const fn on_link(
    id: &'static str,
    name: &'static str,
    does: fn(&At<'_>) -> Option<Offer>,
) -> Command {
    Command { id, name, group: Group::More, about: About::Link, keys: &[], does }
}

const fn on_cluster(
    id: &'static str,
    name: &'static str,
    keys: &'static [Chord],
    does: fn(&At<'_>) -> Option<Offer>,
) -> Command {
    Command { id, name, group: Group::Cluster, about: About::Cluster, keys, does }
}

pub(super) const COMMANDS: &[Command] = &[
    // ── A node ─────────────────────────────────────────────────────────────
    on_node("crash", "Crash or restart the selected node", &[Chord::key("x")], |at| {
        if let Some((who, names)) = chosen(at, |node| node.up) {
            return act(format!("Crash {names}"), Verb::Crash { who, kept: 0, torn: 0 });
        }
        let (who, names) = chosen(at, |node| !node.up)?;
        act(format!("Restart {names}"), Verb::Restart(who))
    }),
    on_node("into", "Open its group", &[], |at| {
        let group = path::group_of(at.selection, None)?;
        let groups = at.model.view().cast().groups.count;
        let is_new = groups > 0 && at.model.alone != Some(group);
        let name = format!("Open {}", path::group_name(group));
        is_new.then_some(())?;
        Offer::named(name, Action::ShowGroup(Some(group), None))
    }),
    on_node("join", "Let its group join or leave", &[], |at| {
        let group = path::group_of(at.selection, None).filter(|group| *group > 0)?;
        let view = at.model.view();
        let (name, verb) = (later::groups(view.cast())?.joins)(view, group)?;
        act(name, verb)
    }),
    on_node("pause", "Pause or resume it", &[Chord::key("p")], |at| {
        if let Some((who, names)) = chosen(at, |node| node.up && !node.paused) {
            return act(format!("Pause {names}"), Verb::Pause(who));
        }
        let (who, names) = chosen(at, |node| node.up && node.paused)?;
        act(format!("Resume {names}"), Verb::Resume(who))
    }),
    on_node("isolate", "Isolate it, or mend its links", &[Chord::key("i")], |at| {
        let (who, names) = chosen(at, |_| true)?;
        let nodes = at.selection.nodes();
        let cuts = &at.model.view().cuts;
        match cuts.iter().any(|(from, to)| nodes.has(*from) || nodes.has(*to)) {
            false => act(format!("Isolate {names}"), Verb::Isolate(who)),
            true => act(format!("Mend all links of {names}"), Verb::MendAll(who)),
        }
    }),
    on_node("time-out", "Its election time-out, now", &[Chord::key("e")], |at| {
        let node = node(at).filter(|node| node.up)?;
        let racing = at.model.look().racing;
        let (name, code, _) = node.timers.iter().find(|(name, ..)| racing.contains(&&**name))?;
        let name = format!("{}’s {name} time-out, now", node.id);
        act(name, Verb::Fire(Selector::node(node.id), *code))
    }),
    on_node("send-to", "Command to the selected node…", &[], |at| {
        let node = node(at).filter(|node| node.up)?;
        if node.id.is_client() {
            let name = format!("Let {} ask for something…", node.id);
            return Offer::named(name, Action::Write(format!("{} ", node.id)));
        }
        first_client(at).is_none().then_some(())?;
        let name = format!("Send a command to {}…", node.id);
        Offer::named(name, Action::Write(format!("{} {} ", at.model.look().ask, node.id)))
    }),
    on_node("crash-keeping", "Crash it, with its pending saves on the disk", &[], |at| {
        let node = node(at).filter(|node| node.up && node.pending.0 > 0)?;
        let (who, kept) = (Selector::node(node.id), node.pending.0);
        let name = format!("Crash {}, its pending saves on the disk", node.id);
        act(name, Verb::Crash { who, kept, torn: 0 })
    }),
    on_node("lie", "Let its disk lie about saves", &[], |at| {
        let node = server(at).filter(|node| !disk(at, node.id).1)?;
        let name = format!("Let the disk of {} lie about saves", node.id);
        act(name, Verb::Lie(Selector::node(node.id)))
    }),
    on_node("honest", "Let its disk be honest again", &[], |at| {
        let node = node(at).filter(|node| disk(at, node.id).1)?;
        act(format!("Let the disk of {} be honest", node.id), Verb::Honest(Selector::node(node.id)))
    }),
    on_node("persist", "Its oldest pending save, now", &[], |at| {
        let node = node(at).filter(|node| node.pending.0 > 0)?;
        let name = format!("Finish the oldest save of {}", node.id);
        act(name, Verb::Persist(Selector::node(node.id)))
    }),
    on_node("stall", "Stall its disk", &[], |at| {
        let node = server(at).filter(|node| !disk(at, node.id).0)?;
        act(format!("Stall the disk of {}", node.id), Verb::Stall(Selector::node(node.id)))
    }),
    on_node("unstall", "Let its disk go on", &[], |at| {
        let node = node(at).filter(|node| disk(at, node.id).0)?;
        let name = format!("Let the disk of {} go on", node.id);
        act(name, Verb::Unstall(Selector::node(node.id)))
    }),
    on_node("wipe", "Wipe its disk", &[], |at| {
        let node = server(at)?;
        act(format!("Wipe the disk of {}", node.id), Verb::Wipe(Selector::node(node.id)))
    }),
    // ── A message ──────────────────────────────────────────────────────────
    on_message("deliver", "Deliver the selected message now", &[Chord::key("g")], |at| {
        let message = message(at)?;
        act(format!("Deliver {} now", called(message)), Verb::Deliver(message.id))
    }),
    on_message("hold", "Hold or release it", &[Chord::key("h")], |at| {
        let message = message(at)?;
        match message.held {
            false => act(format!("Hold {}", called(message)), Verb::Hold(message.id)),
            true => act(format!("Release {}", called(message)), Verb::Release(message.id)),
        }
    }),
    on_message("drop", "Drop it", &[Chord::key("d")], |at| {
        let message = message(at)?;
        act(format!("Drop {}", called(message)), Verb::Drop(message.id))
    }),
    on_message("duplicate", "Duplicate it", &[Chord::key("u")], |at| {
        let message = message(at)?;
        act(format!("Duplicate {}", called(message)), Verb::Duplicate(message.id))
    }),
    on_message("delay", "Delay it…", &[], |at| {
        let message = message(at).filter(|message| !message.held)?;
        let line = lab(at).show(&Verb::Delay(message.id, LATER)).to_string();
        Offer::named(format!("Delay {}…", called(message)), Action::Write(line))
    }),
    // ── A link, a timer, an entry, a branch ────────────────────────────────
    on_link("link-there", "Cut or mend one direction of the link", |at| {
        let (one, two) = link(at)?;
        direction(at, one, two)
    }),
    on_link("link-back", "Cut or mend the other direction of the link", |at| {
        let (one, two) = link(at)?;
        direction(at, two, one)
    }),
    on_link("link-cut", "Cut the link both ways", |at| {
        let (one, two) = link(at).filter(|(one, two)| !is_cut(at, *one, *two, |a, b| a && b))?;
        let (from, to) = (Selector::node(one), Selector::node(two));
        act(format!("Cut {one} – {two} both ways"), Verb::Cut { from, to, both: true })
    }),
    on_link("link-mend", "Mend the link both ways", |at| {
        let (one, two) = link(at).filter(|(one, two)| is_cut(at, *one, *two, |a, b| a || b))?;
        let (from, to) = (Selector::node(one), Selector::node(two));
        act(format!("Mend {one} – {two} both ways"), Verb::Mend { from, to, both: true })
    }),
    Command {
        id: "timer-fire",
        name: "Let the timer run out now",
        group: Group::More,
        about: About::Timer,
        keys: &[],
        does: |at| {
            let (node, name, code) = timer(at)?;
            act(
                format!("Let {node}’s {name} timer run out now"),
                Verb::Fire(Selector::node(node), code),
            )
        },
    },
    Command {
        id: "timer-put-off",
        name: "Put the timer off…",
        group: Group::More,
        about: About::Timer,
        keys: &[],
        does: |at| {
            let (node, name, code) = timer(at)?;
            let verb = Verb::PutOff(Selector::node(node), code, LATER);
            let line = lab(at).show(&verb).to_string();
            Offer::named(format!("Put {node}’s {name} timer off…"), Action::Write(line))
        },
    },
    Command {
        id: "entry-node",
        name: "Select the node of the entry",
        group: Group::More,
        about: About::Entry,
        keys: &[],
        does: |at| match at.selection {
            Selection::Entry(node, _) => {
                Offer::named(format!("Select {node}"), Action::Select(Selection::Node(node)))
            }
            _ => None,
        },
    },
    Command {
        id: "branch-show",
        name: "Show the branch",
        group: Group::More,
        about: About::Branch,
        keys: &[],
        does: |at| match at.selection {
            Selection::Branch(branch) => Offer::plain(Action::ShowBranch(branch)),
            _ => None,
        },
    },
    Command {
        id: "branch-name",
        name: "Name the branch here…",
        group: Group::Run,
        about: About::Page,
        keys: &[Chord::key("f")],
        does: |_| Offer::plain(Action::Write("name ".to_owned())),
    },
    // ── The cluster ────────────────────────────────────────────────────────
    on_cluster("send", "Command to the leader", &[Chord::key("c")], |at| match first_client(at) {
        None => Offer::plain(Action::SendCommand),
        Some(client) => Offer::named(format!("Command from {client}"), Action::SendCommand),
    }),
    on_cluster(
        "send-written",
        "Command to the leader, written first…",
        &[Chord::shift("c")],
        |at| {
            let ask = at.model.look().ask;
            match first_client(at) {
                None => Offer::plain(Action::Write(format!("{ask} "))),
                Some(client) => {
                    let name = format!("Command from {client}, written first…");
                    Offer::named(name, Action::Write(format!("{client} {ask} ")))
                }
            }
        },
    ),
    on_cluster("restart-leader", "Crash and restart the leader", &[Chord::key("r")], |at| {
        let nodes = at.model.view().nodes.iter().filter(|node| node.glance.leads);
        let leader = nodes.max_by_key(|node| node.glance.term)?.id;
        let who = Selector::node(leader);
        let crash = Verb::Crash { who: who.clone(), kept: 0, torn: 0 };
        let name = format!("Crash and restart {leader}, the leader");
        Offer::named(name, Action::ActTogether(vec![crash, Verb::Restart(who)]))
    }),
    on_cluster("spread", "Spread the election timers", &[Chord::key("t")], |at| {
        together(super::super::timers::spread(at.model))
    }),
    on_cluster("align", "Align the election timers", &[Chord::key("a")], |at| {
        together(super::super::timers::align(at.model))
    }),
    on_cluster("restart-all", "Restart and mend everything", &[Chord::key("b")], |at| {
        let view = at.model.view();
        let of = |wanted: fn(&NodeShown) -> bool| -> Vec<NodeId> {
            view.nodes.iter().filter(|node| wanted(node)).map(|node| node.id).collect()
        };
        let (down, paused) = (of(|node| !node.up), of(|node| node.paused));
        let mut verbs = Vec::new();
        verbs.extend((!view.cuts.is_empty()).then_some(Verb::MendAll(Selector::All)));
        verbs.extend((!view.rules.is_empty()).then_some(Verb::LiftAll));
        let held = view.flying.iter().any(|flying| flying.held);
        verbs.extend(held.then_some(Verb::ReleaseAll));
        verbs.extend((!paused.is_empty()).then_some(Verb::Resume(Selector::Nodes(paused))));
        verbs.extend((!down.is_empty()).then_some(Verb::Restart(Selector::Nodes(down))));
        together(verbs)
    }),
    on_cluster("be-network", "You are the network: hold all messages", &[], |at| {
        let hold = netsplit_sim::choice::RuleAction::Hold;
        let mut rules = at.model.view().rules.iter();
        let stands = rules.any(|(_, rule)| {
            rule.action == hold && rule.from.or(rule.to).is_none() && rule.kind.is_none()
        });
        let rule = netsplit_sim::choice::Rule {
            action: hold,
            from: None,
            to: None,
            kind: None,
            left: None,
        };
        (!stands).then_some(())?;
        Offer::plain(Action::Act(Verb::Rule(rule)))
    }),
    on_cluster("lift-all", "Lift all standing rules", &[], |at| {
        (!at.model.view().rules.is_empty()).then_some(())?;
        Offer::plain(Action::Act(Verb::LiftAll))
    }),
    on_cluster("release-all", "Release all held messages", &[], |at| {
        at.model.view().flying.iter().find(|flying| flying.held)?;
        Offer::plain(Action::Act(Verb::ReleaseAll))
    }),
];

fn act(name: String, verb: Verb) -> Option<Offer> {
    Offer::named(name, Action::Act(verb))
}

/// Several acts at once, if there is anything to do.
fn together(verbs: Vec<Verb>) -> Option<Offer> {
    (!verbs.is_empty()).then_some(Offer { name: None, action: Action::ActTogether(verbs) })
}

fn lab(at: &At<'_>) -> &'static LabWords {
    at.model.play.lab()
}

fn node<'a>(at: &At<'a>) -> Option<&'a NodeShown> {
    shown(at.model.view(), at.selection.node()?).map(|node| &**node)
}

/// The selected node, if it is one that keeps something on its disk.
fn server<'a>(at: &At<'a>) -> Option<&'a NodeShown> {
    node(at).filter(|node| !node.id.is_client())
}

fn first_client(at: &At<'_>) -> Option<NodeId> {
    at.model.view().cast().clients().next()
}

/// Whether the disk of a node is stalled, and whether it lies about saves.
fn disk(at: &At<'_>, node: NodeId) -> (bool, bool) {
    let dials = at.model.play.run.dials().nodes;
    let of = dials.iter().find(|dials| dials.node == node);
    of.map_or((false, false), |dials| (dials.stalled, dials.lies))
}

/// Those of the selected nodes that are as wanted, for an act and for its name.
fn chosen(at: &At<'_>, wanted: fn(&NodeShown) -> bool) -> Option<(Selector, String)> {
    let view = at.model.view();
    let nodes = at.selection.nodes().iter().filter_map(|id| shown(view, id));
    let nodes: Vec<NodeId> = nodes.filter(|node| wanted(node)).map(|node| node.id).collect();
    let names = words::nodes(&nodes);
    (!nodes.is_empty()).then_some((Selector::Nodes(nodes), names))
}

fn message<'a>(at: &At<'a>) -> Option<&'a Flying> {
    flying(at.model.view(), at.selection.message()?)
}

/// A message as menus call it.
pub fn called(message: &Flying) -> String {
    format!("{} {} → {}", message.kind, message.id.from, message.id.to)
}

fn link(at: &At<'_>) -> Option<(NodeId, NodeId)> {
    match at.selection {
        Selection::Link(one, two) => Some((one, two)),
        _ => None,
    }
}

/// How two directions of a link are cut, by whatever of both is asked.
fn is_cut(at: &At<'_>, one: NodeId, two: NodeId, of: fn(bool, bool) -> bool) -> bool {
    let cuts = &at.model.view().cuts;
    of(cuts.contains(&(one, two)), cuts.contains(&(two, one)))
}

fn direction(at: &At<'_>, from: NodeId, to: NodeId) -> Option<Offer> {
    let cut = at.model.view().cuts.contains(&(from, to));
    let word = if cut { "Mend" } else { "Cut" };
    Offer::named(format!("{word} {from} → {to}"), Action::Act(link_act(from, to, !cut)))
}

fn timer<'a>(at: &At<'a>) -> Option<(NodeId, &'a str, u32)> {
    let Selection::Timer(id, code) = at.selection else { return None };
    let node = shown(at.model.view(), id)?;
    let (name, code, _) = node.timers.iter().find(|(_, other, _)| *other == code)?;
    Some((id, name, *code))
}
