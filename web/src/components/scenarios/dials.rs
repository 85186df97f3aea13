//! Dials: a name, a value that can be written, and a slider over values worth
//! trying. What is written or dragged counts when it is let go.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::{does, may};
use crate::state::action::Action;
use crate::state::dials::DialShown;

/// What the list shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The dials, as they stand.
    pub dials: Vec<DialShown>,
    /// A run is being opened, and they cannot be turned.
    pub loading: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The dials.
#[component]
pub fn Dials(props: &Props) -> Html {
    let each = |dial: &DialShown| html! { <li key={dial.id}>{ one(dial, &props.on) }</li> };
    html! {
        <fieldset class="dials-all" disabled={props.loading}>
            <ul class="dials">{ for props.dials.iter().map(each) }</ul>
        </fieldset>
    }
}

fn one(dial: &DialShown, on: &Callback<Action>) -> Html {
    let id = format!("dial-{}", dial.id);
    let away = dial.is_away();
    let back = Action::Turn(dial.id, dial.default.clone());
    let ondblclick = away.then(|| does(on, back.clone()));
    let (name, stops) = (dial.id, dial.stops);
    let control = if dial.is_switch() {
        let onchange = may(on, move |event: Event| {
            let switch: HtmlInputElement = event.target_dyn_into()?;
            let value = if switch.checked() { "on" } else { "off" };
            Some(Action::Turn(name, value.to_owned()))
        });
        html! { <input type="checkbox" id={id.clone()} checked={dial.value == "on"} {onchange} /> }
    } else {
        let onchange = may(on, move |event: Event| {
            let field: HtmlInputElement = event.target_dyn_into()?;
            Some(Action::Turn(name, field.value()))
        });
        html! {
            <input class="value dial-value" id={id.clone()} value={dial.value.clone()} {onchange}
                aria-invalid={dial.trouble.is_some().to_string()}
                aria-describedby={dial.trouble.is_some().then(|| format!("{id}-trouble"))}
                autocomplete="off" spellcheck="false" />
        }
    };
    let slider = (!dial.is_switch() && !stops.is_empty()).then(|| {
        let onchange = may(on, move |event: Event| {
            let slider: HtmlInputElement = event.target_dyn_into()?;
            let stop = stops.get(slider.value().parse::<usize>().ok()?)?;
            Some(Action::Turn(name, (*stop).to_owned()))
        });
        html! {
            <input type="range" class="dial-slider" min="0" max={(stops.len() - 1).to_string()}
                value={dial.stop().to_string()} {onchange}
                aria-label={dial.name} aria-valuetext={dial.value.clone()} />
        }
    });
    html! {
        <div class={classes!("dial", away.then_some("away"))} {ondblclick} title={dial.about}>
            <label for={id.clone()}>{ dial.name }</label>
            if dial.id == "seed" {
                <button class="dial-back" onclick={does(on, Action::Run("new-seed", None))} title="New seed" aria-label="New seed">{ "⚄" }</button>
            } else if away {
                <button class="dial-back" onclick={does(on, back)} title={format!("Back to {}", dial.default)}
                    aria-label={format!("{} back to {}", dial.name, dial.default)}>{ "↺" }</button>
            }
            { control }
            { slider.unwrap_or_default() }
            if let Some(trouble) = &dial.trouble {
                <p class="dial-trouble" role="alert" id={format!("{id}-trouble")}>{ trouble }</p>
            }
        </div>
    }
}
