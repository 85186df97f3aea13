//! The logs: one row a node under one ruler of indexes, as a grid in which the
//! arrows go from entry to entry.

mod cell;

use std::cell::Cell as Kept;
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_sim::run::{NodeShown, WorldView};
use yew::prelude::*;

use self::cell::LogCell;
use super::copy::Copy;
use super::stage::role_of;
use super::{does, term_class};
use crate::browser;
use crate::draw::logs::{COLUMNS_MOST, Letters, Row, Table};
use crate::draw::ring::Size;
use crate::hooks::{use_settled, use_size};
use crate::state::action::Action;
use crate::state::selection::{Selection, shown};

/// What the rows show.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The table.
    pub table: Rc<Table>,
    /// Where on the page it stands, for the names of its cells.
    pub place: &'static str,
    /// How large their letters are.
    pub letters: Letters,
    /// Whether commands can be sent.
    pub commands: bool,
    /// A run is being opened: rows without cells.
    pub loading: bool,
    /// The moment.
    pub view: Rc<WorldView>,
    /// What is selected.
    pub selection: Selection,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The size that is assumed until it is known: between both columns of a laptop's page.
const USUAL: Size = Size { width: 880.0, height: 174.0 };
/// So near to its right end, in pixels, the ruler still follows the newest.
const NEAR: i32 = 12;

/// The rows.
#[component]
pub fn Logs(props: &Props) -> Html {
    let Props { table, place, letters, commands, loading, view, selection, on } = props;
    let panel = use_node_ref();
    let size = use_size(panel.clone(), USUAL);
    let width = table.cell_width(size.width);
    let shows_commands = table.shows_commands(width, *letters);
    let follows = use_mut_ref(|| Kept::new(true));
    let scroller = use_node_ref();
    {
        // The newest entries are at the right; whoever has scrolled away stays.
        let (scroller, follows) = (scroller.clone(), Rc::clone(&follows));
        use_settled((table.last, width, size), move || {
            if follows.borrow().get()
                && let Some(element) = scroller.cast::<web_sys::Element>()
            {
                element.set_scroll_left(element.scroll_width());
            }
        });
    }
    let onscroll = {
        let scroller = scroller.clone();
        Callback::from(move |_: Event| {
            if let Some(element) = scroller.cast::<web_sys::Element>() {
                let right = element.scroll_left() + element.client_width();
                follows.borrow().set(right + NEAR >= element.scroll_width());
            }
        })
    };
    let onkeydown = keys(table, place, on);
    let class = classes!(
        "logs",
        format!("cells-{width}"),
        shows_commands.then_some("wide"),
        table.is_dense().then_some("dense"),
        loading.then_some("loading"),
        view.at_edge.then_some("at-edge"),
    );
    // Tab comes to one cell of the grid: the selected one, else the newest.
    let first = table.rows.first().map(|row| row.node);
    let stop = match *selection {
        Selection::Entry(node, index) => Some((node, index)),
        _ => first.and_then(|node| {
            let newest = table.beside((node, u64::MAX), 0, -1);
            newest.or_else(|| table.beside((node, table.end()), 1, 0))
        }),
    };
    let row = |row: &Row| {
        let Some(node) = shown(view, row.node) else { return html! {} };
        html! {
            <LogRow key={row.node.number()} row={row.clone()} node={Rc::clone(node)} {place}
                selection={*selection} stop={stop.filter(|(of, _)| *of == row.node).map(|(_, index)| index)}
                {shows_commands} loading={*loading} {on} />
        }
    };
    let text = Rc::clone(table);
    html! {
        <section {class} ref={panel} aria-label="Logs">
            <header class="logs-head">
                <h2 class="logs-title">{ "Logs" }</h2>
                <p class="logs-whose">{ whose(table) }</p>
                { older(table, on) }
                <Copy text={Callback::from(move |()| text.text())} />
            </header>
            <div class="logs-scroll" ref={scroller} {onscroll}>
                if table.last == 0 {
                    <p class="logs-empty">{
                        match (*loading, *commands) {
                            (true, _) => "",
                            (false, true) => "No entries yet. C sends a command.",
                            (false, false) => "No entries.",
                        }
                    }</p>
                } else {
                    <div class="logs-row logs-ruler" aria-hidden="true">
                        <span class="logs-name"></span>
                        <>{ for (table.first..=table.end()).map(|index| ruled(index, width)) }</>
                    </div>
                }
                <div role="grid" aria-label="Entries of all logs" aria-readonly="true" {onkeydown}>
                    { for table.rows.iter().map(row) }
                </div>
            </div>
        </section>
    }
}

