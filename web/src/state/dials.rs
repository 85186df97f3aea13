//! The dials of the network, the disks and the cluster: a literal list.
//!
//! One that takes effect *from now* is a line of the script at the moment shown;
//! one *from the start* is another run of the same script.

use netsplit_sim::run::Dials;
use netsplit_sim::scenario::Setup;
use netsplit_sim::script::{delay_text, parts_text, span_text};

use super::model::Model;

/// When a dial takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// From the moment shown on.
    Now,
    /// From the start, in a run beside this one.
    Start,
}

/// Where a dial stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Under Network.
    Network,
    /// Under Faults.
    Faults,
    /// Under Cluster: what a run begins with.
    Cluster,
}

/// A dial.
pub struct Dial {
    /// Its name in code; from the start, that of the option.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// When it takes effect.
    pub when: When,
    /// Where it stands.
    pub place: Place,
    /// Values worth trying, from the least to the most.
    pub stops: &'static [&'static str],
    /// What it does, in a few words.
    pub about: &'static str,
}

const fn now(
    id: &'static str,
    name: &'static str,
    stops: &'static [&'static str],
    about: &'static str,
) -> Dial {
    Dial { id, name, when: When::Now, place: Place::Network, stops, about }
}

const fn start(
    id: &'static str,
    name: &'static str,
    stops: &'static [&'static str],
    about: &'static str,
) -> Dial {
    Dial { id, name, when: When::Start, place: Place::Cluster, stops, about }
}

const SHARES: &[&str] = &["0%", "1%", "5%", "10%", "20%", "50%", "100%"];
const SWITCH: &[&str] = &["off", "on"];

