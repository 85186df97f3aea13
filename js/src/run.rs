//! What JavaScript sees: the class [`Run`] and the list of scenarios. Each method reads
//! what came in ([`crate::input`]), asks the [`Player`], and hands a plain object out.
//!
//! Comments at what is exported become those of `netsplit.d.ts`, so that they are in the
//! form that readers of JavaScript know.

use std::cell::RefCell;

use js_sys::Function;
use netsplit_sim::scenarios as gallery;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::input;
use crate::listeners::Listeners;
use crate::player::Player;
use crate::shown::ScenarioShown;
use crate::trouble::Trouble;

/// All scenarios of the gallery, in the order in which they tell their story.
#[wasm_bindgen(unchecked_return_type = "Scenario[]")]
pub fn scenarios() -> Result<JsValue, Trouble> {
    plain(&gallery::all().map(ScenarioShown::of).collect::<Vec<_>>())
}

/// One running lab. Same start, same acts: same run, on every machine.
///
/// Whatever comes in is checked first; what is wrong is thrown as a `NetsplitError`,
/// and then nothing has changed. Only a run that a limit stops has come as far as it
/// could. A call returns when it is done: long ones (an hour of virtual time) take
/// seconds.
#[wasm_bindgen]
pub struct Run {
    // Methods take `&self`, so that a listener may call them while one is being run.
    player: RefCell<Player>,
    listeners: Listeners,
}

#[wasm_bindgen]
impl Run {
    /// Opens a scenario by its id, a link (an address, or from `#` on), or a script. Of a
    /// scenario and of a script it is at its start; of a link at the link's moment.
    ///
    /// @throws {NetsplitError} What is wrong with the text.
    pub fn open(
        #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue,
    ) -> Result<Run, Trouble> {
        let player = Player::open(&input::text(text, "what is opened")?)?;
        Ok(Run { player: RefCell::new(player), listeners: Listeners::default() })
    }

    /// What was opened, and what is to be said about it.
    #[wasm_bindgen(unchecked_return_type = "About")]
    pub fn about(&self) -> Result<JsValue, Trouble> {
        plain(self.player.borrow().about())
    }

    /// The run at the moment shown.
    #[wasm_bindgen(unchecked_return_type = "View")]
    pub fn view(&self) -> Result<JsValue, Trouble> {
        plain(&self.player.borrow_mut().view())
    }

    /// What happened in the step just made, in sentences.
    #[wasm_bindgen(unchecked_return_type = "Told[]")]
    pub fn told(&self) -> Result<JsValue, Trouble> {
        plain(&self.player.borrow().told())
    }

    /// What clients asked up to the moment shown and what they were told; empty for a
    /// lab without clients.
    #[wasm_bindgen(unchecked_return_type = "Operation[]")]
    pub fn history(&self) -> Result<JsValue, Trouble> {
        plain(&self.player.borrow().history())
    }

