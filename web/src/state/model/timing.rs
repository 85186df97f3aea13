//! What the time line shows, and where in it somebody points.

#[cfg(test)]
mod tests;

use std::rc::Rc;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::{BranchShown, Standing};
use netsplit_sim::scene::Deed;

use super::Model;
use crate::draw::ring::{Point, Size};
use crate::draw::scale::{Scale, WIDTH_MOST, Zoom};
use crate::draw::timeline::{Layout, NAMES, Under, branches_with_rows};
use crate::state::history::Stretch;
use crate::state::marks::{Mark, MarkKind, cuts_at, marks};
use crate::state::selection::Selection;
use crate::state::views::View;

/// The least width of lanes above the time line that its window follows.
const LANES_LEAST: f64 = 100.0;

/// Where somebody points at the time line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointed {
    /// The place, in pixels of the time line.
    pub at: Point,
    /// Its size.
    pub size: Size,
}

/// What the time line tells about a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The place, in pixels from the left.
    pub x: f64,
    /// The time there.
    pub time: Time,
    /// The mark there, or the branch.
    pub words: Option<Rc<str>>,
    /// Who there is.
    pub cast: Cast,
    /// The first of those who are seen, by its place.
    pub first: usize,
    /// How each of them stood then; nothing where no run has been.
    pub standings: Vec<Standing>,
    /// Directions that were cut then.
    pub cuts: Vec<(NodeId, NodeId)>,
}

impl Model {
    /// The window of the time line on so many pixels.
    pub fn window(&self, pixels: f64) -> Scale {
        let (now, edge) = self.times();
        if self.zoom.is_some() {
            return Scale::shown(now, edge, self.zoom, pixels);
        }
        // A job has an end: all of it is seen, however long it takes.
        let most = (self.views().first() != Some(&View::Tasks)).then_some(WIDTH_MOST);
        let lanes = [View::Clients, View::Shards, View::Transactions, View::Tasks];
        match self.lens.painted.get().filter(|_| lanes.contains(&self.shown_view())) {
            // What lies above it shows a part of this axis: there the window is.
            Some((axis, size)) => {
                let (left, right) = axis.seen(size.width);
                let seen = (right - left).max(LANES_LEAST);
                Scale::following(now, edge, most, seen).behind(left.max(0.0), pixels)
            }
            None => Scale::following(now, edge, most, pixels),
        }
    }

    /// How far anything is known: the edge, or where the pale future ends.
    pub fn known_until(&self) -> Time {
        let edge = self.times().1;
        self.future.as_ref().map_or(edge, |future| future.until.max(edge))
    }

    /// What is marked on the shown branch.
    pub fn marks(&self) -> Vec<Mark> {
        marks(self.play.history(), self.times().1)
    }

    /// The branches, each with the name it was given or that of its first act.
    pub fn branches(&self) -> Vec<(BranchShown, String)> {
        let lab = self.play.lab();
        let name = |branch: &BranchShown| {
            let first = branch.first_act.as_ref().and_then(|act| match &act.deed {
                Deed::Verb(verb) => Some(lab.show(verb).to_string()),
                Deed::Choice(_) => None,
            });
            match (&branch.name, branch.parent, first) {
                (Some(name), ..) => name.clone(),
                (None, Some(_), _) if branch.changed => "changed lines".to_owned(),
                (None, Some(_), Some(act)) => act,
                _ => "first run".to_owned(),
            }
        };
        let branches = self.play.run.branches().into_iter();
        branches.map(|branch| (branch.clone(), name(&branch))).collect()
    }

    fn layout(&self, size: Size, branches: usize) -> Layout {
        Layout::new(size, self.seen_servers().len(), branches)
    }

    /// What lies under a place of the time line.
    fn under(&self, pointed: Pointed, marks: &[Mark], branches: usize) -> Under {
        let layout = self.layout(pointed.size, branches);
        let times = marks.iter().map(|mark| (mark.from, mark.to, mark.kind == MarkKind::Broken));
        layout.under(&self.window(layout.width()), self.known_until(), pointed.at, times)
    }

    /// Somebody points at the time line.
    pub fn told_by_timeline(&self) -> Option<Told> {
        let pointed = self.pointed?;
        let (marks, branches) = (self.marks(), self.branches());
        let layout = self.layout(pointed.size, branches.len());
        let scale = self.window(layout.width());
        let here = scale.time_from_screen((pointed.at.x - NAMES).max(0.0));
        let (time, words) = match self.under(pointed, &marks, branches.len()) {
            Under::Overview(time) | Under::Time(time) => (time, None),
            Under::Mark(place) => {
                let mark = &marks[place];
                (here.clamp(mark.from, mark.to), Some(Rc::clone(&mark.words)))
            }
            Under::Branch(row) => {
                let shown = branches.iter().position(|(branch, _)| branch.shown).unwrap_or(0);
                let place = branches_with_rows(branches.len(), shown).0.get(row).copied()?;
                (here, Some(branches[place].1.as_str().into()))
            }
        };
        let (standings, cuts) = self.stood_at(time);
        let (cast, first) = (self.view.cast(), self.seen_servers().start);
        Some(Told { x: pointed.at.x, time, words, cast, first, standings, cuts })
    }

