//! What a person does to the run.

use netsplit_sim::verb::{NotPossible, Selector, Verb};
use netsplit_sim::words;

use super::{Model, Toast};
use crate::state::action::{Action, ToMessage};
use crate::state::selection::{flying, shown};

impl Model {
    pub(super) fn act(&mut self, verb: Verb) {
        let text = self.play.lab().show(&verb).to_string();
        let branches = self.play.run.branches().len();
        match self.play.act(verb) {
            Ok(()) => {
                let made = self.play.run.branches().len() > branches;
                let said =
                    if made { format!("New branch: {text}.") } else { format!("Did: {text}.") };
                self.toast = Some(Toast { text: said, can_undo: true, is_trouble: false });
            }
            Err(why) => self.refuse(&text, &why),
        }
        self.look_again();
    }

    pub(super) fn refuse(&mut self, text: &str, why: &NotPossible) {
        let why = words::not_possible(self.play.lab(), why);
        self.say(&format!("Not possible: {text}: {why}."), true);
    }

    pub(super) fn send_command(&mut self) {
        self.commands += 1;
        let words = (self.look().command)(self.commands);
        self.act(Verb::Ask(Selector::Leader, words.into()));
    }

    pub(super) fn undo(&mut self) {
        match self.play.undo() {
            true => self.say("Taken back. Redo brings it again.", false),
            false => self.say("There is nothing to take back on this branch.", false),
        }
        self.look_again();
    }

    pub(super) fn redo(&mut self) {
        match self.play.redo() {
            true => self.toast = None,
            false => self.say("There is nothing to bring again.", false),
        }
        self.look_again();
    }

    pub(super) fn act_on_node(&mut self, action: &Action) {
        let Some(node) = self.selection.node().and_then(|node| shown(&self.view, node)) else {
            return self.say("Select a node first: click it, or press its number.", false);
        };
        let who = Selector::node(node.id);
        let is_cut = self.view.cuts.iter().any(|(from, to)| [*from, *to].contains(&node.id));
        let verb = match action {
            Action::CrashOrRestart if node.up => Verb::Crash { who, kept: 0, torn: 0 },
            Action::CrashOrRestart => Verb::Restart(who),
            Action::PauseOrResume if node.paused => Verb::Resume(who),
            Action::PauseOrResume => Verb::Pause(who),
            Action::IsolateOrMend if is_cut => Verb::MendAll(who),
            Action::IsolateOrMend => Verb::Isolate(who),
            _ => {
                let racing = self.look().racing;
                let timers = self.play.lab().timers.iter();
                let mut racing = timers.filter(|(name, _)| racing.contains(name));
                let Some((_, code)) = racing.next() else { return };
                Verb::Fire(who, *code)
            }
        };
        self.act(verb);
    }

    pub(super) fn act_on_message(&mut self, what: ToMessage) {
        let found = self.selection.message().and_then(|id| flying(&self.view, id));
        let Some(message) = found else {
            return self.say("Select a message first: click it, or press M.", false);
        };
        let id = message.id;
        self.act(match what {
            ToMessage::Drop => Verb::Drop(id),
            ToMessage::HoldOrRelease if message.held => Verb::Release(id),
            ToMessage::HoldOrRelease => Verb::Hold(id),
            ToMessage::Deliver => Verb::Deliver(id),
            ToMessage::Duplicate => Verb::Duplicate(id),
        });
    }
}
