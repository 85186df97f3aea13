//! The accounts, what they hold together, and what those counted that read all of them.

use netsplit_sim::moment::Moment;
use yew::prelude::*;

use crate::components::{does, time_text};
use crate::state::action::Action;
use crate::state::bank::{Account, Bank, Count};
use crate::state::selection::Selection;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The bank.
    pub bank: Bank,
    /// How a transaction is begun.
    pub acts: Html,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The panel.
#[component]
pub fn BankTable(props: &Props) -> Html {
    let Props { bank, acts, on } = props;
    html! {
        <section class="txn-panel" tabindex="0" role="region" aria-label="The bank">
            { acts.clone() }
            if bank.accounts.is_empty() {
                <p class="txn-quiet">{ "No key holds a number yet. Write puts one." }</p>
            } else {
                <div class="txn-beside">
                    <table class="bank">
                        <caption>{ "Accounts" }</caption>
                        <thead><tr>{ for COLUMNS.iter().map(|it| html! { <th scope="col">{ *it }</th> }) }</tr></thead>
                        <tbody>{ for bank.accounts.iter().map(account) }</tbody>
                        <tfoot>{ total(bank) }</tfoot>
                    </table>
                    <div class="txn-words">
                        <h3>{ "Counted" }</h3>
                        if bank.counts.is_empty() { <p>{ "Nobody has read all accounts yet." }</p> }
                        <ul>{ for bank.counts.iter().map(|it| count(it, on)) }</ul>
                    </div>
                </div>
            }
        </section>
    }
}

/// The heads of its columns.
const COLUMNS: [&str; 4] = ["account", "in", "holds", "coming"];

fn account(account: &Account) -> Html {
    let at =
        account.at.map_or_else(String::new, |(shard, group)| format!("shard {shard}, g{group}"));
    let coming = account.coming.as_ref().map(|it| {
        let word = if it.decided { "decided" } else { "promised" };
        format!("{}, {word} by {}", it.value, it.name)
    });
    html! {
        <tr key={account.key.clone()}>
            <th scope="row" class="value">{ &account.key }</th>
            <td>{ at }</td>
            <td class="value number">{ account.balance }</td>
            <td>{ coming.unwrap_or_default() }</td>
        </tr>
    }
}

/// What all hold, and whether that is right.
fn total(bank: &Bank) -> Html {
    html! {
        <tr class={classes!((!bank.is_right()).then_some("wrong"))}>
            <th scope="row">{ "total" }</th>
            <td></td>
            <td class="value number">{ bank.total }</td>
            <td>{ verdict(bank.total, bank.there) }</td>
        </tr>
    }
}

/// In a sign and in words.
fn verdict(total: i64, there: i64) -> Html {
    let (sign, words) = match total - there {
        0 => ("✓ ", "right".to_owned()),
        less if less < 0 => ("✗ ", format!("wrong: {} too little", -less)),
        more => ("✗ ", format!("wrong: {more} too much")),
    };
    html! { <><b class="bank-sign" aria-hidden="true">{ sign }</b>{ words }</> }
}

fn count(count: &Count, on: &Callback<Action>) -> Html {
    let go = does::<MouseEvent>(on, Action::SeekTo(Moment::after(count.at)));
    let select = does::<MouseEvent>(on, Action::Select(Selection::Operation(count.op)));
    html! {
        <li key={count.name.clone()} class={classes!((!count.is_right()).then_some("wrong"))}>
            <button class="inspect-go value" onclick={go}>{ format!("{} s", time_text(count.at)) }</button>
            <button class="txn-name value" onclick={select}>{ &count.name }</button>
            <span class="value number">{ count.total }</span>
            { " " }{ verdict(count.total, count.there) }
        </li>
    }
}