/// All dials.
pub const DIALS: &[Dial] = &[
    now(
        "delay",
        "Delay",
        &["0ms", "1ms..2ms", "8ms..16ms", "20ms..40ms", "50ms..100ms", "100ms..300ms", "1s..2s"],
        "How long a message takes. Messages under way keep the delay they drew.",
    ),
    now("loss", "Loss", SHARES, "How many messages are lost."),
    now("duplicate", "Duplicates", SHARES, "How many messages come twice."),
    now(
        "reorder",
        "Reordering",
        &["0% by 0ms", "5% by 50ms", "10% by 200ms", "30% by 500ms"],
        "How many messages come up to so much later, so that others overtake them.",
    ),
    now(
        "bandwidth",
        "Bandwidth",
        &["unlimited", "1000000", "100000", "10000", "1000"],
        "Bytes a second that a link carries.",
    ),
    now("unreliable", "Unreliable", SWITCH, "The course’s network that loses one in ten."),
    now("long-reordering", "Long reordering", SWITCH, "The course’s replies that come late."),
    Dial {
        place: Place::Faults,
        ..now(
            "save",
            "A save takes",
            &["0ms", "1ms", "5ms", "20ms", "100ms", "400ms"],
            "How long a disk needs until a save is durable, on all nodes.",
        )
    },
    start("nodes", "Nodes", &["1", "3", "5", "7", "9", "15"], "How many nodes there are."),
    start("clients", "Clients", &["1", "2", "3", "5", "8"], "How many clients there are."),
    start("seed", "Seed", &[], "The number from which all chance of the run grows."),
    start(
        "network",
        "Network",
        &["calm", "lan", "wan", "lossy", "course"],
        "What all links are like at the start.",
    ),
    start(
        "reads",
        "Queries are answered by",
        &["log", "read-index", "lease", "follower"],
        "How it begins; servers can be asked to read otherwise while it runs.",
    ),
    start(
        "sessions",
        "Sessions",
        &["none", "chosen", "1", "3", "100", "1000"],
        "How many are kept; chosen: clerks draw their numbers; none: a command may be done twice.",
    ),
    start(
        "log-bytes",
        "Bytes of a log",
        &["100", "1000", "10000", "unlimited"],
        "From so many on, a server takes a snapshot.",
    ),
    start(
        "retry",
        "A clerk asks again after",
        &["20ms", "50ms", "100ms", "300ms", "1s"],
        "How long it waits for an answer.",
    ),
    start(
        "back-off",
        "It waits after refusals",
        &["1ms", "10ms", "50ms", "200ms"],
        "How long, when all servers have sent it away.",
    ),
    start(
        "drift",
        "Clocks may differ by",
        &["0%", "1%", "10%", "50%"],
        "What a lease is shortened by.",
    ),
    start("work", "Clerks work by themselves", SWITCH, "They ask one thing after the other."),
    start("clerks", "Clerks a client", &["1", "2", "5", "10"], "How many work at each."),
    start("calls", "Calls a clerk", &["1", "10", "100", "1000000"], "How many it makes at most."),
    start(
        "think",
        "Between calls",
        &["1ms", "5ms..40ms", "50ms..100ms", "1s"],
        "How long a clerk thinks.",
    ),
    start("keys", "Keys", &["1", "3", "10", "100"], "How many they ask about."),
    start("hot", "Of the first key", &["0%", "50%", "90%"], "How many calls are about it."),
    start("queries", "Queries", &["0%", "50%", "90%", "100%"], "How many calls change nothing."),
    start("own-key", "Each its own key", SWITCH, "No two clerks ask about the same key."),
    start(
        "isolation",
        "Isolation",
        &["read-committed", "snapshot", "serializable"],
        "What transactions may expect of each other.",
    ),
    start(
        "wound-wait",
        "Wound-wait",
        SWITCH,
        "An older transaction takes the locks of younger ones; else it waits for them.",
    ),
    start(
        "decision",
        "Decided by",
        &["client", "group"],
        "A group’s log, which a majority keeps, or the client, on its own disk.",
    ),
    start(
        "in-doubt",
        "In doubt after",
        &["50ms", "100ms", "300ms", "1s"],
        "A leader asks what was decided, or gives a transaction up, when nothing was heard of it.",
    ),
    start("ops", "Operations a transaction", &["1", "2", "4", "8"], "How many it has at most."),
    start("only-reads", "Only reads", &["0%", "25%", "50%", "100%"], "How many change nothing."),
    start(
        "job",
        "Job",
        &["wc", "indexer", "grep", "url-count", "reverse-links", "sort", "page-rank"],
        "What is found out; each reads what suits it under Input.",
    ),
    start("input", "Input", &["corpus", "log", "graph", "records", "skew"], "What it reads."),
    start("splits", "Splits", &["4", "8", "16", "64"], "Each is a map task."),
    start("parts", "Parts of the keys", &["1", "4", "10", "32"], "Each is a reduce task."),
    start("backup", "Backup tasks", SWITCH, "Near the end the slowest are done twice (3.6)."),
    start("combine", "Combiner", SWITCH, "Values are added before they are sent (4.3)."),
    start("locality", "Locality", SWITCH, "A map goes to a worker that has its split (3.4)."),
    start(
        "disk",
        "Map output lies on",
        &["local", "shared"],
        "Each worker’s own disk, as in the paper, or one that all share, as in the course.",
    ),
    start(
        "bad-disk",
        "A bad disk has",
        &["none", "n2", "n3", "n4", "n5"],
        "A worker whose disk reads 1 MB/s where others read 30 (3.6).",
    ),
    start(
        "quiet-start",
        "Quiet start",
        SWITCH,
        "A server that has just started elects nobody for a time-out, as a lease needs.",
    ),
    start(
        "election",
        "Election time-out",
        &["50ms..100ms", "150ms..300ms", "300ms..600ms", "400ms..800ms", "1s..2s"],
        "Drawn anew from this range each time.",
    ),
    start(
        "heartbeat",
        "Heartbeat",
        &["20ms", "50ms", "100ms", "200ms"],
        "How often a leader speaks.",
    ),
    start(
        "pre-vote",
        "PreVote",
        SWITCH,
        "Ask first whether one would be elected (dissertation 9.6).",
    ),
    start(
        "check-quorum",
        "CheckQuorum",
        SWITCH,
        "A leader that hears no majority steps down (dissertation 6.2).",
    ),
    start(
        "commit-told",
        "Commit index is told",
        &["next-append", "at-once"],
        "With the next message, or in one of its own.",
    ),
    start(
        "in-flight",
        "Messages in flight",
        &["1", "2", "4", "8"],
        "Sent before the first is answered.",
    ),
    start("append-entries", "Entries a message", &["1", "4", "16", "64"], "Commands in a batch."),
    start("append-bytes", "Bytes a message", &["1000", "10000", "1048576"], "Size of a batch."),
    start("chunk", "Bytes a snapshot piece", &["4", "16", "4096", "65536"], "Size of a piece."),
];

/// A dial as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct DialShown {
    /// Its name in code.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// When it takes effect.
    pub when: When,
    /// Values worth trying.
    pub stops: &'static [&'static str],
    /// What it does.
    pub about: &'static str,
    /// Its value now.
    pub value: String,
    /// The value that the scenario gives it.
    pub default: String,
    /// Why the last value that was tried is impossible.
    pub trouble: Option<String>,
}