    /// How the servers that are seen stood at a time of the shown branch, or will if nobody acts.
    fn stood_at(&self, time: Time) -> (Vec<Standing>, Vec<(NodeId, NodeId)>) {
        let edge = self.times().1;
        let history = match &self.future {
            Some(future) if time > edge && time <= future.until => &future.history,
            _ if time <= edge => self.play.history(),
            _ => return (Vec::new(), Vec::new()),
        };
        let stood = |lane: &Vec<Stretch>| {
            let count = lane.partition_point(|stretch| stretch.from <= time);
            count.checked_sub(1).map_or(Standing::default(), |last| lane[last].standing)
        };
        let mut cuts = cuts_at(history, time);
        let seen = self.seen_servers();
        let is_seen = |node: &NodeId| seen.contains(&node.index());
        cuts.retain(|(from, to)| is_seen(from) && is_seen(to));
        (history.servers_of(&seen).iter().map(stood).collect(), cuts)
    }

    /// The time line is pressed: a mark or a branch is gone to, any other place is
    /// where the play head is dragged from now on.
    pub(super) fn press_timeline(&mut self, pointed: Pointed) {
        let (marks, branches) = (self.marks(), self.branches());
        let under = self.under(pointed, &marks, branches.len());
        self.dragged = None;
        match under {
            Under::Mark(place) => self.go_to_mark(&marks[place]),
            Under::Branch(row) => {
                let shown = branches.iter().position(|(branch, _)| branch.shown).unwrap_or(0);
                let places = branches_with_rows(branches.len(), shown).0;
                if let Some((branch, _)) = places.get(row).map(|place| &branches[*place]) {
                    let id = branch.id;
                    self.by_hand(|play| play.show(id));
                }
            }
            Under::Overview(_) | Under::Time(_) => {
                // The window stands still while it is dragged, or it would run away
                // from the pointer.
                let layout = self.layout(pointed.size, branches.len());
                let scale = match under {
                    Under::Overview(_) => layout.whole(self.known_until()),
                    _ => self.window(layout.width()),
                };
                self.playback.holds = true;
                self.dragged = Some(scale);
                self.drag_timeline(pointed);
            }
        }
    }

    /// The pointer moves over the time line, or leaves it.
    pub(super) fn point_at_timeline(&mut self, pointed: Option<Pointed>) -> bool {
        let changed = self.pointed != pointed;
        self.pointed = pointed;
        if let Some(pointed) = pointed {
            self.drag_timeline(pointed);
        }
        changed
    }

    fn drag_timeline(&mut self, pointed: Pointed) {
        let Some(scale) = self.dragged else { return };
        let time = scale.time_from_screen((pointed.at.x - NAMES).max(0.0));
        self.play.seek(Moment::after(time));
        self.look_again();
    }

    /// It is let go: the run is as it was, from there.
    pub(super) fn let_timeline_go(&mut self) {
        (self.dragged, self.playback.holds) = (None, false);
        self.look_again();
    }

    /// True while the play head is dragged.
    pub fn is_dragged(&self) -> bool {
        self.dragged.is_some()
    }

    /// Goes to a mark: to what it marks, and of a broken property to its witness.
    pub(super) fn go_to_mark(&mut self, mark: &Mark) {
        let moment = mark.moment;
        self.by_hand(|play| play.seek(moment));
        if let (MarkKind::Broken, Some(node)) = (mark.kind, mark.node) {
            self.select(Selection::Node(node));
        }
    }

    /// The wheel is turned over the time line: a window `by` times as wide.
    pub(super) fn zoom_timeline(&mut self, pointed: Pointed, by: f64) {
        let layout = self.layout(pointed.size, self.play.run.branches().len());
        let scale = self.window(layout.width());
        let around = scale.time_from_screen((pointed.at.x - NAMES).max(0.0));
        self.zoom = Some(scale.zoomed(around, by, self.known_until()));
    }

    /// While it plays, the play head stays in the window.
    pub(super) fn keep_head_in_window(&mut self) {
        let now = self.times().0;
        if self.dragged.is_none() {
            self.zoom = self.zoom.map(|zoom: Zoom| zoom.following(now));
        }
    }
}
