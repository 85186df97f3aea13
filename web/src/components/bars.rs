//! What stands above the stage while it holds: mistakes that are on, rules that
//! stand, the run beside.

use netsplit_sim::choice::RuleId;
use netsplit_sim::labs::Mistake;
use netsplit_sim::verb::Verb;
use yew::prelude::*;

use super::{does, titled};
use crate::state::action::Action;

/// What the bars show.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The path to where the stage is.
    pub path: Option<Html>,
    /// The mistakes that are on.
    pub mistakes: Vec<Mistake>,
    /// Rules that stand, each in words.
    pub rules: Vec<(RuleId, String)>,
    /// The run that is shown and the one beside it.
    pub beside: Option<(String, String)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The bars.
#[component]
pub fn Bars(props: &Props) -> Html {
    let Props { path, mistakes, rules, beside, on } = props;
    let mistake = |Mistake { id, who, does: wrong, .. }: &Mistake| {
        html! {
            <div class="bar mistake-bar" key={*id}>
                <span class="value">{ *id }</span>
                <p>{ format!("Mistake on: {who} {wrong}.") }</p>
                <button onclick={does(on, Action::GoToFailure)}>{ "Go to the failure" }</button>
                <button onclick={does(on, Action::Mistake(id, false))}>{ "Turn it off" }</button>
            </div>
        }
    };
    let rule = |(id, text): &(RuleId, String)| {
        html! {
            <li key={*id}>
                <button class="bar-rule" onclick={does(on, Action::Act(Verb::Lift(*id)))} title="Lift this rule">
                    <span>{ text }</span><span aria-hidden="true">{ "×" }</span>
                </button>
            </li>
        }
    };
    html! {
        <div class="bars">
            { path.clone() }
            { for mistakes.iter().map(mistake) }
            if !rules.is_empty() {
                <div class="bar">
                    <p>{ "Standing" }</p>
                    <ul class="bar-rules">{ for rules.iter().map(rule) }</ul>
                </div>
            }
            if let Some((shown, other)) = beside {
                <div class="bar">
                    <p>{ format!("Shown: {shown}. Beside it: {other}.") }</p>
                    <button id="compare" onclick={does(on, Action::Compare)} title={titled("swap")}>{ "Compare " }<kbd>{ "V" }</kbd></button>
                    <button onclick={does(on, Action::CloseBeside)} title="Close the run beside">{ "Close the other" }</button>
                </div>
            }
        </div>
    }
}
