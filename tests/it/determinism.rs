//! Same options, same seed, same acts: the same run, whichever way one comes to
//! a moment of it; and what does not hear of a change is not changed by it.

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::id::{Groups, NodeId};
use netsplit_core::raft::options::Options;
use netsplit_core::time::{Span, Time};
use netsplit_sim::choice::{Choice, Dial, EnvelopeId};
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::network::{Delay, LinkOptions, NetworkOptions};
use netsplit_sim::scene::{Act, Advanced, Deed, Limits, Scene};
use netsplit_sim::swarm::{self, fixed};
use netsplit_sim::timeline::{Progress, Timeline};
use netsplit_sim::world::{World, WorldOptions};

use crate::kept;

/// A run: what it starts from, what is done, and when it ends.
struct Case {
    name: String,
    world: WorldOptions<RaftLab>,
    acts: Vec<Act>,
    end: Moment,
}

/// Twenty runs: one that uses every choice and every dial, and the swarm's.
fn cases() -> Vec<Case> {
    let run = fixed::everything();
    let mut cases = vec![Case {
        name: "every choice".to_owned(),
        world: run.scene.world.options().clone(),
        acts: run.acts,
        end: Moment::after(run.scene.world.now()),
    }];
    for seed in 1..20 {
        let played = swarm::play(seed, &[]).expect("no mistake is asked for");
        let end = Moment::after(played.report.end.at);
        cases.push(Case {
            name: format!("swarm, seed {seed}"),
            world: played.world,
            acts: played.acts,
            end,
        });
    }
    cases
}

fn scene(case: &Case) -> Scene<RaftLab> {
    Scene::new(case.world.clone(), Rc::from([]), Limits::default())
}

fn timeline(case: &Case) -> Timeline<RaftLab> {
    let (world, acts) = (case.world.clone(), case.acts.clone());
    Timeline::with_acts(world, Rc::from([]), Limits::default(), acts)
}

#[test]
fn twice_is_the_same_step_by_step() {
    for case in cases() {
        let (mut one, mut two) = (scene(&case), scene(&case));
        loop {
            let advanced = one.advance(&case.acts, case.end);
            assert_eq!(advanced, two.advance(&case.acts, case.end), "{}", case.name);
            let (left, right) = (one.world.last(), two.world.last());
            if one.world.fingerprint() != two.world.fingerprint() {
                panic!("{}, step {}: {left:?}\nand {right:?}", case.name, one.world.steps());
            }
            if matches!(advanced, Advanced::Reached | Advanced::Stopped(_)) {
                break;
            }
        }
        assert!(one == two, "{}: equal fingerprints, states that differ", case.name);
    }
}

#[test]
fn every_kind_of_choice_is_in_one_of_the_runs() {
    // By the name of its variant; a new one is to be added to the run.
    let name = |choice: &Choice| {
        let text = format!("{choice:?}");
        text.split([' ', '(', '{']).next().map(str::to_owned).expect("a name comes first")
    };
    let run = fixed::everything();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut dials: BTreeMap<String, u32> = BTreeMap::new();
    for act in &run.acts {
        if let Deed::Choice(choice) = &act.deed {
            *seen.entry(name(choice)).or_default() += 1;
            if let Choice::Tune(dial) = choice {
                let text = format!("{dial:?}");
                let dial = text.split(['(', ' ']).next().map(str::to_owned);
                *dials.entry(dial.expect("a name comes first")).or_default() += 1;
            }
        }
    }
    let choices = [
        "Clock",
        "Crash",
        "Cut",
        "Delay",
        "Deliver",
        "Drop",
        "Duplicate",
        "Fire",
        "HandOver",
        "Hold",
        "Lie",
        "Mend",
        "Offset",
        "Pause",
        "Persist",
        "PutOff",
        "Release",
        "Request",
        "Restart",
        "Resume",
        "Rule",
        "Stall",
        "Tune",
        "Unrule",
        "Unstall",
        "Wipe",
    ];
    assert_eq!(seen.keys().map(String::as_str).collect::<Vec<_>>(), choices);
    let all = [
        "Bandwidth",
        "Delay",
        "Duplicate",
        "LongReordering",
        "Loss",
        "Reorder",
        "Save",
        "Unreliable",
    ];
    assert_eq!(dials.keys().map(String::as_str).collect::<Vec<_>>(), all);
    assert_eq!(run.scene.skipped(), []);
}

