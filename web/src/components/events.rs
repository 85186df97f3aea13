//! What happened: one line for each thing that matters, newest last, the present marked.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::copy::Copy;
use super::{does, time_text};
use crate::browser::Resizing;
use crate::hooks::use_settled;
use crate::state::action::Action;
use crate::state::history::Kind;
use crate::state::listing::{Filter, Line, Listing, What};

/// What the list shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The list.
    pub listing: Rc<Listing>,
    /// What is wanted of it.
    pub filter: Filter,
    /// The names of the nodes.
    pub nodes: Vec<NodeId>,
    /// A run is being opened.
    pub loading: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Kinds that can be asked for.
const KINDS: &[(Kind, &str, &str)] = &[
    (Kind::Told, "told", "Nodes and network"),
    (Kind::Note, "note", "Notes"),
    (Kind::Line, "line", "Script"),
    (Kind::Broken, "broken", "Broken"),
];

/// The list.
#[component]
pub fn Events(props: &Props) -> Html {
    let Props { listing, filter, nodes, loading, on } = props;
    let list = use_node_ref();
    {
        let (list, present) =
            (list.clone(), listing.present.map(|place| listing.lines[place].moment));
        use_settled((present, listing.lines.len()), move || keep_in_sight(&list));
    }
    let nothing = listing.lines.is_empty() && filter.is_empty();
    {
        // Its room may change too: the window, and what stands above and below.
        let list = list.clone();
        use_effect_with(nothing || *loading, move |_| {
            let room = list.cast().and_then(|list| room_of(&list));
            let resizing = room.and_then(|room| Resizing::of(&room, move || keep_in_sight(&list)));
            move || drop(resizing)
        });
    }
    if *loading {
        return html! {
            <div class="events-loading" aria-hidden="true"><span></span><span></span><span></span></div>
        };
    }
    let copied = Rc::clone(listing);
    html! {
        <>
            if !nothing { { filters(filter, nodes, on) } }
            if let Some((found, all)) = listing.found {
                <p class="events-found" role="status">
                    { format!("{found} of {all}. ") }
                    <button onclick={does(on, Action::Filter(Filter::default()))}>{ "Clear filter" }</button>
                </p>
            }
            if nothing {
                <p class="events-empty">{ "Nothing has happened yet. Space plays." }</p>
            } else {
                <ol class="events" ref={list}>
                    { for rows(listing, on) }
                </ol>
                <p class="panel-foot"><Copy text={Callback::from(move |()| copied.text())} /></p>
            }
        </>
    }
}

fn filters(filter: &Filter, nodes: &[NodeId], on: &Callback<Action>) -> Html {
    let with = |change: fn(&mut Filter, String)| {
        let (filter, on) = (filter.clone(), on.clone());
        move |value: String| {
            let mut filter = filter.clone();
            change(&mut filter, value);
            on.emit(Action::Filter(filter));
        }
    };
    let text = with(|filter, text| filter.text = text);
    let node = with(|filter, node| {
        filter.node = NodeId::from_name(&node);
    });
    let kind = with(|filter, word| {
        filter.kind = KINDS.iter().find(|(_, id, _)| *id == word).map(|(kind, ..)| *kind);
    });
    let oninput = Callback::from(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        text(input.map(|input| input.value()).unwrap_or_default());
    });
    let chosen = |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        select.map(|select| select.value()).unwrap_or_default()
    };
    html! {
        <div class="events-filter" role="group" aria-label="Filter">
            <input type="search" class="events-text" placeholder="Filter" aria-label="Filter by text" value={filter.text.clone()} {oninput} />
            <select aria-label="Filter by node" onchange={move |event: Event| node(chosen(event))}>
                <option value="" selected={filter.node.is_none()}>{ "all nodes" }</option>
                { for nodes.iter().map(|id| html! { <option value={id.to_string()} selected={filter.node == Some(*id)}>{ id.to_string() }</option> }) }
            </select>
            <select aria-label="Filter by kind" onchange={move |event: Event| kind(chosen(event))}>
                <option value="" selected={filter.kind.is_none()}>{ "all kinds" }</option>
                { for KINDS.iter().map(|(of, id, title)| html! { <option value={*id} selected={filter.kind == Some(*of)}>{ *title }</option> }) }
            </select>
        </div>
    }
}

/// The lines, each known by its moment and by its number among those of that moment: while
/// time goes on all but a few keep their nodes, and the browser has little to lay out.
fn rows(listing: &Listing, on: &Callback<Action>) -> Vec<Html> {
    let mut last = (None, 0);
    let row = |(place, line): (usize, &Line)| {
        let present = Some(place) == listing.present;
        let number = if last.0 == Some(line.moment) { last.1 + 1 } else { 0 };
        last = (Some(line.moment), number);
        html! { <Row key={format!("{} {number}", line.moment)} line={line.clone()} {present} {on} /> }
    };
    listing.lines.iter().enumerate().map(row).collect()
}

/// What a line of the list shows.
#[derive(PartialEq, Properties)]
struct RowProps {
    line: Line,
    present: bool,
    on: Callback<Action>,
}

/// A line of the list.
#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps { line, present, on } = props;
    let present = *present;
    let kind = match line.what {
        What::Event(Kind::Told) => "told",
        What::Event(Kind::Note) => "note",
        What::Event(Kind::Line) => "act",
        What::Event(Kind::Broken) => "broken",
        What::Act => "act by-hand",
        What::Reason => "reason",
        What::Quiet => "quiet",
        What::Branch(_) => "fork",
    };
    let class =
        classes!("events-line", kind, line.later.then_some("later"), present.then_some("present"),);
    let action = match line.what {
        What::Branch(branch) => Action::ShowBranch(branch),
        _ => Action::SeekTo(line.moment),
    };
    html! {
        <li {class} aria-current={present.then_some("true")}>
            <button onclick={does(on, action)}>
                <time class="value">{ time_text(line.moment.at) }</time>
                <span>{ line.text.to_string() }</span>
            </button>
        </li>
    }
}

/// The present line stays in sight.
fn keep_in_sight(list: &NodeRef) {
    let Some(list) = list.cast::<Element>() else { return };
    if let (Ok(Some(here)), Some(page)) = (list.query_selector(".present"), room_of(&list)) {
        let (line, room) = (here.get_bounding_client_rect(), page.get_bounding_client_rect());
        if line.bottom() > room.bottom() - 8.0 || line.top() < room.top() {
            let by = line.bottom() - room.bottom() + room.height() / 4.0;
            page.set_scroll_top(page.scroll_top() + by as i32);
        }
    }
}

/// The page of the column in which the list is scrolled.
fn room_of(list: &Element) -> Option<Element> {
    list.closest(".details-page").ok().flatten()
}
