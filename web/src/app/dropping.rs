//! What becomes of files and texts from outside: a link or a script is opened, another text becomes
//! the input of a job where the lab reads such, and elsewhere it is offered to one that does.

use netsplit_sim::link::What;
use web_sys::File;

use super::App;
use crate::browser;
use crate::later::{self, OfCode};
use crate::state::action::{Action, Float};
use crate::state::opening::is_script;
use crate::state::views::View;

/// Where words are counted: the first scenario of the lab that reads texts.
const COUNTING: What = What::Listed { number: 41 };

impl App {
    fn code(&self) -> Option<&'static OfCode> {
        later::of_lab(self.model.play.run.lab()).and_then(|of| of.code_of_readers)
    }

    /// What is to be done instead, where an action brings texts; nothing yet where they are read
    /// first.
    pub(super) fn instead(&mut self, action: Action) -> Option<Action> {
        match (action, self.code()) {
            (Action::TakeFiles(files), _) => self.take(files),
            // In the dialog it is a link that was meant.
            (Action::OpenText(text), Some(code))
                if self.model.float != Float::Open && !is_script(&text) =>
            {
                (code.paste)(&text);
                Some(Action::ShowView(View::Input))
            }
            (Action::CountWords, _) => Some(Action::Open(COUNTING)),
            (action, _) => Some(action),
        }
    }

    /// Takes files that were dropped; what is to be done at once.
    fn take(&mut self, files: Vec<File>) -> Option<Action> {
        let code = self.code();
        let first = files.first()?.clone();
        if files.len() > 1 || !browser::may_be_script(&first) {
            return Some(as_input(code, files));
        }
        let (name, on) = (first.name(), self.on.clone());
        browser::read_file(&first, move |taken| {
            on.emit(match &taken {
                Ok(text) if !is_script(text) => match code {
                    None if text.trim().is_empty() || text.contains('\0') => {
                        Action::Say(format!("{name} is no link, no script, and no text."), true)
                    }
                    code => as_input(code, files.clone()),
                },
                _ => Action::of_taken(taken),
            });
        });
        None
    }

    /// Gives what was offered to the lab that reads texts, once it is on the page.
    pub(crate) fn give(&mut self) {
        if self.model.offered.is_empty()
            || self.model.float == Float::Texts
            || self.model.opening.is_some()
        {
            return;
        }
        let files = std::mem::take(&mut self.model.offered);
        if let Some(code) = self.code() {
            (code.take)(files);
            self.model.update(Action::ShowView(View::Input));
        }
    }
}

/// Texts become input, or are offered as such.
fn as_input(code: Option<&OfCode>, files: Vec<File>) -> Action {
    match code {
        Some(code) => {
            (code.take)(files);
            Action::ShowView(View::Input)
        }
        None => Action::Offer(files),
    }
}