#[test]
fn fingerprints_are_the_golden_ones_of_every_build() {
    let table = swarm::fingerprints(20);
    let line = |(name, fingerprint): &(String, u64)| format!("{fingerprint:016x} {name}\n");
    let printed: String = table.iter().map(line).collect();
    kept::check(&kept::path("golden/fingerprints.txt"), &printed);
}

#[test]
fn seeking_is_the_same_as_running_straight() {
    for case in cases() {
        let end = case.end.at.micros();
        let mut straight = timeline(&case);
        let mut passed: Vec<Scene<RaftLab>> = Vec::new();
        for part in 1..=10 {
            let moment = Moment::after(Time::from_micros(end * part / 10));
            assert_eq!(straight.run_to(moment, u64::MAX), Progress::Reached, "{}", case.name);
            passed.push(straight.scene().clone());
        }
        let mut sought = timeline(&case);
        sought.run_to(case.end, u64::MAX);
        for place in [7, 2, 9, 0, 5, 3, 8, 1, 6, 4] {
            let expected = &passed[place];
            sought.seek(Moment::after(expected.world.now()), u64::MAX);
            let found = sought.scene();
            assert_eq!(found.world.fingerprint(), expected.world.fingerprint(), "{}", case.name);
            assert!(found == expected, "{}: equal fingerprints, states that differ", case.name);
        }
    }
}

#[test]
fn a_branch_leaves_the_run_it_came_from_whole() {
    for case in cases() {
        let mut run = timeline(&case);
        run.run_to(case.end, u64::MAX);
        let (root, end) = (run.branch().id(), run.scene().clone());
        let middle = Moment::after(Time::from_micros(case.end.at.micros() / 2));
        run.seek(middle, u64::MAX);
        let node = NodeId::from_index(0);
        let up = run.scene().world.node(node).is_up();
        let choice = if up { Choice::crash(node) } else { Choice::Offset(node, 5) };
        assert_eq!(run.act(Deed::Choice(choice)), Ok(()), "{}", case.name);
        run.run_to(case.end, u64::MAX);
        let branched = run.scene().world.fingerprint();
        assert_ne!(branched, end.world.fingerprint(), "{}", case.name);
        // Its acts alone make the branch again.
        let again = Case { acts: run.branch().acts().to_vec(), ..case };
        let mut other = timeline(&again);
        other.run_to(again.end, u64::MAX);
        assert_eq!(other.scene().world.fingerprint(), branched, "{}", again.name);
        assert!(run.show(root));
        run.seek(again.end, u64::MAX);
        assert!(*run.scene() == end, "{}: the branch changed its parent", again.name);
    }
}

/// The nodes that a choice speaks of.
fn addressed(choice: &Choice, world: &World<RaftLab>) -> Vec<NodeId> {
    match choice {
        Choice::Deliver(id) => vec![id.to],
        Choice::Fire(node, _)
        | Choice::PutOff(node, ..)
        | Choice::Persist(node)
        | Choice::Stall(node)
        | Choice::Unstall(node)
        | Choice::Lie(node, _)
        | Choice::Wipe(node)
        | Choice::Crash { node, .. }
        | Choice::Restart(node)
        | Choice::Pause(node)
        | Choice::Resume(node)
        | Choice::HandOver(node)
        | Choice::Clock(node, _)
        | Choice::Offset(node, _)
        | Choice::Request(node, _) => vec![*node],
        Choice::Tune(Dial::Save(Some(node), _)) => vec![*node],
        Choice::Tune(Dial::Save(None, _)) => world.ids().collect(),
        _ => Vec::new(),
    }
}

