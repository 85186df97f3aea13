//! The question whether code that came with a run may run.

use yew::prelude::*;

use crate::components::Dialog;
use crate::jobs::workshop;
use crate::state::action::Action;

/// The dialog; nothing when no code waits.
pub fn stranger(on: &Callback<Action>) -> Html {
    let Some(code) = workshop::asked_for() else { return Html::default() };
    html! { <Stranger code={code} {on} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    code: AttrValue,
    on: Callback<Action>,
}

#[component]
fn Stranger(props: &Props) -> Html {
    let Props { code, on } = props;
    // Closed without a word is no: else what waits for the word would wait for ever.
    use_effect_with((), |()| workshop::dismiss);
    let answer = |runs: bool| Callback::from(move |_: MouseEvent| workshop::answer(runs));
    html! {
        <Dialog title="Code that came with this run" {on}>
            <p>{ "The run has map and reduce functions of its sender’s own. They have not run yet. They see the job’s texts and nothing else: no file, no network, nothing of this page; and what takes too long ends." }</p>
            <pre class="value mr-strange" id="mr-strange" tabindex="0">{ code }</pre>
            <div class="dialog-row">
                <button id="mr-refuse" onclick={answer(false)}>{ "Do not run it" }</button>
                <button id="mr-allow" class="strong" onclick={answer(true)}>{ "Run it" }</button>
            </div>
        </Dialog>
    }
}
