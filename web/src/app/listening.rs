//! What the page listens to beyond its components: keys, the window, what is pasted or dropped.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

use super::{App, Message};
use crate::browser;
use crate::state::action::Action;
use crate::state::commands::{self, Stroke};

/// Listens to what concerns the whole page.
pub(super) fn listen(ctx: &Context<App>, letters: &Rc<Cell<bool>>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let told = |name: &'static str, message: fn() -> Message| {
        let link = ctx.link().clone();
        EventListener::new(&window, name, move |_| link.send_message(message()))
    };
    let mut listeners = vec![
        told("popstate", || Message::AddressEdited),
        told("resize", || Message::Repaint),
        told("blur", || Message::Do(Action::LetTimelineGo)),
        told("beforeprint", || Message::Printing(true)),
        told("afterprint", || Message::Printing(false)),
    ];
    if let Some(document) = browser::document() {
        let link = ctx.link().clone();
        listeners.push(EventListener::new(&document, "visibilitychange", move |_| {
            link.send_message(Message::Visibility);
        }));
    }
    if let Ok(Some(dark)) = window.match_media("(prefers-color-scheme: dark)") {
        let link = ctx.link().clone();
        listeners.push(EventListener::new(&dark, "change", move |_| {
            link.send_message(Message::Repaint)
        }));
    }
    let link = ctx.link().clone();
    let letters = Rc::clone(letters);
    let options = EventListenerOptions::enable_prevent_default();
    listeners.push(EventListener::new_with_options(&window, "keydown", options, move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>()
            && let Some(action) = action_of(event, letters.get())
        {
            event.prevent_default();
            link.send_message(Message::Do(action));
        }
    }));
    listeners
}

/// Listens to what is pasted or dropped.
pub(crate) fn listen_for_texts(ctx: &Context<App>) -> Vec<EventListener> {
    let (link, files) = (ctx.link().clone(), ctx.link().clone());
    browser::listen_for_texts(
        move |taken| link.send_message(Message::Do(Action::of_taken(taken))),
        move |dropped| files.send_message(Message::Do(Action::TakeFiles(dropped))),
    )
}

/// What a key does: nothing where it belongs to a field or a button.
fn action_of(event: &KeyboardEvent, letters: bool) -> Option<Action> {
    let key = event.key();
    // Whoever has the focus may have taken it already: arrows in a list, for one.
    if event.default_prevented() {
        return None;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_in = |selector: &str| {
        target.as_ref().is_some_and(|target| target.closest(selector).ok().flatten().is_some())
    };
    let held = event.ctrl_key() || event.meta_key();
    let everywhere = key == "Escape" || held && key.eq_ignore_ascii_case("k");
    // A dialog keeps what is behind it out of reach, also of the keys.
    if !everywhere && is_in("input:not([type=checkbox]), textarea, select, dialog") {
        return None;
    }
    // Space and Enter on a focused button press the button.
    if matches!(key.as_str(), " " | "Enter") && is_in("button, summary, a, input, [role=tab]") {
        return None;
    }
    let stroke = Stroke { key, ctrl: held, shift: event.shift_key(), alt: event.alt_key() };
    let (command, digit) = commands::by_stroke(&stroke, letters)?;
    Some(Action::Run(command.id, digit))
}
