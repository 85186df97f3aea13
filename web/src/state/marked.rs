//! What belongs to a transaction that is selected: the nodes that have to do with it, its messages
//! under way, and what stands in its entries.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_core::view::{Field, Value, number};
use netsplit_sim::choice::EnvelopeId;
use netsplit_sim::run::{Flying, OpShown, WorldView};

use super::selection::{NodeSet, shown};
use crate::draw::logs::entry_of;

/// It.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marked {
    /// Its client, and who leads the groups where it stands in a log.
    pub nodes: NodeSet,
    /// Its messages.
    pub messages: Vec<EnvelopeId>,
    /// How its entries name it; nothing where there are none.
    pub words: String,
}

impl Marked {
    /// That of a transaction in the attempt of a moment.
    pub fn new(view: &WorldView, op: &OpShown, now: Time) -> Marked {
        let attempt = op.transaction.as_ref().and_then(|shown| shown.attempt(now));
        let (Some(attempt), true) = (attempt, op.called <= now) else { return Marked::default() };
        let mut nodes: Vec<NodeId> = vec![op.client];
        for it in attempt.until(now).iter().filter(|it| it.index.is_some()) {
            let node = leader(view, it.node);
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        let words = attempt.txn.to_string();
        let waits = op.returned.is_none_or(|returned| returned > now);
        let is_of_it = |flying: &&Flying| {
            // An answer to its client does not name it; that has one transaction at a time.
            let to_client = waits && flying.id.to == op.client && flying.id.from.group().is_some();
            to_client
                || flying.fields.iter().any(|field| says(field, &words))
                || carries(view, flying, &words)
        };
        let messages = view.flying.iter().map(|it| &**it).filter(is_of_it).map(|it| it.id);
        Marked {
            nodes: nodes.into_iter().fold(NodeSet::default(), NodeSet::toggled),
            messages: messages.collect(),
            words,
        }
    }
}

/// Who leads the group of a server; that server where nobody does.
pub fn leader(view: &WorldView, node: NodeId) -> NodeId {
    let of_group = view.nodes.iter().filter(|it| it.id.group() == node.group());
    let leaders = of_group.filter(|it| !it.id.is_client() && it.up && it.glance.leads);
    leaders.max_by_key(|it| it.glance.term).map_or(node, |it| it.id)
}

/// A message has an entry with this in it: which ones it has, the log of its sender knows.
fn carries(view: &WorldView, flying: &Flying, words: &str) -> bool {
    let first = number(&flying.fields, "prev log index") + 1;
    let count = number(&flying.fields, "entries");
    let log = shown(view, flying.id.from).map(|node| &node.log);
    let entry = |index| log.and_then(|log| entry_of(log, index));
    (first..first + count).any(|index| entry(index).is_some_and(|(_, it)| names(it, words)))
}

fn says(field: &Field, words: &str) -> bool {
    holds(&field.value, words)
}

fn holds(value: &Value, words: &str) -> bool {
    match value {
        Value::Text(text) => names(text, words),
        Value::Content(bytes) => names(&bytes.to_string(), words),
        Value::List(all) => all.iter().any(|it| holds(it, words)),
        Value::Record(fields) => fields.iter().any(|field| says(field, words)),
        _ => false,
    }
}

/// Whether a text has a name in it, and not only the beginning of a longer one. Nothing is named by
/// nothing.
pub fn names(text: &str, name: &str) -> bool {
    let goes_on = |end: usize| text[end..].starts_with(|next: char| next.is_ascii_digit());
    let begins =
        |start: usize| text[..start].ends_with(|last: char| last.is_ascii_digit() || last == '.');
    !name.is_empty()
        && text.match_indices(name).any(|(start, it)| !goes_on(start + it.len()) && !begins(start))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use netsplit_sim::link::What;
    use netsplit_sim::moment::Moment;
    use netsplit_sim::scenario::Script;

    use super::*;
    use crate::state::play::Play;
    use crate::state::selection::flying;

    #[test]
    fn a_name_is_no_beginning_of_another() {
        assert!(names("8.1 prepare 0 120500.1.3 1 2", "120500.1.3"));
        assert!(names("120500.1.3", "120500.1.3"));
        assert!(!names("prepare 0 120500.1.31 1", "120500.1.3"));
        assert!(!names("prepare 0 9120500.1.3 1", "120500.1.3"));
        assert!(names("finish 120500.1.31 120500.1.3", "120500.1.3"));
        assert!(!names("anything", ""));
    }

    #[test]
    fn a_transaction_has_its_nodes_its_messages_and_its_entries() {
        let text = "scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2\n\
                    c1 join 1 2\n\
                    run for 1s\n\
                    c1 txn append 0 1; append 1 2\n\
                    c2 txn append 2 2\n\
                    run for 1s\n";
        let script = Script::parse(text).unwrap_or_else(|why| panic!("{why}"));
        let mut play =
            Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened");
        let (mut kinds, mut answers, mut most) = (BTreeSet::new(), 0, 0);
        for millis in (1_000..1_900).step_by(3) {
            let now = Time::from_micros(millis * 1_000);
            play.advance(Moment::after(now), u64::MAX);
            let ops = play.run.operations(0).changed;
            let Some(op) = ops.first().filter(|op| op.called <= now) else { continue };
            let view = play.run.view();
            let marked = Marked::new(&view, op, now);
            assert!(marked.nodes.has(op.client));
            for id in &marked.messages {
                assert_ne!(id.to.to_string(), "c2", "it is of another");
                kinds.extend(flying(&view, *id).map(|flying| flying.kind));
                answers += usize::from(id.to == op.client);
            }
            most = most.max(marked.nodes.iter().count());
        }
        assert_eq!(most, 3, "its client and two leaders");
        assert!(answers > 5);
        for kind in ["TxnRead", "TxnValue", "Prepare", "Vote", "Decide", "Finish", "AppendEntries"]
        {
            assert!(kinds.contains(kind), "{kind}: {kinds:?}");
        }
        let ops = play.run.operations(0).changed;
        let view = play.run.view();
        let marked = Marked::new(&view, &ops[0], Time::from_micros(1_400_000));
        let with = |node: &&std::rc::Rc<netsplit_sim::run::NodeShown>| {
            node.log.entries.iter().any(|(_, it)| names(it, &marked.words))
        };
        assert_eq!(view.nodes.iter().filter(with).count(), 6, "in the logs of both groups");
    }
}
