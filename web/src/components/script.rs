//! The branch as text: what it starts from, the script's lines and what a person
//! did, in the order in which they were done.

use netsplit_sim::moment::Moment;
use netsplit_sim::scene::Planned;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::copy::Copy;
use super::does;
use crate::state::action::Action;
use crate::state::writing::{Edit, Writing, pointed};

/// How far an act is moved by a press, in microseconds.
const MOVE: i64 = 10_000;

/// What the page shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The head: what it starts from.
    pub head: AttrValue,
    /// The lines, in the order in which they are done.
    pub lines: Vec<ScriptLine>,
    /// The line that is open, with what can be done to it.
    pub open: Option<Planned>,
    /// What is being rewritten.
    pub writing: Writing,
    /// It plays, and the text only follows.
    pub playing: bool,
    /// A run is being opened.
    pub loading: bool,
    /// The whole as text.
    pub text: AttrValue,
    /// Everything that happened, as one number.
    pub fingerprint: AttrValue,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// A line of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptLine {
    /// Which.
    pub what: Planned,
    /// The line.
    pub text: String,
    /// When it was done, as far as the branch was run.
    pub when: Option<Moment>,
    /// It has been done at the moment shown.
    pub done: bool,
    /// Why it could not be done.
    pub skipped: Option<String>,
}

/// The page.
#[component]
pub fn ScriptText(props: &Props) -> Html {
    let Props { head, lines, open, writing, playing, loading, text, fingerprint, on } = props;
    let copied = text.to_string();
    let foot = html! {
        <p class="script-foot">
            <span>{ "fingerprint " }<span class="value" id="fingerprint">{ fingerprint }</span></span>
            <Copy text={Callback::from(move |()| copied.clone())} />
        </p>
    };
    if let Writing::Whole(text, trouble) = writing {
        let oninput = on.reform(|event: InputEvent| {
            let area = event.target_dyn_into::<HtmlTextAreaElement>();
            Action::Edit(Edit::Typed(area.map(|it| it.value()).unwrap_or_default()))
        });
        let pointed = trouble.as_ref().map(|error| pointed(text, error));
        return html! {
            <div class="script">
                <textarea class="script-whole value" aria-label="Script" spellcheck="false" value={text.clone()} {oninput} />
                { for pointed.as_deref().map(told) }
                <p class="script-acts">
                    <button class="strong" onclick={does(on, Action::Edit(Edit::Apply))}>{ "Apply" }</button>
                    <button onclick={does(on, Action::Edit(Edit::Cancel))}>{ "Cancel" }</button>
                </p>
                { foot }
            </div>
        };
    }
    let present = lines.iter().rposition(|line| line.done);
    let by_hand = lines.iter().any(|line| matches!(line.what, Planned::Act(_)));
    let line = |(place, line): (usize, &ScriptLine)| match writing {
        Writing::Line(what, text, trouble) if *what == line.what => {
            let trouble = trouble.as_ref().map(|error| pointed(text, error));
            written(text, trouble, on)
        }
        _ => row(line, present == Some(place), *open == Some(line.what) && !playing, on),
    };
    html! {
        <div class={classes!("script", loading.then_some("loading"))}>
            <pre class="script-head value" tabindex="0" aria-label="Start">{ head }</pre>
            <ol class="script-lines" aria-label="Script">{ for lines.iter().enumerate().map(line) }</ol>
            if !by_hand { <p class="script-empty">{ "What you do is written here." }</p> }
            if *playing {
                <p class="script-empty">{ "Pause to change a line." }</p>
            } else {
                <p class="script-acts"><button onclick={does(on, Action::Edit(Edit::Whole))}>{ "Edit as text" }</button></p>
            }
            { foot }
        </div>
    }
}

fn row(line: &ScriptLine, present: bool, open: bool, on: &Callback<Action>) -> Html {
    let is_act = matches!(line.what, Planned::Act(_));
    let class = classes!(
        "script-line",
        (!line.done).then_some("later"),
        present.then_some("present"),
        is_act.then_some("by-hand"),
        line.skipped.as_ref().map(|_| "skipped"),
    );
    let edit = |title: &str, edit: Edit| {
        html! { <button class="script-act" onclick={does(on, Action::Edit(edit))}>{ title.to_owned() }</button> }
    };
    html! {
        <li {class} aria-current={present.then_some("true")}>
            <button class="script-go value" onclick={does(on, Action::Edit(Edit::Open(line.what)))}>{ &line.text }</button>
            if let Some(why) = &line.skipped { <p class="script-why">{ why }</p> }
            if open {
                <p class="script-acts">
                    { edit("Edit", Edit::Line(line.what)) }
                    { edit("Remove", Edit::Remove(line.what)) }
                    if is_act {
                        { edit("10 ms earlier", Edit::Move(line.what, -MOVE)) }
                        { edit("10 ms later", Edit::Move(line.what, MOVE)) }
                    }
                </p>
            }
        </li>
    }
}

/// What is wrong with a line: the line with its caret as it stands, and the sentence, which wraps.
fn told(pointed: &str) -> Html {
    let (line, sentence) = pointed.rsplit_once('\n').unwrap_or(("", pointed));
    html! {
        <div class="script-trouble" role="alert"><pre>{ line }</pre><p>{ sentence }</p></div>
    }
}

/// A line that is being rewritten.
fn written(text: &str, trouble: Option<String>, on: &Callback<Action>) -> Html {
    let oninput = on.reform(|event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        Action::Edit(Edit::Typed(input.map(|it| it.value()).unwrap_or_default()))
    });
    let keys = on.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let edit = match event.key().as_str() {
            "Enter" => Edit::Apply,
            "Escape" => Edit::Cancel,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        keys.emit(Action::Edit(edit));
    });
    html! {
        <li class="script-line writing">
            <input class="script-input value" aria-label="Line" spellcheck="false" value={text.to_owned()} {oninput} {onkeydown} />
            { for trouble.as_deref().map(told) }
            <p class="script-acts">
                <button class="strong" onclick={does(on, Action::Edit(Edit::Apply))}>{ "Apply" }</button>
                <button onclick={does(on, Action::Edit(Edit::Cancel))}>{ "Cancel" }</button>
            </p>
        </li>
    }
}
