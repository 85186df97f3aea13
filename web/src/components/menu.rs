//! The menu of the selection: what can be done to it, each item with its key.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{considers, does};
use crate::browser;
use crate::draw::ring::Point;
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
    /// Where on the stage it opens; below the header when a key opens it and
    /// what it is about has no place of its own.
    pub at: Option<Point>,
    /// The element it is about, if it has one.
    pub about: Option<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The menu. Arrows move in it, Enter chooses, Esc closes it.
#[component]
pub fn Menu(props: &Props) -> Html {
    let Props { title, items, outcome, at, about, on } = props;
    let list = use_node_ref();
    {
        let (list, at, about) = (list.clone(), *at, about.clone());
        use_effect_with((), move |()| {
            // Whoever had the focus gets it back.
            let before = browser::focused();
            place(&list, at, about.as_deref());
            focus(&list, 0);
            // In a window of another size it stays inside, beside what it is about.
            let again = move |_: &Event| place(&list, at, about.as_deref());
            let resizes = web_sys::window().map(|it| EventListener::new(&it, "resize", again));
            move || {
                drop(resizes);
                browser::focus_back(before.as_ref());
            }
        });
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
            <li role="none" key={item.name.clone()}>
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
            <div class="menu" ref={list} {onkeydown}>
                <p class="menu-title" aria-hidden="true">{ title }</p>
                <ul role="menu" aria-label={title}>{ for items.iter().map(item) }</ul>
                <p class="menu-outcome" aria-live="polite">{ outcome.clone() }</p>
            </div>
        </>
    }
}

/// Puts the menu where it was asked for, inside the window. Through the object
/// model: the page's policy forbids style attributes, not this.
fn place(list: &NodeRef, at: Option<Point>, about: Option<&str>) {
    const ASIDE: f64 = 8.0;
    let (Some(menu), Some(document)) = (list.cast::<HtmlElement>(), browser::document()) else {
        return;
    };
    let corner = |selector: &str| {
        let found = document.query_selector(selector).ok().flatten()?;
        Some(found.get_bounding_client_rect())
    };
    let at = match (at, about) {
        (Some(at), _) => corner(".stage").map(|it| Point::new(it.left() + at.x, it.top() + at.y)),
        (None, Some(id)) => document.get_element_by_id(id).map(|it| {
            let it = it.get_bounding_client_rect();
            Point::new(it.right(), it.top() + it.height() / 2.0)
        }),
        (None, None) => None,
    };
    let (Some(at), Some(root)) = (at, browser::root()) else { return };
    let room = |length: i32, own: i32| f64::from(length - own) - ASIDE;
    let (wide, high) = (
        room(root.client_width(), menu.offset_width()),
        room(root.client_height(), menu.offset_height()),
    );
    let style = menu.style();
    let left = (at.x + ASIDE).min(wide).max(ASIDE);
    let top = (at.y - ASIDE).min(high).max(ASIDE);
    for (name, value) in [("left", left), ("top", top)] {
        let _ = style.set_property(name, &format!("{value:.0}px"));
    }
    let _ = style.set_property("transform", "none");
}

/// The buttons of the menu.
fn buttons(list: &NodeRef) -> Vec<HtmlElement> {
    let Some(list) = list.cast::<web_sys::Element>() else { return Vec::new() };
    let Ok(found) = list.query_selector_all("button") else { return Vec::new() };
    let each = (0..found.length()).filter_map(|place| found.item(place));
    each.filter_map(|node| node.dyn_into().ok()).collect()
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
