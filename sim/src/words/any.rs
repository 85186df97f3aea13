//! What is said of a lab that says nothing of its own: who runs, what is under way, what broke. A
//! lab begins with these and puts its own sentences in their places.

use netsplit_core::id::NodeId;

use crate::choice::Choice;
use crate::run::WorldView;
use crate::verb::{Selector, Verb};

use super::caption::{Offer, Stories};
use super::outcome::Told;
use super::{nodes, violation};

/// The stories of such a lab.
pub const STORIES: Stories = Stories {
    moment,
    offer,
    is_over: |_| false,
    entry: |_, _, index, term| format!("Entry {index}, term {term}."),
    node,
    message: |flying, _| {
        let (kind, from, to) = (flying.kind, flying.id.from, flying.id.to);
        format!("{from} sends {kind} to {to}.")
    },
    outcome,
};

/// What is broken first; then who is down, or that all run.
fn moment(view: &WorldView) -> String {
    let now = present(view);
    match view.broken.first() {
        None => now,
        Some(first) => {
            let because = first.because.as_deref();
            let because = because.map_or_else(|| format!("{}.", violation(first)), str::to_owned);
            format!("{because} {now}")
        }
    }
}

fn present(view: &WorldView) -> String {
    if view.nodes.iter().any(|node| node.incarnation == 0) {
        return "The nodes start.".to_owned();
    }
    let down: Vec<NodeId> = view.nodes.iter().filter(|node| !node.up).map(|node| node.id).collect();
    match down[..] {
        [] => format!("All {} nodes run.", view.nodes.len()),
        [only] => format!("{only} is down."),
        _ => format!("{} are down.", nodes(&down)),
    }
}

/// Where nothing comes by itself, somebody who is down starts again.
fn offer(view: &WorldView) -> Option<Offer> {
    let waits = matches!(view.next, None | Some((_, Choice::Drop(_))));
    let down = view.nodes.iter().find(|node| waits && !node.up)?.id;
    let verb = Verb::Restart(Selector::node(down));
    Some(Offer { label: format!("Restart {down}"), verb })
}

fn node(view: &WorldView, id: NodeId) -> String {
    match view.nodes.iter().find(|node| node.id == id) {
        Some(it) if it.up => format!("{id} runs."),
        Some(_) => format!("{id} is down. What is on its disk stays there."),
        None => String::new(),
    }
}

/// The first two things that were told, or how all stand.
fn outcome(_: &WorldView, after: &WorldView, told: &[Told]) -> String {
    let matters = told.iter().filter(|(_, it)| it.matters).map(|(_, it)| &*it.text);
    let first: Vec<&str> = matters.take(2).collect();
    match first[..] {
        [] => present(after),
        _ => first.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use netsplit_core::time::Time;

    use super::*;
    use crate::open;
    use crate::run::Told as Said;
    use crate::scenario::Script;

    #[test]
    fn who_runs_what_is_sent_and_what_followed_is_said_of_any_lab() {
        let script = Script::parse("scenario raft nodes=3 seed=7\ncrash n3\nrun for 300ms\n");
        let mut run = open::script(&script.expect("it is a script"), Vec::new()).expect("it opens");
        let start = run.view();
        while run.view().flying.is_empty() && run.step() {}
        let view = run.view();
        assert_eq!((STORIES.moment)(&start), "The nodes start.");
        assert_eq!((STORIES.moment)(&view), "n3 is down.");
        let n3 = NodeId::from_index(2);
        assert_eq!((STORIES.node)(&view, n3), "n3 is down. What is on its disk stays there.");
        assert_eq!((STORIES.offer)(&view), None, "a message is under way");
        let said = (STORIES.message)(&view.flying[0], &view);
        assert!(said.contains(" sends RequestVote to "), "{said}");
        let told = |matters, text: &str| Said::new(n3, matters, text.to_owned());
        let all = [told(false, "It waits."), told(true, "It counts.")].map(|it| (Time::ZERO, it));
        assert_eq!((STORIES.outcome)(&start, &view, &all), "It counts.");
        assert_eq!((STORIES.outcome)(&start, &view, &[]), "n3 is down.");
    }
}