    /// What happened after `from` (default: from the start) up to `to` (default: the
    /// moment shown), no further than the branch has been run; 100,000 events at most.
    /// It is made by running again.
    ///
    /// @throws {NetsplitError} What is wrong with a moment; that it would hold too much.
    #[wasm_bindgen(unchecked_return_type = "TraceEvent[]")]
    pub fn trace(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "When")] from: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "When")] to: &JsValue,
    ) -> Result<JsValue, Trouble> {
        let moment = |value: &JsValue| match value.is_undefined() {
            true => Ok(None),
            false => input::moment(value).map(Some),
        };
        let (from, to) = (moment(from)?, moment(to)?);
        plain(&self.player.borrow().trace(from, to)?)
    }

    /// The link to the moment shown, from `#` on: put the address of any page that
    /// serves Netsplit before it.
    ///
    /// @throws {NetsplitError} When the script in it is too long for a link.
    pub fn link(&self) -> Result<String, Trouble> {
        self.player.borrow().link()
    }

    /// Makes `n` steps (default: one; at most 100,000). Returns how many there were:
    /// fewer when nothing comes any more, or a limit is reached.
    ///
    /// @throws {NetsplitError} When `n` is no such number.
    pub fn step(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "number")] n: &JsValue,
    ) -> Result<u32, Trouble> {
        let steps = input::steps(n)?;
        Ok(self.changed(|player| player.step(steps)))
    }

    /// Runs on to a moment: text as scripts write it (`"1.2s"`, after everything of that
    /// time; `"1.2s +3"`, after three steps of it), or microseconds.
    ///
    /// @throws {NetsplitError} When it is none, or past, or a limit stops the run on its way.
    #[wasm_bindgen(js_name = runTo)]
    pub fn run_to(
        &self,
        #[wasm_bindgen(unchecked_param_type = "When")] moment: &JsValue,
    ) -> Result<(), Trouble> {
        let moment = input::moment(moment)?;
        self.changed(|player| player.run_to(moment))
    }

    /// Runs on for so long: text (`"300ms"`, `"1.5s"`), or microseconds.
    ///
    /// @throws {NetsplitError} When it is no length of time, or a limit stops the run on its way.
    #[wasm_bindgen(js_name = runFor)]
    pub fn run_for(
        &self,
        #[wasm_bindgen(unchecked_param_type = "When")] span: &JsValue,
    ) -> Result<(), Trouble> {
        let span = input::span(span)?;
        self.changed(|player| player.run_for(span))
    }

    /// Runs on until a condition of the script language holds: `"leader"`, `"no leader"`,
    /// `"committed 5 within 2s"`. Waits ten seconds of virtual time where it names no
    /// other. Returns whether it holds.
    ///
    /// @throws {NetsplitError} What is wrong with the condition, with its column.
    #[wasm_bindgen(js_name = runUntil)]
    pub fn run_until(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] condition: &JsValue,
    ) -> Result<bool, Trouble> {
        let condition = input::text(condition, "a condition")?;
        self.changed(|player| player.run_until(&condition))
    }

    /// Acts at the moment shown, in the words of the script language: `"crash leader"`,
    /// `"cut n1 | n2 n3"`, `"propose n1 x=3"`. Before the latest moment that was reached
    /// it makes a branch.
    ///
    /// @throws {NetsplitError} What is wrong with the words, with its column; or why it is
    /// not possible now.
    pub fn act(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue,
    ) -> Result<(), Trouble> {
        let text = input::text(text, "an act")?;
        self.changed(|player| player.act(&text))
    }

    /// Shows another moment of the branch, earlier or later: text as for `runTo`, or
    /// microseconds. Looking changes nothing: what was done later is still there.
    ///
    /// @throws {NetsplitError} When it is none; when it is later than the branch has been
    /// run and a limit stops the run on its way.
    pub fn seek(
        &self,
        #[wasm_bindgen(unchecked_param_type = "When")] moment: &JsValue,
    ) -> Result<(), Trouble> {
        let moment = input::moment(moment)?;
        self.changed(|player| player.seek(moment))
    }

    /// Shows the branch after so many steps, as `view().steps` counts them; no further
    /// than it has been run.
    ///
    /// @throws {NetsplitError} When it is no such number.
    #[wasm_bindgen(js_name = seekStep)]
    pub fn seek_step(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] step: &JsValue,
    ) -> Result<(), Trouble> {
        let step = input::step(step)?;
        self.changed(|player| player.seek_step(step));
        Ok(())
    }

    /// Takes the last act back and shows the moment before it. Returns false when there
    /// is none.
    pub fn undo(&self) -> bool {
        self.changed(Player::undo)
    }

    /// Does again what was taken back. Returns false when nothing was.
    pub fn redo(&self) -> bool {
        self.changed(Player::redo)
    }

    /// Calls `listener` with the view after every change, until the function that is
    /// returned is called. What a listener throws is reported as an uncaught error.
    ///
    /// @throws {NetsplitError} When it is no function.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn subscribe(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(view: View) => void")] listener: &JsValue,
    ) -> Result<Function, Trouble> {
        let listener = listener.dyn_ref::<Function>();
        let listener = listener.ok_or_else(|| Trouble::new("a listener is a function"))?;
        Ok(self.listeners.add(listener.clone()))
    }

    /// Changes the run and tells those who listen, if it is another moment then or
    /// another run.
    fn changed<T>(&self, change: impl FnOnce(&mut Player) -> T) -> T {
        let (before, outcome, after) = {
            let mut player = self.player.borrow_mut();
            let before = player.place();
            let outcome = change(&mut player);
            (before, outcome, player.place())
        };
        if before != after {
            self.listeners.tell(|| self.view().unwrap_or(JsValue::NULL));
        }
        outcome
    }
}

/// A plain object: maps are objects, what is not there is `null`.
fn plain(value: &impl Serialize) -> Result<JsValue, Trouble> {
    let written = value.serialize(&Serializer::json_compatible());
    written.map_err(|why| Trouble::new(why.to_string()))
}
