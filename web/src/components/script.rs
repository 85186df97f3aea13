//! The run as text: what it starts from, the script's lines, and what a person did.

use yew::prelude::*;

use crate::browser;
use crate::state::action::Action;

/// What the page shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The head: what it starts from.
    pub head: AttrValue,
    /// The script's lines, each done already or not, and why it could not be done.
    pub lines: Vec<ScriptLine>,
    /// What a person did on this branch.
    pub acts: Vec<ScriptLine>,
    /// Everything that happened, as one number.
    pub fingerprint: AttrValue,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// A line of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptLine {
    /// The line.
    pub text: String,
    /// It has been done at the moment shown.
    pub done: bool,
    /// Why it could not be done.
    pub skipped: Option<String>,
}

/// The page.
#[component]
pub fn ScriptText(props: &Props) -> Html {
    let Props { head, lines, acts, fingerprint, .. } = props;
    let present = lines.iter().rposition(|line| line.done);
    let line = |(place, line): (usize, &ScriptLine)| {
        let class = classes!(
            "script-line",
            (!line.done).then_some("later"),
            (present == Some(place)).then_some("present"),
            line.skipped.as_ref().map(|_| "skipped"),
        );
        html! { <span {class} title={line.skipped.clone()}>{ format!("{}\n", line.text) }</span> }
    };
    let act = |line: &ScriptLine| {
        let class = classes!(
            "script-line",
            (!line.done).then_some("later"),
            line.skipped.as_ref().map(|_| "skipped")
        );
        html! { <span {class} title={line.skipped.clone()}>{ format!("{}\n", line.text) }</span> }
    };
    let text = {
        let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let acts: Vec<String> = acts.iter().map(|line| format!("# {}", line.text)).collect();
        format!("{head}{}\n{}", lines.join("\n"), acts.join("\n"))
    };
    html! {
        <div class="script">
            <pre class="value" tabindex="0" aria-label="Script"><span>{ head }</span>{ for lines.iter().enumerate().map(line) }</pre>
            <h3>{ "What you did" }</h3>
            if acts.is_empty() {
                <p class="script-empty">{ "What you do is written here." }</p>
            } else {
                <pre class="value" tabindex="0" aria-label="What you did">{ for acts.iter().map(act) }</pre>
            }
            <p class="script-foot">
                <button onclick={Callback::from(move |_: MouseEvent| browser::copy(&text))}>{ "Copy text" }</button>
                <span>{ "fingerprint " }<span class="value" id="fingerprint">{ fingerprint }</span></span>
            </p>
        </div>
    }
}
