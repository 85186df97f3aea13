//! The parts of the page: functions of plain data and one callback, one file each,
//! with a style sheet of the same name in `www/components/`.

mod about;
mod bars;
pub mod beside;
mod branches;
mod caption;
mod checks;
mod copy;
mod details;
mod dialog;
mod events;
mod find;
mod header;
mod help;
pub mod inspect;
pub(crate) mod kv;
mod logs;
mod luck;
pub mod mapreduce;
mod menu;
mod open;
mod palette;
mod scenarios;
mod script;
mod set_up;
pub mod shards;
mod share;
mod stage;
mod texts;
mod thumbnail;
pub mod timeline;
mod toast;
mod transport;
pub mod txn;
mod value;

pub use about::About;
pub use bars::Bars;
pub use caption::{Caption, Props as CaptionProps};
pub use checks::{Checks, Verdict};
pub use copy::Copy;
pub use details::Details;
pub use dialog::Dialog;
pub use events::Events;
pub use find::{Find, Shown as SearchShown};
pub use header::Header;
pub use help::Help;
pub use logs::Logs;
pub use luck::Luck;
pub use menu::Menu;
pub use open::Open;
pub use palette::Palette;
pub use scenarios::{Props as ScenariosProps, Scenarios};
pub use script::{ScriptLine, ScriptText};
pub use set_up::SetUp;
pub use share::Share;
pub use stage::{Legend, MailList, Mark, OF_ANY_LAB, Stage};
pub use texts::texts;
pub use timeline::Timeline;
pub use toast::ToastBar;
pub use transport::Transport;

use yew::prelude::*;

use crate::browser;
use crate::state::action::Action;
use crate::state::commands::{self, CommandId};

/// A callback that does one action.
pub(crate) fn does<E>(on: &Callback<Action>, action: Action) -> Callback<E> {
    on.reform(move |_| action.clone())
}

/// The title of a button that does a command: its name and its key.
pub(crate) fn titled(id: CommandId) -> String {
    commands::titled(id, browser::is_mac())
}

/// What resting on something that does an action asks for.
pub(crate) fn considers(action: Option<&Action>) -> Action {
    match action {
        Some(Action::Act(verb)) => Action::Consider(Some(verb.clone())),
        _ => Action::Consider(None),
    }
}

/// A callback that does an action when an event calls for one.
pub(crate) fn may<E: 'static>(
    on: &Callback<Action>,
    action: impl Fn(E) -> Option<Action> + 'static,
) -> Callback<E> {
    let on = on.clone();
    Callback::from(move |event| {
        if let Some(action) = action(event) {
            on.emit(action);
        }
    })
}

/// The class of a term's hue.
pub(crate) fn term_class(term: u64) -> String {
    format!("term-{}", crate::paint::hue(term))
}

/// A time as lists show it: `0.412 s`.
pub(crate) fn time_text(at: netsplit_core::time::Time) -> String {
    at.seconds(3).to_string()
}
