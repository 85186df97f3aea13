//! The reader's own map and reduce functions: written, tried, and mended where something is wrong.

use netsplit_script::Fault;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::Props;
use crate::components::mapreduce::sampled::sampled;
use crate::jobs::bench::{self, Bench, Chosen, Draft};
use crate::jobs::{input, workshop};
use crate::state::action::Action;

/// The code, where it is the reader's own.
pub(super) fn code(props: &Props, bench: &Bench, field: &NodeRef) -> Html {
    if props.chosen(bench) != Chosen::Own {
        return Html::default();
    }
    let (code, standing) = (props.code(bench), workshop::standing());
    let of_run = props.setup.code.clone();
    let (on, is_told) = (props.on.clone(), standing.fault.is_some());
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
            if is_told {
                // What was said of the code before this is over.
                workshop::forget_fault();
                on.emit(Action::CloseToast);
            }
            bench::draft(Draft { of: of_run.clone(), text: field.value() });
        }
    });
    let sample = {
        let (code, splits) = (code.clone(), props.splits.clone());
        Callback::from(move |_: MouseEvent| {
            let (code, sources) = (code.clone(), bench::look(|bench| bench.sources.clone()));
            input::sample(sources, &splits, move |texts| workshop::sample(&code, texts));
        })
    };
    let cancel = Callback::from(|_: MouseEvent| workshop::cancel_sample());
    let is_of = |of: &str| of.trim_end() == code.trim_end();
    let fault = standing.fault.filter(|(of, _)| is_of(of)).map(|(_, fault)| fault);
    let found = standing.sampled.filter(|(of, _)| is_of(of)).map(|(_, found)| found);
    let rows = code.lines().count().clamp(8, 24);
    html! {
        <>
            <p class="mr-quiet">{ "The language is Rhai. map calls emit(key, value); reduce returns what stands beside the key; combine(key, values) and partition(key, parts) may be there. Helpers: words, lines, number, sum, join, sorted, distinct, count." }</p>
            <textarea id={props.id("code")} ref={field} class="value mr-code-field" rows={rows.to_string()} spellcheck="false"
                autocomplete="off" aria-label="Map and reduce functions" value={code.clone()} {oninput} />
            if let Some(fault) = bench.fault().or(fault) { { wrong(props, &fault, field) } }
            <p class="mr-row">
                if standing.samples {
                    <span role="status">{ "Trying it … " }</span><button onclick={cancel}>{ "Cancel" }</button>
                } else {
                    <button id={props.id("sample")} onclick={sample}>{ "Try it on the beginning of the input" }</button>
                }
            </p>
            if let Some(found) = found { <div id={props.id("sampled")}>{ sampled(&found) }</div> }
        </>
    }
}

/// What is wrong, and the way there.
fn wrong(props: &Props, fault: &Fault, field: &NodeRef) -> Html {
    let there = {
        let (field, place) = (field.clone(), (fault.line, fault.column));
        Callback::from(move |_: MouseEvent| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                let at = offset(&field.value(), place.0, place.1);
                // Refused only for a field of another kind.
                let _ = field.set_selection_range(at, at + 1);
                let _ = field.focus();
            }
        })
    };
    html! {
        <p class="mr-fault" role="alert" id={props.id("fault")}>
            { fault.sentence() }{ " " }
            if fault.line > 0 { <button onclick={there}>{ format!("Go to line {}", fault.line) }</button> }
        </p>
    }
}

/// Where a line and a column are in a text, in units of UTF-16 as fields count them; both from 1.
fn offset(text: &str, line: u32, column: u32) -> u32 {
    let mut lines = text.split_inclusive('\n');
    let units = |text: &str| text.encode_utf16().count() as u32;
    let before = lines.by_ref().take(line.saturating_sub(1) as usize).map(units).sum::<u32>();
    // Columns are counted in letters.
    let letters = lines.next().unwrap_or_default().chars().take(column.saturating_sub(1) as usize);
    before + letters.map(|letter| letter.len_utf16() as u32).sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_fault_is_found_as_fields_count() {
        let text = "let a = 1;\n// 😀 two units\nb";
        assert_eq!(offset(text, 1, 5), 4);
        assert_eq!(offset(text, 2, 1), 11);
        assert_eq!(offset(text, 2, 6), 11 + 6, "a letter of two units is one column");
        assert_eq!(offset(text, 3, 1), 11 + 16);
    }
}
