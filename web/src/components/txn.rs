//! What the page shows of transactions, beside the stage and where what is selected is told. Its style
//! sheet is `www/labs/txn.css`, which is fetched with the lab.

mod acts;
mod bank;
mod graph;
mod order;
mod story;
mod switch;
mod waits;

use super::beside::Said;
use crate::draw::transactions::Phase;
use yew::prelude::*;

pub use acts::Acts;
pub use bank::BankTable;
pub use order::Order;
pub use story::{Told, story};
pub use switch::{Switch, switch};
pub use waits::WaitsFor;

/// Of the lanes of transactions.
pub static OF_TRANSACTIONS: Said = Said {
    title: "Transactions",
    role: "lanes of transactions",
    help: "Transactions, a lane each. Arrows go from one to the next, Enter selects it.",
    empty: "None has begun yet. Transfer, Read all and Write begin one.",
    rows: "transactions",
    columns: ["transaction", "client", "does", "begun", "is", "ended", "saw", "attempts"],
};

/// What the pieces of a lane are, and the signs on it.
pub fn legend() -> Html {
    let key = |glyph: Html, words: &'static str| {
        html! {
            <span class="clients-key">
                <svg class="txn-glyph" width="18" height="12" aria-hidden="true">{ glyph }</svg>{ words }
            </span>
        }
    };
    let piece = |phase: &Phase| {
        let high = 12.0 * phase.height();
        let (y, height) = (format!("{:.1}", 12.0 - high), format!("{high:.1}"));
        let glyph = match phase {
            Phase::Waits => html! {
                <><rect class="hollow" x="0.5" y={y} width="17" height={height} /><path d="M1 12L10 3M7 12L16 3" /></>
            },
            Phase::InDoubt => {
                html! { <rect class="hollow" stroke-dasharray="3 3" x="0.5" y="0.5" width="17" height="11" /> }
            }
            _ => {
                html! { <rect class={format!("term-{}", phase.hue())} x="0" y={y} width="18" height={height} /> }
            }
        };
        key(glyph, phase.word())
    };
    html! {
        <>
            { for Phase::ALL.iter().map(piece) }
            { key(html! { <path d="M9 6V12" /> }, "lock") }
            { key(html! { <path class="filled" d="M9 2L13 6L9 10L5 6Z" /> }, "decision") }
            { key(html! { <path class="bold" d="M9 0V12" /> }, "client knows") }
        </>
    }
}
