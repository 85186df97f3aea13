//! The bar on top: what is open, its seed, undo and redo, search, help, share.

use netsplit_sim::link::What;
use yew::prelude::*;

use super::{does, may, titled};
use crate::browser;
use crate::state::action::{Action, Drawer, Float, Theme};
use crate::state::commands::Chord;

/// What the header shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lab's name.
    pub lab: AttrValue,
    /// The scenarios to choose from, once they are there.
    pub choices: Option<Html>,
    /// The title of what is open.
    pub title: AttrValue,
    /// Its seed.
    pub seed: u64,
    /// The theme.
    pub theme: Theme,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The header.
#[component]
pub fn Header(props: &Props) -> Html {
    let Props { lab, choices, title, seed, theme, on } = props;
    let other = theme.next();
    let choose = may(on, |event: Event| {
        let list: web_sys::HtmlSelectElement = event.target_dyn_into()?;
        let number = list.value().parse().ok()?;
        Some(Action::Open(What::Listed { number }))
    });
    let choices = choices.clone();
    let choices = choices.unwrap_or_else(|| html! { <option selected=true>{ title }</option> });
    html! {
        <header class="header">
            <button class="header-fold narrow-only" aria-label="Scenarios" title="Scenarios"
                onclick={does(on, Action::Fold(Drawer::Scenarios))}>{ "☰" }</button>
            <h1 class="header-name">{ "netsplit" }</h1>
            <div class="header-what">
                <span class="header-lab">{ lab }</span>
                <select class="header-title" id="scenario" aria-label="Scenario" onchange={choose} title={title.clone()}>
                    { choices }
                </select>
                <button class="header-seed" onclick={does(on, Action::Run("new-seed", None))}
                    title="New seed: the same, with other luck" aria-label={format!("Seed {seed}. New seed")}>
                    { "seed " }<b class="value" id="seed">{ seed }</b><span class="header-dice" aria-hidden="true">{ "⚄" }</span>
                </button>
            </div>
            <span class="header-gap"></span>
            <button id="undo" onclick={does(on, Action::Undo)} title={titled("undo")} aria-label="Undo">{ "↶" }</button>
            <button id="redo" onclick={does(on, Action::Redo)} title={titled("redo")} aria-label="Redo">{ "↷" }</button>
            <button id="search" class="header-search wide-only" onclick={does(on, Action::Write(String::new()))} title={titled("search")}>
                { "Search or act" }<kbd>{ Chord::ctrl("k").shown(browser::is_mac()) }</kbd></button>
            <button id="help" class="wide-only" onclick={does(on, Action::Float(Float::Help))} title={titled("help")}
                aria-label="Help">{ "?" }</button>
            <button id="theme" class="wide-only" onclick={does(on, Action::SetTheme(other))}
                title={format!("Theme: {}", theme.word())} aria-label={format!("Theme: {}", theme.word())}>
                { match theme { Theme::System => "◐", Theme::Light => "☀", Theme::Dark => "☾" } }
            </button>
            <button id="open" class="wide-only" onclick={does(on, Action::Float(Float::Open))} title={titled("open")}>{ "Open…" }</button>
            <button id="share" class="strong" onclick={does(on, Action::Float(Float::Share))}
                title={titled("share")}>{ "Share" }</button>
            <button class="header-fold details-fold" aria-label="Events, Inspect, Checks, Script"
                title="Events, Inspect, Checks, Script"
                onclick={does(on, Action::Fold(Drawer::Details))}>{ "◨" }</button>
        </header>
    }
}
