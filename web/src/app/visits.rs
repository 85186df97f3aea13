//! Keeping the address bar, the browser's history, the tab's title and the tab's
//! own storage in step with the run that is shown.

use netsplit_sim::link::What;
use netsplit_sim::scenarios;

use super::App;
use crate::browser;
use crate::state::action::Action;

/// What was last written where the browser keeps it.
#[derive(Default)]
pub(super) struct Written {
    /// The address from `#` on.
    address: String,
    /// The number of the run.
    number: u64,
    /// The branches.
    branches: Option<String>,
    /// That they could not be kept was said.
    told: bool,
}

impl App {
    /// Opens what the address names when the page is loaded: the moment it holds,
    /// with the branches this tab has kept.
    pub(crate) fn open_at_start(&mut self) {
        let number = browser::entry().map_or(0, |entry| entry.run);
        let address = browser::fragment();
        self.model.visits.number = number;
        // Who comes by a link has an entry that says nothing yet: it is written once the run stands.
        let written = browser::entry().map_or_else(String::new, |_| address.clone());
        self.written = Written { address: written, number, ..Written::default() };
        if address.len() > 1 {
            self.model.playback.playing = false;
            let branches = browser::kept_branches(number);
            self.model.update(Action::OpenAgain { address, number, branches });
            return;
        }
        // A page of a scenario opens it; that is no visit of its own.
        let named = browser::scenario().and_then(|id| scenarios::by_id(&id));
        if let Some(scenario) = named.filter(|named| Some(named.number) != self.first()) {
            let plays = self.model.playback.playing;
            self.model.visits.given = Some(number);
            self.model.update(Action::Open(What::Listed { number: scenario.number }));
            self.model.playback.playing = plays;
        }
    }

    /// The scenario that is open already.
    fn first(&self) -> Option<u32> {
        self.model.play.scenario.map(|scenario| scenario.number)
    }

    /// Writes the moment shown into the address bar: into the entry of its run,
    /// which is made when the run is new.
    pub(crate) fn write_address(&mut self) {
        if self.model.opening.is_some() {
            return;
        }
        browser::set_title(&self.model.tab_title());
        let (address, number) = (self.model.address(), self.model.visits.number);
        if (&address, number) == (&self.written.address, self.written.number) {
            return;
        }
        let run = &self.model.play.run;
        let entry = browser::Entry {
            run: number,
            moment: run.moment().to_string(),
            fingerprint: run.fingerprint().to_string(),
        };
        let fresh = number != self.written.number && !self.model.visits.in_place;
        let whole = browser::address_of(&self.model.place(), &address);
        browser::set_address(&whole, &entry, fresh);
        if number != self.written.number {
            self.written.branches = None;
        }
        (self.written.address, self.written.number) = (address, number);
        self.keep_branches();
    }

    /// Writes the branches down for when the page is loaded again.
    fn keep_branches(&mut self) {
        let text = self.model.branches_text();
        let several = self.model.play.run.branches().len() > 1;
        let known = text == self.written.branches;
        let kept = known || browser::keep_branches(self.written.number, text.as_deref());
        if several && (text.is_none() || !kept) && !self.written.told {
            self.written.told = true;
            self.model.tell_only_one_is_kept();
        }
        self.written.branches = text;
    }

    /// The address was changed, by hand or by going back and forward.
    pub(crate) fn follow_address(&mut self) -> bool {
        let address = browser::fragment();
        if address == self.written.address
            && browser::entry().is_none_or(|entry| entry.run == self.written.number)
        {
            return false;
        }
        let next = self.model.visits.number + 1;
        let (number, branches) = match browser::entry() {
            Some(entry) if self.model.update(Action::GoBackTo(entry.run)) => {
                self.write_address();
                return true;
            }
            Some(entry) => (entry.run, browser::kept_branches(entry.run)),
            None => (next, String::new()),
        };
        if address.len() < 2 {
            return false;
        }
        self.model.update(Action::OpenAgain { address, number, branches })
    }
}
