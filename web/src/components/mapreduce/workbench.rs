//! Where a reader brings files and code, tries the code, and has the job run: simulated, or for real.

use std::rc::Rc;

use netsplit_jobs::plan::Job;
use netsplit_sim::labs::mapreduce::input::Text;
use netsplit_sim::run::JobOutput;
use netsplit_sim::scenario::Setup;
use netsplit_sim::words::mapreduce::bytes;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::real::RealRun;
use super::sampled::sampled;
use crate::browser;
use crate::jobs::bench::{self, Bench, Chosen, EXAMPLE};
use crate::jobs::input::{self, Source};
use crate::jobs::real::Order;
use crate::jobs::{listen, workshop};
use crate::state::action::Action;

/// Names of files that are listed.
const NAMED: usize = 4;
/// The word of the reader's own job in the list.
const OWN: &str = "own";
/// How many workers a run for real may have.
const WORKERS: [u32; 3] = [1, 2, 4];
/// The books that come with the page.
const BOOKS: [&str; 4] = ["tom-sawyer", "opticks", "northanger-abbey", "persuasion"];

/// What it starts from.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the run on the page started from.
    pub setup: Rc<Setup>,
    /// The run's job.
    pub job: AttrValue,
    /// The word of its input.
    pub input: AttrValue,
    /// The splits of that.
    pub splits: Rc<[Text]>,
    /// The run's input was somebody's own, and is not here.
    pub missing: bool,
    /// Parts of the keys.
    pub parts: u32,
    /// What the run has written; while it plays only where that is compared.
    pub written: Option<Rc<JobOutput>>,
    /// Where on the page it stands, for the names of fields.
    pub place: &'static str,
    /// Where actions go.
    pub on: Callback<Action>,
}

impl Props {
    /// The job that is chosen: by the reader, or else that of the run.
    fn chosen(&self, bench: &Bench) -> Chosen {
        bench.chosen.clone().unwrap_or_else(|| match self.setup.code.is_empty() {
            true => Chosen::BuiltIn(self.job.to_string()),
            false => Chosen::Own,
        })
    }

    /// The code on the bench: the reader's, that of the run, or the example.
    fn code(&self, bench: &Bench) -> String {
        let of_run = || Some(self.setup.code.clone()).filter(|code| !code.is_empty());
        bench.draft.clone().or_else(of_run).unwrap_or_else(|| EXAMPLE.to_owned())
    }

    /// Runs it simulated, over an input that is there.
    fn simulate(&self, given: Option<&str>) {
        let (chosen, code) = bench::look(|bench| (self.chosen(bench), self.code(bench)));
        match bench::written(&self.setup, &chosen, &code, given) {
            Ok((text, job)) => {
                match chosen {
                    Chosen::Own => workshop::allow(&job),
                    // Over somebody's files a step would take too long.
                    Chosen::BuiltIn(_) if given.is_some() => input::compute_elsewhere(&job),
                    Chosen::BuiltIn(_) => {}
                }
                self.on.emit(Action::OpenText(text));
            }
            Err(why) => bench::change(|bench| bench.trouble = Some(why)),
        }
    }

    /// Runs it for real.
    fn run_for_real(&self) {
        let (order, over) = bench::look(|bench| {
            let (chosen, code) = (self.chosen(bench), self.code(bench));
            let (job, word) = match chosen {
                Chosen::BuiltIn(word) => (Job::BuiltIn(word.clone()), word),
                Chosen::Own => (Job::Script(code.clone()), bench::job_of(&code)),
            };
            let own = bench.sources.clone();
            let over = (word, own.is_empty().then(|| self.input.to_string()));
            let of_run =
                || self.splits.iter().filter_map(|(name, text)| Source::of_bytes(name, text));
            let sources = if own.is_empty() { of_run().collect() } else { own };
            (Order { job, sources, parts: self.parts, workers: bench.workers }, over)
        });
        bench::start(order, over);
    }

    /// What the run on the page has written, when it is the same job over the same input as the run
    /// for real.
    fn simulated(&self, bench: &Bench) -> Option<Rc<JobOutput>> {
        let (job, input) = bench.of.as_ref()?;
        let input = input.as_deref().or(bench.given.as_deref())?;
        self.written.clone().filter(|_| *job == *self.job && *input == *self.input)
    }

    fn id(&self, name: &str) -> String {
        format!("mr-{}-{name}", self.place)
    }
}

/// The bench.
#[component]
pub fn Workbench(props: &Props) -> Html {
    let news = use_force_update();
    use_effect_with((), move |()| {
        listen(Some(Callback::from(move |()| news.force_update())));
        || listen(None)
    });
    let field = use_node_ref();
    bench::look(|bench| {
        html! {
            <div class="mr-benches">
                <div>
                    { files(props, bench) }
                    { runs(props, bench) }
                </div>
                { code(props, bench, &field) }
            </div>
        }
    })
}