/// The simulator never does the protocol's work.
#[test]
fn a_node_that_is_not_addressed_is_not_touched() {
    for case in cases() {
        let mut run = scene(&case);
        loop {
            // What the queue tidies up when it is asked is no step.
            run.world.due_at();
            let before: Vec<_> =
                run.world.ids().map(|id| run.world.shared_node(id).clone()).collect();
            let steps = run.world.steps();
            let advanced = run.advance(&case.acts, case.end);
            if matches!(advanced, Advanced::Reached | Advanced::Stopped(_)) {
                break;
            }
            if run.world.steps() != steps + 1 {
                continue;
            }
            let addressed = addressed(&run.world.last().choice, &run.world);
            for id in run.world.ids().filter(|id| !addressed.contains(id)) {
                let same = Rc::ptr_eq(&before[id.index()], run.world.shared_node(id));
                assert!(same, "{}: {:?} touched {id}", case.name, run.world.last().choice);
            }
        }
    }
}

fn small_world(seed: u64, links: LinkOptions, save: Span) -> Case {
    Case {
        name: format!("seed {seed}"),
        world: WorldOptions {
            nodes: 3,
            groups: Groups::NONE,
            clients: 0,
            seed,
            network: NetworkOptions { links, course: None },
            save_takes: save,
            lab: Options::paper(),
            disks: Vec::new(),
        },
        acts: Vec::new(),
        end: Moment::after(Time::from_micros(1_500_000)),
    }
}

/// One step as a node lived it: when, what, and what it asked for.
type Lived = (Time, Choice, String);

/// A run in which the message `lost` is dropped as soon as it is under way. By
/// node, what it lived through up to where it could have heard of that.
fn lived(case: &Case, lost: Option<EnvelopeId>) -> (Vec<Vec<Lived>>, Vec<EnvelopeId>) {
    let mut run = scene(case);
    let nodes = case.world.nodes as usize;
    let (mut lives, mut sent) = (vec![Vec::new(); nodes], Vec::new());
    loop {
        let steps = run.world.steps();
        let advanced = run.advance(&case.acts, case.end);
        if matches!(advanced, Advanced::Reached | Advanced::Stopped(_)) {
            return (lives, sent);
        }
        if run.world.steps() == steps {
            continue;
        }
        let last = run.world.last();
        if let Some(node) = last.node {
            let effects = format!("{:?}", last.effects);
            lives[node.index()].push((run.world.now(), last.choice.clone(), effects));
        }
        let left: Vec<EnvelopeId> = run.world.left().map(|mail| mail.id).collect();
        sent.extend(&left);
        if let Some(lost) = lost.filter(|lost| left.contains(lost)) {
            run.act(&Deed::Choice(Choice::Drop(lost))).expect("it has just left");
        }
    }
}

/// How many of its steps each node lived through before it could have heard
/// that a message arrived: after that, by what it was told since.
fn unaware(case: &Case, id: EnvelopeId) -> Vec<usize> {
    let mut run = scene(case);
    let nodes = case.world.nodes as usize;
    let (mut steps_of, mut heard) = (vec![0; nodes], vec![None; nodes]);
    let mut sent_aware: Vec<u64> = Vec::new();
    loop {
        let before = run.world.steps();
        let advanced = run.advance(&case.acts, case.end);
        if matches!(advanced, Advanced::Reached | Advanced::Stopped(_)) {
            return heard.iter().zip(&steps_of).map(|(heard, all)| heard.unwrap_or(*all)).collect();
        }
        if run.world.steps() == before {
            continue;
        }
        let last = run.world.last();
        let Some(node) = last.node else { continue };
        let tells = match last.choice {
            Choice::Deliver(other) => other == id || sent_aware.contains(&last.cause),
            _ => false,
        };
        let place = node.index();
        if tells && heard[place].is_none() {
            heard[place] = Some(steps_of[place]);
        }
        steps_of[place] += 1;
        if heard[place].is_some() {
            sent_aware.push(run.world.steps());
        }
    }
}

