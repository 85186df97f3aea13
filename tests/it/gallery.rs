//! The gallery's pages in the documentation, one a lab, made from the scenarios themselves.
//!
//! `REWRITE=1` writes it anew; so does `cargo xtask golden`.

use std::fmt::Write as _;

use netsplit_sim::labs;
use netsplit_sim::scenario::{Line, Scenario};
use netsplit_sim::scenarios;

use crate::kept::{self, Kept};

const RAFT: &str = "# The gallery of Raft

Twelve scenarios, one story in the order of the course's parts. Each asks one question; its notes say what to see at their moments, and a test runs every note's expectations. A switch shows the opposite: the same story with one thing changed, told as it goes then. This page is made from [the scenarios](../../sim/src/scenarios/raft.rs) by `cargo xtask golden`.
";

const KV: &str = "# The gallery of the key/value store

Twelve scenarios about a store that is replicated by Raft and asked by clients: what is done once, what is true when it is answered, and what is still known after a crash. Sections 3.10 and 6.2 to 6.4.1 are of Ongaro's dissertation, *Consensus: Bridging Theory and Practice*, 2014; the others are of the Raft paper. As in [Raft's](raft-gallery.md), a test runs every note's expectations, and another looks up what the clients were told. This page is made from [the scenarios](../../sim/src/scenarios/kv.rs) by `cargo xtask golden`.
";

const SHARDCTRL: &str = "# The gallery of the shard controller

Two scenarios about how shards are divided among groups: which of them move, and what the next leader says. As in [the others](kv-gallery.md), a test runs every note's expectations, and another looks up what the controllers have. This page is made from [the scenarios](../../sim/src/scenarios/shardctrl.rs) by `cargo xtask golden`.
";

const SHARDKV: &str = "# The gallery of the sharded store

Six scenarios about shards that go from group to group while clients ask for what is in them: nothing is lost on the way, nothing is done twice, and nobody answers for what another has. As in [the others](kv-gallery.md), a test runs every note's expectations. This page is made from [the scenarios](../../sim/src/scenarios/shardkv.rs) by `cargo xtask golden`.
";

const TXN: &str = "# The gallery of transactions

Eight scenarios about transactions over several shards: all of one or nothing of it, whoever dies; who waits for whom; and what each level of isolation lets through. As in [the others](kv-gallery.md), a test runs every note's expectations, and another looks up what the clients were told. This page is made from [the scenarios](../../sim/src/scenarios/txn.rs) by `cargo xtask golden`.
";

const MAPREDUCE: &str = "# The gallery of MapReduce

Nine scenarios about a job that ends whatever fails: a worker with what it has mapped, an output that is half written, one who is slow, one who is late, and the one who knows. Sections are of the paper. As in [the others](kv-gallery.md), a test runs every note's expectations. This page is made from [the scenarios](../../sim/src/scenarios/mapreduce.rs) by `cargo xtask golden`.
";

fn page(head: &str, lab: &str) -> String {
    let mut text = head.to_owned();
    let mut part = "";
    for scenario in scenarios::all().filter(|scenario| scenario.parse().setup.lab == lab) {
        if scenario.part != part {
            part = scenario.part;
            write!(text, "\n## {part}\n").expect("a text takes it all");
        }
        tell(&mut text, scenario);
    }
    text
}

fn tell(text: &mut String, scenario: &Scenario) {
    let lab = labs::lab(&scenario.parse().setup.lab).expect("a scenario is of a lab");
    let property = lab.code().properties.iter().find(|property| property.id == scenario.property);
    let property = property.map_or(scenario.property, |property| property.title);
    let Scenario { number, title, id, question, look_for, section, .. } = scenario;
    let mut add = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    add(format!("\n### {number} {title}\n"));
    add(format!("*{question}* {look_for} (`{id}`; {section}; {property})\n"));
    for (_, line) in scenario.parse().lines {
        if let Line::Note { text, .. } = line {
            add(format!("- {text}"));
        }
    }
    let some = !scenario.branches.is_empty() || !scenario.switches.is_empty();
    if some {
        add("\n| to see the opposite | what is to be seen |\n|---|---|".to_owned());
    }
    for branch in scenario.branches {
        let what = branch.act.map_or("the run itself".to_owned(), |act| format!("`{act}`"));
        add(format!("| branch {} at {} | {what} |", branch.name, branch.note));
    }
    for switch in scenario.switches {
        let Scenario { number, id, look_for, .. } = switch.shows;
        add(format!("| {} (`{id}`, {number}) | {look_for} |", switch.label));
    }
}

#[test]
fn gallery_goldens() {
    let mut kept = Kept::default();
    let heads = [
        (RAFT, "raft"),
        (KV, "kv"),
        (SHARDCTRL, "shardctrl"),
        (SHARDKV, "shardkv"),
        (TXN, "txn"),
        (MAPREDUCE, "mapreduce"),
    ];
    for (head, lab) in heads {
        let path = kept::path(&format!("../docs/labs/{lab}-gallery.md"));
        kept.check(&path, &page(head, lab));
    }
    kept.end();
}