fn files(props: &Props, bench: &Bench) -> Html {
    let choose = Callback::from(|event: Event| {
        let input: Option<HtmlInputElement> = event.target_dyn_into();
        let list = input.and_then(|input| input.files());
        let files = list.map_or_else(Vec::new, |list| browser::files_of(&list));
        if !files.is_empty() {
            bench::take(files);
        }
    });
    let paste = {
        let id = props.id("paste");
        Callback::from(move |_: MouseEvent| {
            let field = browser::document().and_then(|it| it.get_element_by_id(&id));
            let field = field.and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
            let text = field.map(|field| field.value());
            if let Some(source) = text.and_then(|text| Source::of_bytes("pasted", text.as_bytes()))
            {
                bench::take_sources(vec![source]);
            }
        })
    };
    let books = Callback::from(|_: MouseEvent| spawn_local(bring_books()));
    let back = Callback::from(|_: MouseEvent| bench::take_sources(Vec::new()));
    let own = bench.sources.len();
    let said = match own {
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
                <p class="mr-fault" role="alert">{ "This run reads files that only its sender has. Bring them to see the same." }</p>
            }
            <p>{ "Drop text files anywhere on the page. Nothing leaves this browser: they are read here, and sent nowhere." }</p>
            <p class="mr-row">
                <label class="open-file">{ "Choose files: " }<input id={props.id("files")} type="file" multiple=true onchange={choose} /></label>
                <button id={props.id("books")} onclick={books}>{ "Use four whole books" }</button>
                if own > 0 { <button id={props.id("back")} onclick={back}>{ "Back to the run’s input" }</button> }
            </p>
            <details>
                <summary>{ "Paste a text" }</summary>
                <textarea id={paste_id} class="value" rows="4" spellcheck="false" aria-label="Text to be read" />
                <button onclick={paste}>{ "Use this text" }</button>
            </details>
            <p id={props.id("said")} role="status">{ said }</p>
            if let Some(trouble) = &bench.trouble { <p class="mr-fault" role="alert">{ trouble }</p> }
        </div>
    }
}

/// Fetches the books that come with the page.
async fn bring_books() {
    let mut sources = Vec::new();
    for book in BOOKS {
        let name = format!("{book}.txt");
        match browser::fetch(&format!("./corpus/{name}")).await {
            Some(blob) => sources.push(Source { name, blob }),
            None => {
                let why = format!("{name} did not arrive.");
                return bench::change(|bench| bench.trouble = Some(why));
            }
        }
    }
    bench::take_sources(sources);
}

fn code(props: &Props, bench: &Bench, field: &NodeRef) -> Html {
    let (chosen, code) = (props.chosen(bench), props.code(bench));
    let choose = Callback::from(|event: Event| {
        let Some(list) = event.target_dyn_into::<HtmlSelectElement>() else { return };
        let chosen = match &*list.value() {
            OWN => Chosen::Own,
            word => Chosen::BuiltIn(word.to_owned()),
        };
        bench::change(|bench| bench.chosen = Some(chosen));
    });
    let own = chosen == Chosen::Own;
    let option = |(word, about): (&'static str, &'static str)| {
        let selected = chosen == Chosen::BuiltIn(word.to_owned());
        html! { <option value={word} {selected}>{ format!("{word}: {about}") }</option> }
    };
    html! {
        <div class="mr-bench">
            <h3>{ "Code" }</h3>
            <p class="mr-row">
                <label for={props.id("job")}>{ "Job" }</label>
                <select id={props.id("job")} onchange={choose}>
                    { for bench::jobs().map(option) }
                    <option value={OWN} selected={own}>{ "your own" }</option>
                </select>
            </p>
            if own { { editor(props, &code, field) } }
        </div>
    }
}