/// Each message of a run is dropped in turn: what is not in its causal future is
/// as it was, to the microsecond.
#[test]
fn a_dropped_message_changes_nothing_that_does_not_hear_of_it() {
    let lossy = LinkOptions { loss: 300, duplicate: 300, ..LinkOptions::calm() };
    for (seed, links) in [(1, LinkOptions::calm()), (2, lossy)] {
        let mut case = small_world(seed, links, Span::from_millis(2));
        for (place, at) in [500, 700, 900].into_iter().enumerate() {
            let words = format!("propose x{place}").into();
            let moment = Moment::after(Time::from_micros(at * 1_000));
            for node in 0..3 {
                let ask = Choice::Request(NodeId::from_index(node), Rc::clone(&words));
                case.acts.push(Act { moment, deed: Deed::Choice(ask) });
            }
        }
        let (lives, sent) = lived(&case, None);
        assert!(sent.len() > 100, "the run is too quiet to show much: {}", sent.len());
        for id in sent {
            let (other, _) = lived(&case, Some(id));
            for (node, alike) in unaware(&case, id).into_iter().enumerate() {
                let (one, two) =
                    (&lives[node][..alike], &other[node][..alike.min(other[node].len())]);
                assert_eq!(one, two, "seed {seed}, {id} dropped, n{}", node + 1);
            }
        }
    }
}

/// An act between every two steps of an instant has its place there, and the run
/// comes back from the acts alone.
#[test]
fn an_act_keeps_its_place_within_an_instant() {
    let links = LinkOptions { delay: Delay::Fixed(Span::from_millis(5)), ..LinkOptions::calm() };
    let case = Case {
        world: WorldOptions { nodes: 5, ..small_world(3, links, Span::ZERO).world },
        ..small_world(3, LinkOptions::calm(), Span::ZERO)
    };
    let mut run = scene(&case);
    let mut crowded: Vec<(Time, u32)> = Vec::new();
    while !matches!(run.advance(&[], case.end), Advanced::Reached | Advanced::Stopped(_)) {
        let moment = run.world.moment();
        match (crowded.last_mut(), moment.step) {
            (Some((at, steps)), Some(step)) if *at == moment.at => *steps = step,
            (_, step) => crowded.push((moment.at, step.unwrap_or(0))),
        }
    }
    // At 0 s the nodes start.
    crowded.retain(|(at, steps)| *at > Time::ZERO && *steps >= 3);
    assert!(crowded.len() > 10, "links of one length make crowded instants");
    let mut places = 0;
    for (at, steps) in crowded.into_iter().take(25) {
        for step in 0..=steps {
            let mut run = timeline(&case);
            run.run_to(Moment::exact(at, step), u64::MAX);
            let node = NodeId::from_index(step % 5);
            assert_eq!(run.act(Deed::Choice(Choice::crash(node))), Ok(()));
            assert_eq!(run.act(Deed::Choice(Choice::Restart(node))), Ok(()));
            run.run_to(case.end, u64::MAX);
            let acts = run.branch().acts().to_vec();
            let again = Case { acts, world: case.world.clone(), name: case.name.clone(), ..case };
            let mut other = timeline(&again);
            other.run_to(case.end, u64::MAX);
            let (one, two) = (run.scene(), other.scene());
            assert_eq!(one.world.fingerprint(), two.world.fingerprint(), "{at} +{step}");
            assert!(one == two, "{at} +{step}: equal fingerprints, states that differ");
            places += 1;
        }
    }
    assert!(places > 60, "only {places} places were tried");
}
