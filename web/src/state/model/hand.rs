//! Pressing, dragging and letting go on the stage.

use super::Model;
use crate::draw::hit::{Hit, hit};
use crate::draw::picture::Picture;
use crate::draw::ring::{Point, Ring, Size};
use crate::draw::sweep;
use crate::later;
use crate::state::action::{Action, Float};
use crate::state::selection::{Press, Selection};

/// How far a pressed pointer may move and still click.
const STILL: f64 = 6.0;

impl Model {
    /// Where nodes stand on a stage of a size.
    pub(super) fn ring(&self, size: Size) -> Ring {
        later::ring(self.view.cast(), self.alone, size)
    }

    /// What a press takes of what is drawn at this moment.
    fn taken(&self, press: &Press) -> Hit {
        let ring = self.ring(press.size);
        let mut picture = Picture::default();
        picture.draw(&ring, &self.view, self.selection.message());
        hit(&ring, &picture, &self.view, press.at, press.touch)
    }

    /// Time stands still, and what is there is selected. A link, and a bundle of
    /// messages, open their menu when they are let go.
    pub(super) fn press(&mut self, press: Press) {
        self.playback.holds = true;
        let taken = self.taken(&press);
        self.select_taken(&taken, press.adds);
        self.hand.cut_to = None;
        self.hand.pressed = Some((press, taken));
    }

    fn select_taken(&mut self, taken: &Hit, adds: bool) {
        match *taken {
            Hit::Message(id) => {
                // A message is gone before anybody can read what can be done to it.
                self.playback.playing = false;
                self.select(Selection::Message(id));
            }
            Hit::Bundle(_) => self.playback.playing = false,
            Hit::Node(node) | Hit::Timer(node) if adds => {
                self.select(Selection::of_nodes(self.selection.nodes().toggled(node)));
            }
            Hit::Node(node) | Hit::Timer(node) => self.select(Selection::Node(node)),
            Hit::Link(one, two) => self.select(Selection::link(one, two)),
            Hit::Ground => self.select(Selection::Nothing),
        }
    }

    /// Over empty ground, and over links, a pressed pointer draws a cut. True
    /// when the page changes beyond what is painted.
    pub(super) fn drag(&mut self, to: Point) -> bool {
        let Some((press, Hit::Ground | Hit::Link(..))) = &self.hand.pressed else { return false };
        let moved = self.hand.cut_to.is_some() || press.at.distance(to) > STILL;
        if moved {
            self.hand.cut_to = Some(to);
        }
        moved && std::mem::take(&mut self.selection) != Selection::Nothing
    }

    pub(super) fn release(&mut self) {
        self.playback.holds = false;
        let cut = self.hand.cut();
        self.hand.cut_to = None;
        let Some((press, taken)) = self.hand.pressed.take() else { return };
        if let Some((press, to)) = cut {
            let ring = self.ring(press.size);
            let mut links = sweep::crossed(&ring, press.at, to);
            let is_cut = |from, to| self.view.cuts.contains(&(from, to));
            links.retain(|(one, two)| !is_cut(*one, *two) || !is_cut(*two, *one));
            let mut acts = sweep::acts(&links);
            match acts.len() {
                0 => {}
                1 => self.act(acts.remove(0)),
                _ => {
                    self.update(Action::ActTogether(acts));
                }
            }
            return;
        }
        match taken {
            Hit::Link(..) | Hit::Bundle(_) => self.show_menu(press.at, taken),
            _ => {}
        }
    }

    /// The menu of what is at a place.
    pub(super) fn open_menu(&mut self, press: Press) {
        let taken = self.taken(&press);
        self.playback.holds = false;
        (self.hand.pressed, self.hand.cut_to) = (None, None);
        match taken {
            // What is selected together keeps together.
            Hit::Node(node) if self.selection.nodes().has(node) => {}
            Hit::Timer(node) => {
                let racing = self.look().racing;
                let timers = self.view.nodes[node.index()].timers.iter();
                let mut racing = timers.filter(|(name, ..)| racing.contains(&name.as_str()));
                self.selection = match racing.next() {
                    Some((_, code, _)) => Selection::Timer(node, *code),
                    None => Selection::Node(node),
                };
            }
            _ => self.select_taken(&taken, false),
        }
        self.show_menu(press.at, taken);
    }

    fn show_menu(&mut self, at: Point, taken: Hit) {
        self.hand.bundle = match taken {
            Hit::Bundle(ids) => ids,
            _ => Vec::new(),
        };
        self.hand.menu_at = Some(at);
        self.float = Float::Menu;
    }
}
