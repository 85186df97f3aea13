//! The logs: one row a node under one ruler of indexes.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_sim::run::{NodeShown, WorldView};
use yew::prelude::*;

use super::stage::role_of;
use super::{does, term_class};
use crate::labs::{self, Mark};
use crate::state::action::Action;
use crate::state::selection::Selection;

/// What the rows show.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lab's word.
    pub lab: AttrValue,
    /// The moment.
    pub view: Rc<WorldView>,
    /// Rows in a figure's order; empty for the order of the names.
    pub order: Vec<NodeId>,
    /// What is selected.
    pub selection: Selection,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Indexes shown at most, the newest.
const COLUMNS_MOST: u64 = 40;
/// With so many indexes or fewer, cells are wide enough for their commands.
const COLUMNS_WIDE: u64 = 12;

/// The rows.
#[component]
pub fn Logs(props: &Props) -> Html {
    let Props { lab, view, order, selection, on } = props;
    let last = |node: &Rc<NodeShown>| node.log.start + node.log.entries.len() as u64;
    let last = view.nodes.iter().map(last).max().unwrap_or(0);
    let first = last.saturating_sub(COLUMNS_MOST - 1).max(1);
    let wide = last.saturating_sub(first) < COLUMNS_WIDE;
    let marks = (labs::look(lab).marks)(view);
    let whose = match &marks {
        // Where there is room for it.
        Some((leader, _)) if last < first + 9 => {
            format!("arrow and bar: next and match index of {leader}")
        }
        _ => String::new(),
    };
    let place = |node: &&Rc<NodeShown>| order.iter().position(|id| *id == node.id);
    let mut rows: Vec<&Rc<NodeShown>> = view.nodes.iter().collect();
    rows.sort_by_key(|node| (place(node).unwrap_or(usize::MAX), node.id));
    let row = |node: &Rc<NodeShown>| {
        let mark =
            marks.as_ref().and_then(|(_, marks)| marks.iter().find(|mark| mark.node == node.id));
        html! {
            <Row key={node.id.number()} node={Rc::clone(node)} {first} {last}
                mark={mark.copied()} selected={selection.node() == Some(node.id)}
                on={does(on, Action::Select(Selection::Node(node.id)))} />
        }
    };
    let rows_box = use_node_ref();
    {
        // The newest entries are at the right.
        let rows_box = rows_box.clone();
        use_effect_with(last, move |_| {
            if let Some(element) = rows_box.cast::<web_sys::Element>() {
                element.set_scroll_left(element.scroll_width());
            }
        });
    }
    html! {
        <section class={classes!("logs", wide.then_some("wide"))} ref={rows_box} aria-label="Logs">
            if last == 0 {
                <p class="logs-empty">{ "No entries yet. C sends a command." }</p>
            } else {
                <div class="logs-row logs-ruler" aria-hidden="true">
                    <span class="logs-name"></span>
                    { for (first..=last).map(|index| html! { <span class="logs-cell">{ index }</span> }) }
                    <span class="logs-whose">{ whose }</span>
                </div>
            }
            { for rows.into_iter().map(row) }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct RowProps {
    node: Rc<NodeShown>,
    first: u64,
    last: u64,
    mark: Option<Mark>,
    selected: bool,
    on: Callback<MouseEvent>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps { node, first, last, mark, selected, on } = props;
    let log = &node.log;
    let role = role_of(node);
    let star = if role == "leader" { " ★" } else { "" };
    let next = (last + 1).max(*first);
    let cell = |index: u64| {
        if index == log.start {
            let title = format!("Entries 1 to {index} are in a snapshot");
            return html! { <span class="logs-cell snapshot" {title}>{ format!("…{index}") }</span> };
        }
        let place = index.checked_sub(log.start + 1).and_then(|place| usize::try_from(place).ok());
        let marks = mark.map(|mark| {
            classes!(
                (mark.matched == index).then_some("matched"),
                (mark.next == index).then_some("next")
            )
        });
        match place.and_then(|place| log.entries.get(place)) {
            None => {
                let inside = (index < log.start).then_some("in-snapshot");
                html! { <span class={classes!("logs-cell", inside, marks)}></span> }
            }
            Some((term, command)) => {
                let state = classes!(
                    (index <= log.committed).then_some("committed"),
                    (index <= log.applied).then_some("applied"),
                    (index > log.durable).then_some("volatile"),
                );
                let is = if index <= log.committed { "committed" } else { "not committed" };
                html! {
                    <span class={classes!("logs-cell", "entry", term_class(*term), state, marks)}
                        title={format!("Entry {index}, term {term}, {is}: {command}")}>
                        <b>{ term }</b><span class="logs-command">{ command }</span>
                    </span>
                }
            }
        }
    };
    html! {
        <div class={classes!("logs-row", format!("role-{role}"), selected.then_some("selected"))}>
            <button class="logs-name" onclick={on.clone()} title={format!("{}, {role}", node.id)}>
                { format!("{}{star}", node.id) }
            </button>
            { for (*first..=next).map(cell) }
        </div>
    }
}