fn editor(props: &Props, code: &str, field: &NodeRef) -> Html {
    let standing = workshop::standing();
    let oninput = Callback::from(|event: InputEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
            bench::change(|bench| bench.draft = Some(field.value()));
        }
    });
    let sample = {
        let (code, text) = (code.to_owned(), beginning(&props.splits));
        Callback::from(move |_: MouseEvent| workshop::sample(&code, &text))
    };
    let cancel = Callback::from(|_: MouseEvent| workshop::cancel_sample());
    let is_of = |of: &str| of.trim_end() == code.trim_end();
    let fault = standing.fault.filter(|(of, _)| is_of(of)).map(|(_, fault)| fault);
    let there = {
        let (field, place) = (field.clone(), fault.as_ref().map(|it| (it.line, it.column)));
        Callback::from(move |_: MouseEvent| {
            let field = field.cast::<HtmlTextAreaElement>();
            if let (Some(field), Some((line, column))) = (field, place) {
                let at = offset(&field.value(), line, column);
                // Refused only for a field of another kind.
                let _ = field.set_selection_range(at, at + 1);
                let _ = field.focus();
            }
        })
    };
    let found = standing.sampled.filter(|(of, _)| is_of(of)).map(|(_, found)| found);
    let rows = code.lines().count().clamp(8, 24);
    html! {
        <>
            <p class="mr-quiet">{ "The language is Rhai. map calls emit(key, value); reduce returns what stands beside the key; combine(key, values) and partition(key, parts) may be there. Helpers: words, lines, sum, number, count." }</p>
            <textarea id={props.id("code")} ref={field} class="value mr-code-field" rows={rows.to_string()} spellcheck="false"
                autocomplete="off" aria-label="Map and reduce functions" value={code.to_owned()} {oninput} />
            if let Some(fault) = fault {
                <p class="mr-fault" role="alert" id={props.id("fault")}>
                    { format!("{fault}. ") }
                    if fault.line > 0 { <button onclick={there}>{ format!("Go to line {}", fault.line) }</button> }
                </p>
            }
            <p class="mr-row">
                if standing.samples {
                    <span role="status">{ "Trying it … " }</span><button onclick={cancel}>{ "Cancel" }</button>
                } else {
                    <button id={props.id("sample")} onclick={sample}>{ "Try it on the beginning of the input" }</button>
                }
            </p>
            if let Some(found) = found { { sampled(&found) } }
        </>
    }
}

/// The beginning of the first split, for a sample.
fn beginning(splits: &[Text]) -> String {
    let text = splits.first().map_or_else(String::new, |(_, text)| text.text().into_owned());
    let lines: Vec<&str> = text.lines().take(20).collect();
    lines.join("\n").chars().take(4_000).collect()
}

/// Where a line and a column are in a text, in units of UTF-16 as fields count them; both from 1.
fn offset(text: &str, line: u32, column: u32) -> u32 {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1) as usize);
    let units = |text: &str| text.encode_utf16().count() as u32;
    before.map(units).sum::<u32>() + column.saturating_sub(1)
}

fn runs(props: &Props, bench: &Bench) -> Html {
    let standing = workshop::standing();
    let simulate = {
        let props = props.clone();
        Callback::from(move |_: MouseEvent| {
            let (sources, given) = bench::look(|it| (it.sources.clone(), it.given.clone()));
            if sources.is_empty() || given.is_some() {
                return props.simulate(given.as_deref());
            }
            let props = props.clone();
            input::bring(sources, move |brought| match brought {
                Ok(input) => {
                    bench::change(|bench| {
                        (bench.given, bench.trouble) = (Some(input.word()), None);
                    });
                    props.simulate(Some(&input.word()));
                }
                Err(why) => bench::change(|bench| bench.trouble = Some(why)),
            });
        })
    };
    let real = {
        let props = props.clone();
        Callback::from(move |_: MouseEvent| props.run_for_real())
    };
    let workers = Callback::from(|event: Event| {
        let list = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(workers) = list.and_then(|list| list.value().parse().ok()) {
            bench::change(|bench| bench.workers = workers);
        }
    });
    let stop = Callback::from(|_: MouseEvent| bench::stop());
    let (made, all) = standing.made;
    html! {
        <div class="mr-bench">
            <h3>{ "Run it" }</h3>
            <p class="mr-row">
                <button id={props.id("simulate")} class="strong" onclick={simulate}>{ "Simulated" }</button>
                <span>{ "in the cluster on the stage, with its costs and faults" }</span>
            </p>
            if all > 0 {
                <p class="mr-row">
                    <progress max={all.to_string()} value={made.to_string()} aria-label="Results computed"></progress>
                    { format!(" {made} of {all} results of the code ") }
                    <button onclick={Callback::from(|_: MouseEvent| workshop::cancel())}>{ "Cancel" }</button>
                </p>
            }
            <p class="mr-row">
                <button id={props.id("real")} onclick={real}>{ "For real" }</button>
                <label for={props.id("workers")}>{ "with" }</label>
                <select id={props.id("workers")} onchange={workers}>
                    { for WORKERS.iter().map(|count| html! {
                        <option value={count.to_string()} selected={*count == bench.workers}>
                            { if *count == 1 { "1 worker".to_owned() } else { format!("{count} workers") } }
                        </option>
                    }) }
                </select>
                <span>{ "in this browser: the same coordinator and workers, no simulation" }</span>
            </p>
            if let Some(standing) = &bench.standing {
                <RealRun standing={standing.clone()} workers={bench.ran_with} simulated={props.simulated(bench)}
                    place={props.place} cancel={stop} />
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_fault_is_found_as_fields_count() {
        let text = "let a = 1;\n// 😀 two units\nb";
        assert_eq!(offset(text, 1, 5), 4);
        assert_eq!(offset(text, 2, 1), 11);
        assert_eq!(offset(text, 3, 1), 11 + 16);
    }
}
