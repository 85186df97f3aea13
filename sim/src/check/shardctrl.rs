//! What is checked of the shard controller beyond what is [of every service](super::service): each
//! configuration, as soon as a controller has it, against the one before and the command that made it.

use std::collections::BTreeMap;

use netsplit_core::history::Op;
use netsplit_core::id::NodeId;
use netsplit_core::replicated::server::Server;
use netsplit_core::shardctrl::invariants::{
    self, changes, is_as_asked, is_even, loads, misnumbered, moved, moved_at_least, orphan,
};
use netsplit_core::shardctrl::{Call, Config, Configs, Controller, Controlling, Reply};

use crate::check::service::{
    Breach, Checked, Did, HistoryOf, OF_SERVICES, Own, ServiceChecks, Summed,
};
use crate::fingerprint::Fingerprint;
use crate::labs::shardctrl::ShardctrlLab;
use crate::property::Property;
use crate::words;

/// Names of the properties.
pub mod property {
    pub use crate::check::service::property::{
        ACKNOWLEDGED, BOUNDED, EQUAL_STATE, EXACTLY_ONCE, LINEARIZABLE,
    };

    /// After a join or a leave no two groups differ by more than one shard.
    pub const BALANCED: &str = "balanced";
    /// A join or a leave moves no more shards than must be moved.
    pub const MINIMAL_MOVEMENT: &str = "minimal-movement";
    /// Every shard is a group's that is there; nobody's while there is none.
    pub const NO_ORPHAN: &str = "no-orphan";
    /// A command changes what it says, and nothing else.
    pub const AS_ASKED: &str = "as-asked";
    /// Configurations are numbered without a gap; what changes nothing makes none.
    pub const NUMBERED: &str = "numbered";
    /// A configuration that was given out never changes.
    pub const HISTORY_STAYS: &str = "history-stays";
}

use property::{AS_ASKED, BALANCED, HISTORY_STAYS, MINIMAL_MOVEMENT, NO_ORPHAN, NUMBERED};

/// The checks of one run of the controller.
pub type ShardctrlChecks = ServiceChecks<ShardctrlLab>;

/// What the clients of a controller asked and were told.
pub type ShardctrlHistory = HistoryOf<ShardctrlLab>;

impl Checked for ShardctrlLab {
    type Spec = Controlling;
    type Own = Seen;

    const PROPERTIES: &'static [Property] = &[
        OF_SERVICES[0],
        OF_SERVICES[1],
        OF_SERVICES[2],
        OF_SERVICES[3],
        OF_SERVICES[4],
        Property { id: BALANCED, title: "Balanced", source: "handout, 4A" },
        Property { id: MINIMAL_MOVEMENT, title: "Minimal movement", source: "handout, 4A" },
        Property { id: NO_ORPHAN, title: "No orphan", source: "handout, 4A" },
        Property { id: AS_ASKED, title: "As asked", source: "handout, 4A" },
        Property { id: NUMBERED, title: "Numbers without a gap", source: "handout, 4A" },
        Property { id: HISTORY_STAYS, title: "History stays", source: "handout, 4A" },
        OF_SERVICES[5],
        OF_SERVICES[6],
        OF_SERVICES[7],
        OF_SERVICES[8],
        OF_SERVICES[9],
        OF_SERVICES[10],
        OF_SERVICES[11],
    ];

    /// A state is a whole history of configurations, and commands have no keys that would keep them
    /// apart: what many clerks ask for at once is decided at the end, by the order that servers tell.
    const BUDGET: u64 = 3_000;

    fn spec(options: &Self::Options) -> Controlling {
        Controlling { shards: options.shards }
    }

    fn is_query(call: &Call) -> bool {
        call.is_query()
    }

    fn key(_: &Call) -> Option<String> {
        None
    }

    fn broken_rule(server: &Server<Controller>) -> Option<&'static str> {
        invariants::broken_rule(server)
    }

    fn deed(op: &Op<Call, Reply>) -> String {
        words::shardctrl::deed(op)
    }

    fn noun(op: &Op<Call, Reply>) -> String {
        words::shardctrl::noun(op)
    }
}

/// Any command may change all that there is.
impl Summed for Controller {
    type Place = u64;

    fn touched(_: &[u8]) -> Option<u64> {
        Some(0)
    }

    fn places(&self) -> Vec<u64> {
        vec![0]
    }

