//! The bar on top: what is open, its seed, undo and redo, theme, help, share.

use yew::prelude::*;

use super::{does, titled};
use crate::state::action::{Action, Drawer, Float, Theme};

/// What the header shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lab's name.
    pub lab: AttrValue,
    /// What is open.
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
    let Props { lab, title, seed, theme, on } = props;
    let other = theme.next();
    html! {
        <header class="header">
            <button class="header-fold narrow-only" aria-label="Scenarios" title="Scenarios"
                onclick={does(on, Action::Fold(Drawer::Scenarios))}>{ "☰" }</button>
            <h1 class="header-name">{ "netsplit" }</h1>
            <p class="header-what">
                <span class="header-lab">{ lab }</span>
                <span class="header-title">{ title }</span>
                <span class="header-seed">{ "seed " }<b class="value" id="seed">{ seed }</b></span>
            </p>
            <button class="header-dice" onclick={does(on, Action::Run("new-seed", None))} title="Another seed: the same, with other luck"
                aria-label="Another seed">{ "⚄" }</button>
            <span class="header-gap"></span>
            <button id="search" class="wide-only header-search" onclick={does(on, Action::Write(String::new()))} title={titled("search")}>{ "Search or act" }</button>
            <button id="undo" onclick={does(on, Action::Undo)} title={titled("undo")} aria-label="Undo">{ "↶" }</button>
            <button id="redo" onclick={does(on, Action::Redo)} title={titled("redo")} aria-label="Redo">{ "↷" }</button>
            <button id="theme" class="wide-only" onclick={does(on, Action::SetTheme(other))}
                title={format!("Theme: {}", theme.word())} aria-label={format!("Theme: {}", theme.word())}>
                { match theme { Theme::System => "◐", Theme::Light => "☀", Theme::Dark => "☾" } }
            </button>
            <button class="wide-only" onclick={does(on, Action::Float(Float::Help))} title={titled("help")}
                aria-label="Help">{ "?" }</button>
            <button onclick={does(on, Action::Float(Float::Open))} title={titled("open")}>{ "Open…" }</button>
            <button id="share" class="strong" onclick={does(on, Action::Float(Float::Share))}
                title={titled("share")}>{ "Share" }</button>
            <button class="header-fold details-fold" aria-label="Events, Inspect, Checks, Script"
                title="Events, Inspect, Checks, Script"
                onclick={does(on, Action::Fold(Drawer::Details))}>{ "◨" }</button>
        </header>
    }
}
