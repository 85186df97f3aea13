//! What the next run reads: files that were dropped or chosen, a text that was pasted, books.

use netsplit_sim::words::mapreduce::bytes;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::Props;
use crate::browser;
use crate::jobs::bench::{self, Bench};
use crate::jobs::input::Source;

/// Names of files that are listed.
const NAMED: usize = 4;
/// The books that come with the page.
const BOOKS: [&str; 4] = ["tom-sawyer", "opticks", "northanger-abbey", "persuasion"];

/// What the next run reads, and how to bring it.
pub(super) fn files(props: &Props, bench: &Bench) -> Html {
    let choose = Callback::from(|event: Event| {
        let input: Option<HtmlInputElement> = event.target_dyn_into();
        let list = input.as_ref().and_then(HtmlInputElement::files);
        let files = list.map_or_else(Vec::new, |list| browser::files_of(&list));
        if !files.is_empty() {
            bench::take(files);
        }
        // The same file may be chosen again, when it has changed.
        if let Some(input) = input {
            input.set_value("");
        }
    });
    let paste = {
        let id = props.id("paste");
        Callback::from(move |_: MouseEvent| {
            let field = browser::document().and_then(|it| it.get_element_by_id(&id));
            let field = field.and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
            if let Some(field) = field {
                bench::paste(&field.value());
            }
        })
    };
    let books = Callback::from(|_: MouseEvent| spawn_local(bring_books()));
    let back = Callback::from(|_: MouseEvent| bench::take_sources(Vec::new()));
    let own = bench.sources.len();
    let said = match own {
        _ if bench.fetches => "The books are on their way …".to_owned(),
        0 => "The next run reads what this one does.".to_owned(),
        _ => {
            let names: Vec<&str> = bench.sources.iter().take(NAMED).map(|it| &*it.name).collect();
            let more = own.saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let weight = bench.sources.iter().map(Source::bytes).sum();
            format!("The next run reads {}{more}: {}.", names.join(", "), bytes(weight))
        }
    };
    let paste_id = props.id("paste");
    html! {
        <div class="mr-bench">
            <h3>{ "Input" }</h3>
            if props.missing {
                <p class="mr-fault" role="alert">{ "This run reads files that are not here: whoever brought them has them still. Bring them to see the same." }</p>
            }
            <p>{ "Drop text files anywhere on the page. Nothing leaves this browser: they are read here, and sent nowhere." }</p>
            <p class="mr-row">
                <label class="open-file">{ "Choose files: " }<input id={props.id("files")} type="file" multiple=true onchange={choose} /></label>
                <button id={props.id("books")} disabled={bench.fetches} onclick={books}>{ "Use four whole books" }</button>
                if own > 0 { <button id={props.id("back")} onclick={back}>{ "Back to the run’s input" }</button> }
            </p>
            <details>
                <summary>{ "Paste a text" }</summary>
                <textarea id={paste_id} class="value" rows="4" spellcheck="false" aria-label="Text to be read" />
                <button onclick={paste}>{ "Use this text" }</button>
            </details>
            <p id={props.id("said")} role="status">{ said }{ bench.doubt.as_ref().map(|doubt| format!(" {doubt}")) }</p>
            if let Some(trouble) = &bench.trouble { <p class="mr-fault" role="alert">{ trouble }</p> }
        </div>
    }
}

/// Fetches the books that come with the page.
async fn bring_books() {
    bench::change(|bench| bench.fetches = true);
    let mut sources = Vec::new();
    for book in BOOKS {
        let name = format!("{book}.txt");
        match browser::fetch(&format!("./corpus/{name}")).await {
            Some(blob) => sources.push(Source { name, blob }),
            None => {
                let why = format!("{name} did not arrive.");
                return bench::change(|bench| (bench.fetches, bench.trouble) = (false, Some(why)));
            }
        }
    }
    bench::take_sources(sources);
}
