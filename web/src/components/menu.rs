//! The menu of the selection: what can be done to it, each item with its key.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::{considers, does};
use crate::browser;
use crate::state::action::{Action, Float};
use crate::state::commands::Item;

/// What the menu shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What it is about, in a word or two.
    pub title: AttrValue,
    /// Its items.
    pub items: Vec<Item>,
    /// What the item that is rested on leads to.
    pub outcome: Option<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The menu. Arrows move in it, Enter chooses, Esc closes it.
#[component]
pub fn Menu(props: &Props) -> Html {
    let Props { title, items, outcome, on } = props;
    let list = use_node_ref();
    {
        let list = list.clone();
        use_effect_with((), move |()| focus(&list, 0));
    }
    let onkeydown = {
        let (list, count) = (list.clone(), items.len());
        Callback::from(move |event: KeyboardEvent| {
            let here = focused(&list);
            let next = match (event.key().as_str(), here) {
                ("ArrowDown", here) => here.map_or(0, |here| (here + 1) % count.max(1)),
                ("ArrowUp", here) => {
                    here.map_or(0, |here| (here + count.max(1) - 1) % count.max(1))
                }
                ("Home", _) => 0,
                ("End", _) => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            focus(&list, next);
        })
    };
    let item = |item: &Item| {
        let consider = considers(Some(&item.action));
        let (rests, leaves) = (does(on, consider.clone()), does(on, Action::Consider(None)));
        let onfocus = does(on, consider);
        let (on, action) = (on.clone(), item.action.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            on.emit(Action::Float(Float::Nothing));
            on.emit(action.clone());
        });
        html! {
            <li role="none" key={item.id}>
                <button role="menuitem" class="menu-item" {onclick} onpointerenter={rests} onpointerleave={leaves} {onfocus}>
                    <span>{ &item.name }</span>
                    if let Some(key) = item.key { <kbd>{ key.shown(browser::is_mac()) }</kbd> }
                </button>
            </li>
        }
    };
    html! {
        <>
            <div class="menu-ground" onclick={does(on, Action::Float(Float::Nothing))}></div>
            <div class="menu" role="menu" aria-label={title} ref={list} {onkeydown}>
                <p class="menu-title" aria-hidden="true">{ title }</p>
                <ul role="none">{ for items.iter().map(item) }</ul>
                <p class="menu-outcome" aria-live="polite">{ outcome.clone() }</p>
            </div>
        </>
    }
}

/// The buttons of the menu.
fn buttons(list: &NodeRef) -> Vec<HtmlElement> {
    let Some(list) = list.cast::<web_sys::Element>() else { return Vec::new() };
    let Ok(found) = list.query_selector_all("button") else { return Vec::new() };
    let each = (0..found.length()).filter_map(|place| found.item(place));
    each.filter_map(|node| wasm_bindgen::JsCast::dyn_into(node).ok()).collect()
}

fn focus(list: &NodeRef, place: usize) {
    if let Some(button) = buttons(list).get(place) {
        let _ = button.focus();
    }
}

/// Which button has the focus.
fn focused(list: &NodeRef) -> Option<usize> {
    let active = browser::document()?.active_element()?;
    buttons(list).iter().position(|button| **button == active)
}
