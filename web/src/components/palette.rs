//! Search or act: one field, and what is found for it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{considers, does, may};
use crate::browser;
use crate::state::action::{Action, Float};
use crate::state::palette::Found;

/// What the palette shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is written.
    pub written: AttrValue,
    /// What was found, best first.
    pub found: Vec<Found>,
    /// What the line that is rested on leads to.
    pub outcome: Option<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The palette: a field with a list below; arrows move in the list, Enter chooses.
#[component]
pub fn Palette(props: &Props) -> Html {
    let Props { written, found, outcome, on } = props;
    let field = use_node_ref();
    let place = use_state(|| 0_usize);
    let here = (*place).min(found.len().saturating_sub(1));
    {
        let (field, written) = (field.clone(), written.clone());
        use_effect_with((), move |()| {
            // Whoever had the focus gets it back.
            let before = browser::focused();
            if let Some(field) = field.cast::<HtmlInputElement>() {
                let _ = field.focus();
                let end = written.encode_utf16().count() as u32;
                let _ = field.set_selection_range(end, end);
            }
            move || browser::focus_back(before.as_ref())
        });
    }
    {
        let (on, consider) =
            (on.clone(), considers(found.get(here).and_then(|it| it.action.as_ref())));
        use_effect_with(consider, move |consider| on.emit(consider.clone()));
    }
    let oninput = {
        let place = place.clone();
        may(on, move |event: InputEvent| {
            place.set(0);
            let field: HtmlInputElement = event.target_dyn_into()?;
            Some(Action::Written(field.value()))
        })
    };
    let onkeydown = {
        let (place, count) = (place.clone(), found.len().max(1));
        may(on, move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => place.set((here + 1) % count),
                "ArrowUp" => place.set((here + count - 1) % count),
                "Enter" => {
                    event.prevent_default();
                    return Some(Action::Choose(Some(here)));
                }
                _ => return None,
            }
            event.prevent_default();
            None
        })
    };
    let option = |(number, found): (usize, &Found)| {
        let selected = number == here;
        html! {
            <li role="option" id={format!("found-{number}")} aria-selected={selected.to_string()}
                class={classes!("palette-option", found.action.is_none().then_some("says"))}
                onclick={does(on, Action::Choose(Some(number)))}>
                <span class="palette-kind">{ found.kind }</span>
                <span class="palette-name">{ &found.name }</span>
                if let Some(key) = found.key { <kbd>{ key.shown(browser::is_mac()) }</kbd> }
                if !found.about.is_empty() { <span class="palette-about">{ &found.about }</span> }
            </li>
        }
    };
    html! {
        <>
            <div class="menu-ground" onclick={does(on, Action::Float(Float::Nothing))}></div>
            <div class="palette" role="dialog" aria-label="Search or act">
                <input id="palette" class="palette-field" ref={field} value={written} {oninput} {onkeydown}
                    role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                    aria-activedescendant={(!found.is_empty()).then(|| format!("found-{here}"))}
                    aria-label="Search or act" placeholder="Search, or write a line: crash leader"
                    autocomplete="off" spellcheck="false" />
                <ul class="palette-list" id="palette-list" role="listbox" aria-label="Found">
                    { for found.iter().enumerate().map(option) }
                </ul>
                <p class="palette-outcome" aria-live="polite">{ outcome.clone() }</p>
                if found.is_empty() { <p class="palette-none">{ "Nothing is called so, and it is no line of a script." }</p> }
            </div>
        </>
    }
}
