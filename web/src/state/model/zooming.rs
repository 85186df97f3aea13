//! From all groups to one of them, to a node and to an entry there, and back: time, selection and
//! speed stay.

use std::ops::Range;

use netsplit_core::id::NodeId;

use super::Model;
use crate::draw::point::{Point, Size};
use crate::draw::ring::is_of;
use crate::state::path;
use crate::state::selection::Selection;

impl Model {
    /// A group alone on the stage, or all of them, with this selected, or what is.
    pub(super) fn show_group(&mut self, group: Option<u32>, selection: Option<Selection>) {
        let cast = self.view.cast();
        let is_there = |group: &u32| cast.groups.count > 0 && cast.members(*group).next().is_some();
        self.alone = group.filter(is_there);
        let elsewhere = || {
            let of = path::group_of(self.selection, self.alone);
            of.zip(self.alone).is_some_and(|(of, alone)| of != alone)
        };
        match selection {
            Some(selection) if selection != self.selection => self.select(selection),
            None if elsewhere() => self.select(Selection::Nothing),
            _ => {}
        }
    }

    /// The stage is pressed twice in a row: into the group whose ring is there.
    pub(super) fn enter(&mut self, at: Point, size: Size) {
        let ring = self.ring(size);
        let near = ring.islands.iter().chain(&ring.gates).filter(|_| ring.cast.groups.count > 0);
        let mut near = near.filter(|island| island.centre.distance(at) <= island.reach);
        if let Some(island) = near.next() {
            self.show_group(Some(island.group), None);
        }
    }

    /// One group stands alone, and what was selected is elsewhere: its group does.
    pub(super) fn follow_selection(&mut self) {
        if let Some(here) = self.alone {
            self.alone = Some(path::group_of(self.selection, Some(here)).unwrap_or(here));
        }
    }

    /// One level up: from an entry to its node, from there to the group, from there to all of them.
    pub(super) fn go_up(&mut self) {
        match (self.alone, self.selection) {
            (Some(_), Selection::Nothing) => self.alone = None,
            (Some(_), Selection::Entry(node, _) | Selection::Timer(node, _)) => {
                self.select(Selection::Node(node));
            }
            _ => self.selection = Selection::Nothing,
        }
    }

    /// The node of a number that was pressed: of the group that stands alone, if one does.
    pub(super) fn numbered(&self, number: u32) -> Selection {
        let node = match self.alone {
            Some(group) => {
                let mut members = self.view.cast().members(group);
                number.checked_sub(1).and_then(|place| members.nth(place as usize))
            }
            None => NodeId::from_number(number),
        };
        node.map_or(Selection::Nothing, Selection::Node)
    }

    /// The servers that are seen, by their places.
    pub fn seen_servers(&self) -> Range<usize> {
        let cast = self.view.cast();
        match self.alone {
            None => 0..cast.servers as usize,
            Some(group) => {
                let first = cast.members(group).next().map_or(0, NodeId::index);
                first..first + cast.members(group).count()
            }
        }
    }

    /// Whose marks the logs have, if it leads: what is selected, else who leads the group that stands
    /// alone.
    pub fn leader_of(&self, selected: Option<NodeId>) -> Option<NodeId> {
        let Some(group) = self.alone else { return selected };
        let leaders = || self.view.nodes.iter().filter(|it| it.glance.leads && is_of(it.id, group));
        let chosen = leaders().find(|node| Some(node.id) == selected);
        let leader = chosen.or_else(|| leaders().max_by_key(|node| node.glance.term));
        leader.map(|node| node.id)
    }

    /// What goes between two nodes is seen.
    pub fn sees(&self, one: NodeId, two: NodeId) -> bool {
        self.alone.is_none_or(|group| is_of(one, group) || is_of(two, group))
    }
}