/// An index of the ruler; where cells are narrow, long ones every so often.
fn ruled(index: u64, width: u32) -> Html {
    let letters = index.to_string().len() as u32;
    let fits = letters * 8 <= width || index.is_multiple_of(5);
    html! { <span key={index} class="logs-cell">{ if fits { index.to_string() } else { String::new() } }</span> }
}

/// Whose next and match index stand in the rows.
fn whose(table: &Table) -> Html {
    match table.whose {
        Some(leader) if table.last > 0 => html! {
            <>
                <span class="logs-key"><i class="logs-next"></i></span>{ "next and " }
                <span class="logs-key"><i class="logs-matched"></i></span>{ format!("match index of {leader}") }
            </>
        },
        _ => html! {},
    }
}

/// Where logs are long, a way to their older part and back.
fn older(table: &Table, on: &Callback<Action>) -> Html {
    let newest = table.end() >= table.last;
    html! {
        <>
            if table.first > 1 {
                <button class="logs-more" onclick={does(on, Action::LogsFrom(Some(table.first.saturating_sub(COLUMNS_MOST / 2).max(1))))}>
                    { "Older" }
                </button>
            }
            if !newest {
                <button class="logs-more" onclick={does(on, Action::LogsFrom(None))}>{ "Newest" }</button>
            }
        </>
    }
}

/// The name of a cell in the document.
fn name(place: &str, node: NodeId, index: u64) -> String {
    format!("log-{place}-{node}-{index}")
}

/// Arrows go from entry to entry, Enter opens one.
fn keys(table: &Rc<Table>, place: &'static str, on: &Callback<Action>) -> Callback<KeyboardEvent> {
    let (table, on) = (Rc::clone(table), on.clone());
    Callback::from(move |event: KeyboardEvent| {
        let target = event.target_dyn_into::<web_sys::Element>().map(|target| target.id());
        let prefix = format!("log-{place}-");
        let Some(here) = target.as_deref().and_then(|id| id.strip_prefix(&prefix)) else { return };
        let parts = here.split_once('-');
        let Some((node, index)) = parts.and_then(|(node, index)| {
            let node = NodeId::from_name(node)?;
            Some((node, index.parse::<u64>().ok()?))
        }) else {
            return;
        };
        let to = match event.key().as_str() {
            "ArrowLeft" => table.beside((node, index), 0, -1),
            "ArrowRight" => table.beside((node, index), 0, 1),
            "ArrowUp" => table.beside((node, index), -1, 0),
            "ArrowDown" => table.beside((node, index), 1, 0),
            "Enter" | " " => {
                on.emit(Action::Select(Selection::Entry(node, index)));
                None
            }
            _ => return,
        };
        // Inside the grid the arrows are the grid's, not time's.
        event.prevent_default();
        event.stop_propagation();
        if let Some((node, index)) = to {
            browser::focus(&name(place, node, index));
        }
    })
}

#[derive(PartialEq, Properties)]
struct RowProps {
    row: Row,
    node: Rc<NodeShown>,
    place: &'static str,
    selection: Selection,
    /// The index to which Tab comes.
    stop: Option<u64>,
    shows_commands: bool,
    loading: bool,
    on: Callback<Action>,
}

#[component]
fn LogRow(props: &RowProps) -> Html {
    let RowProps { row, node, place, selection, stop, shows_commands, loading, on } = props;
    let role = role_of(node);
    let star = if role == "leader" { " ★" } else { "" };
    let selected = selection.node() == Some(node.id);
    let label = row.label.as_ref().map(|label| html! { <span class="logs-label">{ label }</span> });
    // By their indices: while the ruler moves on, most cells stay what they are.
    let cells = row.cells.iter().map(|cell| {
        html! {
            <LogCell key={cell.index} cell={cell.clone()} node={node.id} {place} stop={*stop == Some(cell.index)}
                selected={*selection == Selection::Entry(node.id, cell.index)} shows_command={*shows_commands} {on} />
        }
    });
    html! {
        <div class={classes!("logs-row", format!("role-{role}"), term_class(node.glance.term), selected.then_some("selected"))} role="row">
            <span class="logs-name" role="rowheader">
                <button onclick={does(on, Action::Select(Selection::Node(node.id)))} title={format!("{}, {role}", node.id)}>
                    { format!("{}{star}", node.id) }{ for label }
                </button>
            </span>
            if !loading { <>{ for cells }</> }
        </div>
    }
}
