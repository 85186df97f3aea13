//! What a person does to the run.

use std::collections::BTreeSet;

use netsplit_sim::scenario::Line;
use netsplit_sim::scene::Deed;
use netsplit_sim::verb::{NotPossible, Selector, Verb};
use netsplit_sim::words;

use super::{Model, Toast};

impl Model {
    pub(super) fn act(&mut self, verb: Verb) {
        let text = words::plain(&self.play.lab().show(&verb).to_string(), &self.view);
        let branches = self.play.run.branches().len();
        match self.play.act(verb) {
            Ok(()) => {
                let made = self.play.run.branches().len() > branches;
                let said = if made { format!("New branch: {text}.") } else { words::done(&text) };
                self.toast = Some(Toast { text: said, can_undo: true, is_trouble: false });
            }
            Err(why) => self.refuse(&text, &why),
        }
        self.look_again();
        self.say_moment();
    }

    pub(super) fn refuse(&mut self, text: &str, why: &NotPossible) {
        let why = words::not_possible(self.play.lab(), why);
        self.say(&format!("Not possible: {text}: {why}."), true);
    }

    /// Acts several times, up to the first that is not possible.
    pub(super) fn act_together(&mut self, verbs: Vec<Verb>) {
        let lab = self.play.lab();
        let texts: Vec<String> = verbs
            .iter()
            .map(|verb| words::plain(&lab.show(verb).to_string(), &self.view))
            .collect();
        match self.play.act_together(verbs) {
            Ok(()) => {
                let text = match &*texts {
                    [one] => words::done(one),
                    several => format!("Did: {}.", several.join(", ")),
                };
                self.toast = Some(Toast { text, can_undo: true, is_trouble: false });
            }
            Err(refused) => {
                let (verb, why) = *refused;
                self.refuse(&lab.show(&verb).to_string(), &why);
            }
        }
        self.look_again();
    }

    /// Sends the leader, or has the first client send, the first command that nobody has
    /// sent yet up to the moment shown, and that stands in no log.
    pub(super) fn send_command(&mut self) {
        let look = self.look();
        let mut taken = BTreeSet::new();
        let mut ask = |verb: &Verb| {
            if let Verb::Ask(_, words) = verb {
                taken.insert(words.to_string());
            }
        };
        for (number, _) in self.play.run.lines_done() {
            if let Some((_, Line::Act { verb, .. })) = self.play.script.lines.get(*number as usize)
            {
                ask(verb);
            }
        }
        for act in self.play.run.acts().iter().filter(|act| act.moment <= self.view.moment) {
            if let Deed::Verb(verb) = &act.deed {
                ask(verb);
            }
        }
        let logs = self.view.nodes.iter().flat_map(|node| &node.log.entries);
        taken.extend(logs.map(|(_, command)| format!("{} {command}", look.ask)));
        let words = (1..).map(|number| format!("{} {}", look.ask, (look.command)(number)));
        let mut fresh = words.filter(|words| !taken.contains(words));
        let words = fresh.next().expect("numbers do not end");
        let first = self.view.cast().clients().next();
        let who = first.map_or(Selector::Leader, Selector::node);
        self.act(Verb::Ask(who, words.into()));
    }

    pub(super) fn undo(&mut self) {
        if self.undo_change() {
            return;
        }
        match self.play.undo() {
            true => self.say("Taken back. Redo brings it again.", false),
            false => self.say("There is nothing to take back on this branch.", false),
        }
        self.look_again();
    }

    pub(super) fn redo(&mut self) {
        if self.redo_change() {
            return;
        }
        match self.play.redo() {
            true => self.toast = None,
            false => self.say("There is nothing to bring again.", false),
        }
        self.look_again();
    }
}