impl DialShown {
    /// It is not where the scenario has it.
    pub fn is_away(&self) -> bool {
        self.value != self.default
    }

    /// It is on or off.
    pub fn is_switch(&self) -> bool {
        self.stops == SWITCH
    }

    /// The stop at its value, or the last one that is not past it in the list.
    pub fn stop(&self) -> usize {
        self.stops.iter().position(|stop| *stop == self.value).unwrap_or(self.stops.len() / 2)
    }
}

/// The dials of a network that loses, doubles, reorders and delays beyond its links nothing.
pub fn are_calm(network: &[DialShown]) -> bool {
    let is_least = |dial: &DialShown| dial.stops.first().is_some_and(|least| dial.value == *least);
    network.iter().all(|dial| dial.id == "delay" || is_least(dial))
}

/// A dial by its name in code.
pub fn by_id(id: &str) -> Option<&'static Dial> {
    DIALS.iter().find(|dial| dial.id == id)
}

/// The dials of a place, as they stand.
pub fn shown(model: &Model, place: Place) -> Vec<DialShown> {
    let (setup, own) = (&model.play.script.setup, model.play.own());
    let dials = model.play.run.dials();
    let lab = model.play.run.lab();
    let is_there = |dial: &&Dial| match dial.id {
        // What clients do with transactions is of kinds, and no switch.
        "work" => lab != "txn",
        // The only client of a MapReduce is the disk that all share, and it has no clerks.
        "clients" | "retry" => lab != "mapreduce",
        _ => true,
    };
    let of_place = DIALS.iter().filter(|dial| dial.place == place).filter(is_there);
    let show = |dial: &Dial| {
        let (value, default) = match dial.when {
            When::Now => (value_now(dial.id, &dials)?, value_at_start(dial.id, setup)?),
            When::Start => (option(dial.id, setup)?, option(dial.id, own)?),
        };
        let trouble = model.dial_trouble.as_ref().filter(|(id, _)| *id == dial.id);
        Some(DialShown {
            id: dial.id,
            name: dial.name,
            when: dial.when,
            stops: dial.stops,
            about: dial.about,
            value,
            default,
            trouble: trouble.map(|(_, why)| why.clone()),
        })
    };
    of_place.filter_map(show).collect()
}

fn bandwidth(bytes: u64) -> String {
    if bytes == 0 { "unlimited".to_owned() } else { bytes.to_string() }
}

fn switch(on: bool) -> String {
    if on { "on" } else { "off" }.to_owned()
}

/// How a dial stands at the moment shown.
fn value_now(id: &str, dials: &Dials) -> Option<String> {
    let links = &dials.links;
    Some(match id {
        "delay" => delay_text(&links.delay),
        "loss" => parts_text(links.loss),
        "duplicate" => parts_text(links.duplicate),
        "reorder" => format!("{} by {}", parts_text(links.reorder), span_text(links.reorder_by)),
        "bandwidth" => bandwidth(links.bandwidth),
        "unreliable" => switch(dials.course.as_ref()?.unreliable),
        "long-reordering" => switch(dials.course.as_ref()?.long_reordering),
        "save" => {
            let first = dials.nodes.first()?.save_takes;
            let same = dials.nodes.iter().all(|node| node.save_takes == first);
            if same { span_text(first) } else { "differs".to_owned() }
        }
        _ => return None,
    })
}

/// How it stood when the run began.
fn value_at_start(id: &str, setup: &Setup) -> Option<String> {
    let (links, course) = (&setup.network.links, &setup.network.course);
    Some(match id {
        "delay" => delay_text(&links.delay),
        "loss" => parts_text(links.loss),
        "duplicate" => parts_text(links.duplicate),
        "reorder" => format!("{} by {}", parts_text(links.reorder), span_text(links.reorder_by)),
        "bandwidth" => bandwidth(links.bandwidth),
        "unreliable" => switch(course.as_ref()?.unreliable),
        "long-reordering" => switch(course.as_ref()?.long_reordering),
        "save" => span_text(setup.save_takes),
        _ => return None,
    })
}

/// An option of a start.
pub(super) fn option(id: &str, setup: &Setup) -> Option<String> {
    match id {
        "nodes" => Some(setup.nodes.to_string()),
        "clients" => (setup.clients > 0).then(|| setup.clients.to_string()),
        "seed" => Some(setup.seed.to_string()),
        "network" => Some(setup.preset.to_owned()),
        _ => {
            let values = (netsplit_sim::labs::lab(&setup.lab)?.reading().values)(&setup.options);
            values.into_iter().find(|(name, _)| name == id).map(|(_, value)| value)
        }
    }
}
