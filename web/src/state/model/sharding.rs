//! The map of shards along the time line: pointed at, pressed and gone through.

use std::cell::RefMut;

use netsplit_core::time::Time;

use super::Model;
use super::asking::on_timeline;
use crate::draw::bars::Way;
use crate::draw::clients::Spot;
use crate::draw::flows::Layout;
use crate::state::lens::Asking;
use crate::state::selection::Selection;
use crate::state::stations::{self, Station};
use crate::state::travels::Travels;
use crate::state::views::View;

impl Model {
    /// What shards and requests passed, as far as the branch was run.
    pub fn travels(&self) -> RefMut<'_, Travels> {
        let mut travels = self.play.travels.borrow_mut();
        travels.catch_up(&*self.play.run, self.play.shown_branch());
        travels
    }

    /// The shards are drawn along the time line: what became of them is known, and nobody wants the
    /// table.
    pub fn draws_flows(&self) -> bool {
        self.is_seen(View::Shards) && !self.lens.table && !self.travels().flows().configs.is_empty()
    }

    /// Does something about what stands beside groups of servers.
    pub fn ask_of_shards(&mut self, asking: Asking) -> bool {
        if !self.is_seen(View::Shards) {
            return self.ask(asking);
        }
        match asking {
            Asking::Point(spot) => {
                let over = spot.and_then(|spot| self.shard_at(spot));
                if let (Some(spot), true) = (spot, self.is_dragged()) {
                    self.point_at_timeline(Some(on_timeline(spot)));
                    return true;
                }
                return std::mem::replace(&mut self.lens.over, over) != over;
            }
            Asking::Press(spot) => match self.shard_at(spot) {
                Some((_, shard)) => self.select(Selection::Shard(shard)),
                // The ground is a time, as it is on the time line.
                None => self.press_timeline(on_timeline(spot)),
            },
            Asking::Go(way) => self.go_to_shard(way),
            Asking::Leave => self.lens.over = None,
            Asking::Choose => {}
            other => return self.ask(other),
        }
        true
    }

    /// A shard on the map, beside all groups.
    pub(super) fn show_shard(&mut self, shard: u32) {
        self.show_group(None, Some(Selection::Shard(shard)));
        self.choose_view(View::Shards);
    }

    /// The group and the shard at a place of the map.
    fn shard_at(&self, spot: Spot) -> Option<(u32, u32)> {
        let travels = self.travels();
        let flows = travels.flows();
        let layout = Layout::new(flows, spot.size, spot.axis, self.lens.scrolled);
        let scale = self.window(spot.axis.pixels);
        layout.under(flows, &scale, spot.at, self.times().1)
    }

    /// The keyboard goes from shard to shard, and from configuration to configuration.
    fn go_to_shard(&mut self, way: Way) {
        let here = match self.selection {
            Selection::Shard(shard) => Some(shard),
            _ => None,
        };
        let now = self.times().0;
        let (shards, moment) = {
            let travels = self.travels();
            let flows = travels.flows();
            let place = flows.config_at(now);
            let to = match way {
                Way::Earlier => place.map(|place| match flows.configs[place].moment.at < now {
                    true => place,
                    false => place.saturating_sub(1),
                }),
                Way::Later => Some(place.map_or(0, |place| place + 1)),
                Way::Up | Way::Down => None,
            };
            (flows.shards, to.and_then(|to| flows.configs.get(to)).map(|config| config.moment))
        };
        if let Some(moment) = moment {
            self.by_hand(|play| play.seek(moment));
        }
        let last = shards.saturating_sub(1);
        let shard = match (way, here) {
            (Way::Up, here) => here.map_or(last, |here| here.saturating_sub(1)),
            (Way::Down, here) => here.map_or(0, |here| (here + 1).min(last)),
            _ => return,
        };
        self.select(Selection::Shard(shard));
    }

    /// The configuration that moved a shard last, or gave it to its first group, at the moment shown.
    fn config_of(&self, shard: u32) -> Option<u64> {
        let now = self.times().0;
        let travels = self.travels();
        let flows = travels.flows();
        if let Some(way) = flows.way_at(shard, now) {
            return Some(way.at);
        }
        let owner = |place: usize| flows.configs[place].owners.get(shard as usize).copied();
        let mut until = (1..=flows.config_at(now)?).rev();
        let place = until.find(|place| owner(*place) != owner(place - 1))?;
        Some(flows.configs[place].number)
    }

    /// The stations of a shard under the configuration that concerned it last, and that.
    pub fn stations_of_shard(&self, shard: u32) -> Option<(u64, Vec<Station>)> {
        let at = self.config_of(shard)?;
        Some((at, stations::of_shard(self.travels().passed(), shard, at)))
    }

    /// The stations of what is selected: of a shard, or of what a client asked.
    pub fn stations(&self) -> Vec<Station> {
        match self.selection {
            Selection::Shard(shard) => {
                self.stations_of_shard(shard).map_or_else(Vec::new, |(_, stations)| stations)
            }
            Selection::Operation(op) => {
                let asked = self.asked();
                let op = asked.op(op).filter(|op| op.called <= self.times().0);
                op.map_or_else(Vec::new, |op| stations::of_request(self.travels().passed(), op))
            }
            _ => Vec::new(),
        }
    }

    /// Their times.
    pub fn station_times(&self) -> Vec<Time> {
        self.stations().iter().map(|station| station.moment.at).collect()
    }
}