    fn digest(&self, _: &u64) -> Option<u64> {
        let all: Vec<&Config> = self.configs().iter().collect();
        // At the start nothing was summed up yet.
        (all.len() > 1).then(|| Fingerprint::of(&all))
    }
}

/// What was seen of the controllers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    servers: BTreeMap<NodeId, Known>,
    /// Whether a join or a leave made a configuration.
    divided: bool,
}

/// What was seen of one.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    /// What it has, as of its last step.
    now: Configs,
    /// The longest history that it had, also before a crash.
    longest: Configs,
}

impl Own<ShardctrlLab> for Seen {
    fn look_at(
        &mut self,
        node: NodeId,
        server: &Server<Controller>,
        did: &Did<ShardctrlLab>,
    ) -> Vec<Breach> {
        let now = server.service().configs();
        let known = self.servers.get(&node);
        let before = known.map(|known| known.now.clone());
        if before.as_ref().is_some_and(|before| before == now) && did.commands.is_empty() {
            return Vec::new();
        }
        let mut broken = Vec::new();
        let mut breaks = |property, because| {
            broken.push(Breach { property, ops: Vec::new(), because });
        };
        if let Some(number) = known.and_then(|known| changed(&known.longest, now)) {
            breaks(HISTORY_STAYS, words::shardctrl::history_changed(node, number));
        }
        if let Some(place) = misnumbered(now) {
            breaks(NUMBERED, words::shardctrl::misnumbered(node, place));
        }
        if let Some((config, shard)) = now.iter().find_map(|it| Some((it, orphan(it)?))) {
            breaks(NO_ORPHAN, words::shardctrl::orphan(node, config, shard));
        }
        // What a snapshot brings was made by commands elsewhere.
        if let Some(before) = before.filter(|_| !did.started && !did.restored) {
            self.look_at_commands(node, &before, now, &did.commands, &mut breaks);
        }
        let longest = match self.servers.remove(&node) {
            Some(known) if known.longest.len() > now.len() => known.longest,
            _ => now.clone(),
        };
        self.servers.insert(node, Known { now: now.clone(), longest });
        broken
    }

    fn was_tried(&self, property: &str) -> Option<bool> {
        match property {
            BALANCED | MINIMAL_MOVEMENT => Some(self.divided),
            NO_ORPHAN => Some(!self.servers.is_empty()),
            AS_ASKED | NUMBERED | HISTORY_STAYS => {
                Some(self.servers.values().any(|known| known.longest.len() > 1))
            }
            _ => None,
        }
    }
}

impl Seen {
    /// Gives each command the configuration that it made, and looks at the two together.
    fn look_at_commands(
        &mut self,
        node: NodeId,
        before: &Configs,
        now: &Configs,
        commands: &[Call],
        breaks: &mut impl FnMut(&'static str, String),
    ) {
        let mut place = before.len() - 1;
        for call in commands {
            let Some(last) = now.get(place) else { return };
            if !changes(last, call) {
                continue;
            }
            let Some(next) = now.get(place + 1) else {
                breaks(AS_ASKED, words::shardctrl::nothing_made(node, call));
                return;
            };
            place += 1;
            if !is_as_asked(last, call, next) {
                breaks(AS_ASKED, words::shardctrl::otherwise(node, call, next));
            }
            if !matches!(call, Call::Move(..)) {
                self.divided = true;
                look_at_division(node, last, call, next, breaks);
            }
        }
        if now.len() > place + 1 {
            breaks(NUMBERED, words::shardctrl::without_change(node, now.last()));
        }
    }
}

fn look_at_division(
    node: NodeId,
    last: &Config,
    call: &Call,
    next: &Config,
    breaks: &mut impl FnMut(&'static str, String),
) {
    if let Some((least, most)) = loads(next).filter(|_| !is_even(next)) {
        breaks(BALANCED, words::shardctrl::uneven(node, call, next, least, most));
    }
    let (moved, least) = (moved(last, next), moved_at_least(last, &next.groups));
    // Where it is uneven, fewer may have moved.
    if moved > least {
        breaks(MINIMAL_MOVEMENT, words::shardctrl::moved_too_many(node, call, moved, least));
    }
}

/// The first number under which there is another configuration than there was.
fn changed(before: &Configs, now: &Configs) -> Option<u64> {
    (0..before.len().min(now.len())).find(|place| before.get(*place) != now.get(*place))
}
