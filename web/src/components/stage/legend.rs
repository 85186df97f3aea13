//! The legend: a few marks, until it is closed once.

use yew::prelude::*;

use crate::components::does;
use crate::state::action::Action;

/// What the legend is drawn of.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The marks of the lab, where it has its own.
    pub own: Option<&'static [Mark]>,
    /// Whether there are clients.
    pub clients: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// A mark: its hue, its outline, and its word.
pub type Mark = (&'static str, &'static str, &'static str);

/// The marks, drawn as they stand on the stage, each with its word. Only the one
/// about colour has one.
const MARKS: &[Mark] = &[
    (
        "term-0",
        "M8 2L9.6 6.2L14 6.5L10.6 9.3L11.7 13.6L8 11.2L4.3 13.6L5.4 9.3L2 6.5L6.4 6.2Z",
        "leader",
    ),
    ("term-0", "M8 1L15 8L8 15L1 8Z", "candidate"),
    ("term-1", "M1 8a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z", "colour is the term"),
    ("term-0", "M3 14L8 3L13 14Z", "asks for a vote"),
    ("term-0", "M3 3H13V13H3Z", "carries entries"),
];

/// The marks of a lab that says nothing of its own.
pub const OF_ANY_LAB: &[Mark] = &[
    ("term-0", "M1 8a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z", "node"),
    ("term-0", "M3 3H13V13H3Z", "message"),
];

/// A client has no term, and so not even grey.
const CLIENT: Mark = ("", "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z", "client");

/// The legend.
#[component]
pub fn Legend(props: &Props) -> Html {
    let mark = |(hue, path, word): &Mark| {
        let fill = hue.is_empty().then_some("none");
        html! {
            <li class="legend-mark">
                <svg class={classes!("legend-shape", *hue)} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                    <path d={*path} {fill} />
                </svg>
                { *word }
            </li>
        }
    };
    let marks = props.own.unwrap_or(MARKS);
    let client = (props.own.is_none() && props.clients).then_some(&CLIENT);
    html! {
        <div class="legend">
            <ul class="legend-marks" aria-label="Legend">{ for marks.iter().chain(client).map(mark) }</ul>
            <button class="legend-close" aria-label="Close the legend" onclick={does(&props.on, Action::CloseLegend)}>{ "×" }</button>
        </div>
    }
}
