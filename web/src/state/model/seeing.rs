//! What the model shows, and how it looks again when something moved.

use std::rc::Rc;

use netsplit_core::time::Time;
use netsplit_sim::run::WorldView;

use crate::labs::{self, Look};
use crate::later;
use crate::state::action::{Float, Tab};
use crate::state::around::Around;
use crate::state::marked::Marked;
use crate::state::opening::Opening;
use crate::state::playback::Speed;
use crate::state::selection::{Arrival, Selection};

use super::Model;

/// The fastest pace at which what changed is marked.
const MARKED_PACE: u64 = 2_000_000;
/// Screen time for which opening something is not worth a word, in microseconds.
const PATIENCE: u64 = 150_000;

impl Model {
    /// What is to be seen now.
    pub fn view(&self) -> &Rc<WorldView> {
        &self.view
    }

    /// What the moment shown is compared with.
    pub fn around(&self) -> &Around {
        &self.around
    }

    /// What the page knows of the lab.
    pub fn look(&self) -> &'static Look {
        labs::look(self.play.run.lab())
    }

    /// The pace now: microseconds of the run in a second of screen.
    pub fn pace(&self) -> u64 {
        match self.playback.speed {
            Speed::Auto => self.play.pace().at(self.view.moment.at).unwrap_or(self.playback.auto),
            Speed::Fixed(pace) => pace,
        }
    }

    /// What is being opened, once it takes long enough to be said.
    pub fn slow_opening(&self) -> Option<&Opening> {
        self.opening.as_ref().filter(|opening| opening.waited >= PATIENCE)
    }

    /// True when frames are wanted: something plays, is being opened, or is still
    /// to be foreseen.
    pub fn wants_frames(&self) -> bool {
        self.opening.is_some() || self.moves() || self.tries() || self.wants_foresight()
    }

    /// True while time goes on.
    pub(super) fn moves(&self) -> bool {
        self.playback.moves() && self.float == Float::Nothing
    }

    /// Makes the view again, after something moved.
    pub(super) fn look_again(&mut self) {
        let before = std::mem::replace(&mut self.view, self.play.run.view());
        if let Selection::Message(id) = self.selection {
            self.arrived = Arrival::of(id, &before, &self.view);
        }
        self.selection = self.selection.settled(&self.view);
        if let (Some(_), Selection::Node(node)) = (self.alone, self.selection)
            && !node.is_client()
        {
            // A message has come to another group: it went on there.
            self.alone = Some(node.group().unwrap_or(0));
        }
        self.mark_again();
        self.look_around();
    }

    /// Finds again what belongs to the operation that is selected.
    pub(super) fn mark_again(&mut self) {
        let of = later::of_lab(self.play.run.lab()).and_then(|lab| lab.clients);
        self.lens.marked = match (self.selection, of) {
            (Selection::Operation(op), Some(of)) => (of.marks)(self, op),
            _ => Marked::default(),
        };
    }

    /// What the stage shows as selected: of an operation, all nodes that have to do with it.
    pub fn marked_selection(&self) -> Selection {
        match self.selection {
            Selection::Operation(_) => Selection::of_nodes(self.lens.marked.nodes),
            selection => selection,
        }
    }

    /// Compares the moment shown with what lies around it.
    pub(super) fn look_around(&mut self) {
        // Marks are for eyes that have time: not while time is dragged or rushes.
        let rushes = self.playback.playing && self.pace() > MARKED_PACE;
        let marks = !self.playback.holds && !rushes;
        self.around = Around::look(&mut self.play, &self.view, marks);
        let asks = self.tab == Tab::Inspect && self.selection == Selection::Nothing;
        if asks && !self.playback.playing && marks {
            self.around.follow_causes(&mut self.play, &self.view);
        }
    }

    /// The time shown and the time of the edge.
    pub fn times(&self) -> (Time, Time) {
        (self.view.moment.at, self.view.edge.at)
    }
}
