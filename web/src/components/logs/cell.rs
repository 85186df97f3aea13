//! One cell of the logs.

use netsplit_core::id::NodeId;
use yew::prelude::*;

use super::name;
use crate::components::{does, term_class};
use crate::draw::logs::{Cell, Held};
use crate::state::action::Action;
use crate::state::selection::Selection;

/// A cell and how it stands in its row.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) cell: Cell,
    pub(super) node: NodeId,
    /// Which of the tables it is in.
    pub(super) place: &'static str,
    pub(super) selected: bool,
    /// Tab comes to it.
    pub(super) stop: bool,
    pub(super) shows_command: bool,
    pub(super) on: Callback<Action>,
}

/// A cell.
#[component]
pub(super) fn LogCell(props: &Props) -> Html {
    props.html()
}

impl Props {
    fn html(&self) -> Html {
        let (cell, on) = (&self.cell, &self.on);
        let marks = classes!(cell.differs.then_some("differs"));
        let arrows = html! {
            <>
                if cell.matched { <i class="logs-matched"></i> }
                if cell.next { <i class="logs-next"></i> }
            </>
        };
        match &cell.held {
            Held::Nothing => match cell.struck {
                Some(term) => html! {
                    <span class={classes!("logs-cell", "gone", term_class(term), marks)} role="gridcell"
                        title={format!("Entry {} of term {term} was here: overwritten", cell.index)}><s>{ term }</s>{ arrows }</span>
                },
                None => html! {
                    <span class={classes!("logs-cell", marks)} aria-hidden="true">{ arrows }</span>
                },
            },
            Held::Later(term) => html! {
                <span class={classes!("logs-cell", "later", term_class(*term), marks)} role="gridcell"
                    title={format!("Entry {} of term {term} comes later", cell.index)}>{ term }{ arrows }</span>
            },
            Held::Snapshot { last: true } => html! {
                <span class={classes!("logs-cell", "snapshot", "last", marks)} role="gridcell"
                    title={format!("Entries 1 to {} are in a snapshot", cell.index)}><b>{ format!("… {}", cell.index) }</b>{ arrows }</span>
            },
            Held::Snapshot { last: false } => html! {
                <span class={classes!("logs-cell", "snapshot", marks)} aria-hidden="true">{ arrows }</span>
            },
            Held::Entry { term, command } => {
                let class = classes!(
                    "logs-cell",
                    "entry",
                    term_class(*term),
                    cell.committed.then_some("committed"),
                    cell.applied.then_some("applied"),
                    (!cell.durable).then_some("volatile"),
                    cell.changed.then_some("changed"),
                    cell.marked.then_some("marked"),
                    self.selected.then_some("selected"),
                    marks,
                );
                let words = self.words(*term, command);
                let entry = Action::Select(Selection::Entry(self.node, cell.index));
                let select = does(on, entry.clone());
                let on = on.clone();
                let oncontextmenu = Callback::from(move |event: MouseEvent| {
                    event.prevent_default();
                    on.emit(entry.clone());
                    on.emit(Action::Run("menu", None));
                });
                // What is read aloud begins with what is seen.
                let seen = match (cell.struck, self.shows_command) {
                    (None, true) => format!("{term} {command}"),
                    (None, false) => term.to_string(),
                    (Some(struck), true) => format!("{struck} {term} {command}"),
                    (Some(struck), false) => format!("{struck} {term}"),
                };
                let label = format!("{seen}. {words}");
                let struck = cell.struck.map(|term| html! { <><s>{ term }</s>{ " " }</> });
                html! {
                    <span {class} id={name(self.place, self.node, cell.index)} role="gridcell" tabindex={if self.stop { "0" } else { "-1" }}
                        aria-selected={self.selected.to_string()} aria-label={label} title={words} onclick={select} {oncontextmenu}>
                        { for struck }<b>{ term }</b>
                        if self.shows_command { { " " }<span class="logs-command">{ command }</span> }
                        { arrows }
                    </span>
                }
            }
        }
    }

    /// All that the cell says, in words.
    fn words(&self, term: u64, command: &str) -> String {
        let cell = &self.cell;
        let mut words = format!("Entry {}, term {term}: {command}. ", cell.index);
        words.push_str(match (cell.applied, cell.committed) {
            (true, _) => "Committed and applied",
            (false, true) => "Committed",
            (false, false) => "Not committed",
        });
        if !cell.durable {
            words.push_str(", not on the disk yet");
        }
        if let Some(term) = cell.struck {
            words.push_str(&format!(", in place of one of term {term}"));
        }
        if cell.differs {
            words.push_str(", other than on the parent branch");
        }
        words
    }
}
