//! The caption: one or two sentences about a moment, what comes next, and an act
//! where nothing would come by itself. All of it from the view alone, so that
//! it says the same of a moment however one got there.

use std::rc::Rc;

use netsplit_core::id::NodeId;

use crate::labs::LabWords;
use crate::run::{Flying, NodeShown, WorldView};
use crate::verb::Verb;

use super::outcome::Told;
use super::steps::coming;

/// An act that is offered: what its button says, and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What the button says: `Restart n3`.
    pub label: String,
    /// What it does.
    pub verb: Verb,
}

/// What is said of a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Caption {
    /// One or two sentences.
    pub text: String,
    /// What comes next and when, without its full stop: `n2 receives
    /// AppendEntries in 4 ms`.
    pub next: String,
    /// What could be done where nothing comes by itself, or nothing of use.
    pub offer: Option<Offer>,
    /// All is done that was to be done.
    pub is_over: bool,
}

/// What a lab says of its runs, from views alone. The functions of this module
/// and of its neighbours ask it.
#[derive(Debug)]
pub struct Stories {
    /// One or two sentences about the moment, a broken property first.
    pub moment: fn(&WorldView) -> String,
    /// What would let something happen again; `None` while something useful may come
    /// by itself.
    pub offer: fn(&WorldView) -> Option<Offer>,
    /// All is done that was to be done: what a script suggests would change nothing.
    pub is_over: fn(&WorldView) -> bool,
    /// What became of an entry of a node's log, by index and term.
    pub entry: fn(&WorldView, NodeId, u64, u64) -> String,
    /// How a node stands.
    pub node: fn(&WorldView, NodeId) -> String,
    /// What a message under way asks or answers.
    pub message: fn(&Flying, &WorldView) -> String,
    /// What an act led to: the view before it, one some time after, and what was
    /// told in between.
    pub outcome: fn(&WorldView, &WorldView, &[Told]) -> String,
}

/// What there is to say of a moment.
pub fn caption(lab: &'static LabWords, view: &WorldView) -> Caption {
    told(lab, view, view)
}

/// The same where the sentences are about a part of it.
fn told(lab: &'static LabWords, part: &WorldView, view: &WorldView) -> Caption {
    let next = coming(lab, view);
    Caption {
        text: (lab.code().stories.moment)(part),
        next: next.unwrap_or_else(|| "nothing, unless somebody acts".to_owned()),
        offer: (lab.code().stories.offer)(view),
        is_over: (lab.code().stories.is_over)(view),
    }
}

/// What there is to say of a moment to whoever looks at one group alone, 0 for the servers of none.
pub fn caption_of_group(lab: &'static LabWords, view: &WorldView, group: u32) -> Caption {
    let own = super::groups::alone(view, Some(group).filter(|group| *group > 0));
    let broken = view.broken.clone();
    told(lab, &WorldView { broken, ..own }, view)
}

/// A suggestion of the script, about the nodes as they are: `Crash n3` for `Crash
/// the leader`. `None` where it speaks of a leader and there is none.
pub fn suggestion(label: &str, verb: &Verb, view: &WorldView) -> Option<Offer> {
    const LEADER: &str = "the leader";
    let group = verb.speaks_of_leader_of();
    let is_meant = |node: &NodeShown| group.is_none_or(|it| node.id.group().unwrap_or(0) == it);
    let leads = |node: &&Rc<NodeShown>| node.up && node.glance.leads && is_meant(node);
    let leader = view.nodes.iter().filter(leads).max_by_key(|node| node.glance.term);
    let offer = |label: String, verb: Verb| Offer { label, verb };
    let Some(leader) = leader.map(|node| node.id) else {
        let speaks = group.is_some() || *verb != verb.naming(NodeId::from_index(0));
        return (!speaks).then(|| offer(label.to_owned(), verb.clone()));
    };
    Some(offer(label.replace(LEADER, &leader.to_string()), verb.naming(leader)))
}

/// What became of an entry of a node's log: `Entry 2, term 1. On five disks. Committed; every
/// later leader has it (5.4).`
pub fn entry_story(
    lab: &'static LabWords,
    view: &WorldView,
    node: NodeId,
    index: u64,
    term: u64,
) -> String {
    (lab.code().stories.entry)(view, node, index, term)
}

/// How a node stands, in two or three sentences.
pub fn node_story(lab: &'static LabWords, view: &WorldView, node: NodeId) -> String {
    (lab.code().stories.node)(view, node)
}

/// What a message under way asks or answers, in the paper's words.
pub fn message_story(lab: &'static LabWords, flying: &Flying, view: &WorldView) -> String {
    (lab.code().stories.message)(flying, view)
}
