//! Looking never changes anything; acting can always be taken back.

use std::rc::Rc;

use netsplit_core::id::{Groups, NodeId};
use netsplit_core::raft::options::Options;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};
use netsplit_sim::choice::Choice;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::network::{LinkOptions, NetworkOptions};
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Act, Deed, Limits, Stop};
use netsplit_sim::timeline::{ACTS_MOST, BRANCHES_MOST, Timeline};
use netsplit_sim::verb::{NotPossible, Selector, Verb};
use netsplit_sim::world::WorldOptions;
use netsplit_sim::{open, timeline::Progress};

fn run(seed: u64) -> Timeline<RaftLab> {
    Timeline::new(options(seed), Rc::from([]), Limits::default())
}

fn options(seed: u64) -> WorldOptions<RaftLab> {
    WorldOptions {
        nodes: 5,
        groups: Groups::NONE,
        clients: 0,
        seed,
        network: NetworkOptions { links: LinkOptions::lossy(), course: None },
        save_takes: Span::from_millis(1),
        lab: Options::paper(),
        disks: Vec::new(),
    }
}

fn at(millis: u64) -> Moment {
    Moment::after(Time::from_micros(millis * 1_000))
}

fn crash(number: u32) -> Deed {
    Deed::Choice(Choice::crash(NodeId::from_index(number - 1)))
}

fn propose(words: &str) -> Deed {
    let words = format!("propose {words}").as_str().into();
    Deed::Verb(Verb::Ask(Selector::Leader, words))
}

/// A run with acts, at its edge.
fn busy(seed: u64) -> Timeline<RaftLab> {
    let mut run = run(seed);
    let mut rng = Rng::new(seed);
    for round in 1..20 {
        run.run_to(at(round * 150), u64::MAX);
        let node = NodeId::from_index(rng.below(5) as u32);
        let other = NodeId::from_index(rng.below(5) as u32);
        let up = run.scene().world.node(node).is_up();
        let _ = match rng.below(4) {
            0 if up => run.act(Deed::Choice(Choice::crash(node))),
            0 => run.act(Deed::Choice(Choice::Restart(node))),
            1 => run.act(Deed::Choice(Choice::Cut(node, other))),
            2 => run.act(Deed::Verb(Verb::MendAll(Selector::All))),
            _ => run.act(propose("x")),
        };
    }
    run.run_to(at(4_000), u64::MAX);
    run
}

#[test]
fn every_step_can_be_looked_at_and_is_the_same_again() {
    for seed in 1..4 {
        let mut straight = run(seed);
        let busy = busy(seed);
        let acts = busy.branch().acts().to_vec();
        let options = straight.scene().world.options().clone();
        straight = Timeline::with_acts(options, Rc::from([]), Limits::default(), acts);
        let mut looked = busy.clone();
        let mut rng = Rng::new(seed);
        let mut scenes = vec![straight.scene().clone()];
        while straight.moment() < busy.moment() && straight.step() {
            scenes.push(straight.scene().clone());
        }
        scenes.retain(|scene| scene.world.moment() <= busy.moment());
        for _ in 0..200 {
            let scene = &scenes[rng.below(scenes.len() as u64) as usize];
            if rng.chance(1, 2) {
                looked.seek_step(scene.world.steps());
            } else {
                looked.seek(scene.world.moment(), u64::MAX);
            }
            assert_eq!(looked.scene().world.fingerprint(), scene.world.fingerprint());
            assert!(looked.scene().world == scene.world);
        }
        looked.seek(busy.moment(), u64::MAX);
        assert!(looked.scene() == busy.scene());
        assert_eq!(looked.branches().len(), 1, "looking made a branch");
    }
}

#[test]
fn acting_before_the_edge_makes_a_branch_and_leaves_the_old_one_whole() {
    let mut run = busy(2);
    let (edge, whole) = (run.moment(), run.scene().clone());
    run.seek(at(1_000), u64::MAX);
    assert_eq!(run.act(Deed::Verb(Verb::Isolate(Selector::node(NodeId::from_index(0))))), Ok(()));
    assert_eq!(run.branches().len(), 2);
    assert_eq!(run.branch().parent().map(|(parent, _)| parent), Some(0));
    run.run_to(at(5_000), u64::MAX);
    assert_ne!(run.scene().world.fingerprint(), whole.world.fingerprint());
    assert!(run.show(0));
    run.seek(edge, u64::MAX);
    assert!(run.scene() == &whole);
    assert_eq!(run.moment(), edge);
}

/// What a page can replay within two frames.
const REPLAYED_MOST: u64 = 5_000;

#[test]
fn any_moment_of_a_minute_is_near_a_keyframe() {
    let mut run = run(9);
    for round in 1..=1_500 {
        run.run_to(at(round * 40), u64::MAX);
        let _ = run.act(propose("x"));
    }
    let (steps, mut rng) = (run.scene().world.steps(), Rng::new(9));
    assert!(steps > 20_000, "a minute makes {steps} steps");
    for _ in 0..300 {
        let moment = at(rng.below(60_000));
        let progress = run.seek(moment, REPLAYED_MOST);
        assert_eq!(progress, Progress::Reached, "at {moment}");
    }
}

#[test]
fn a_fork_goes_its_own_way() {
    let mut run = busy(2);
    let whole = run.scene().clone();
    run.seek(at(1_000), u64::MAX);
    let here = run.scene().clone();
    let mut fork = run.fork_off();
    assert!(fork.scene() == &here);
    fork.seek(whole.world.moment(), u64::MAX);
    assert!(fork.scene() == &whole, "the acts to come are known to it");
    fork.seek(at(1_000), u64::MAX);
    assert_eq!(fork.act(Deed::Verb(Verb::Isolate(Selector::node(NodeId::from_index(0))))), Ok(()));
    fork.run_to(at(5_000), u64::MAX);
    assert!(fork.undo());
    assert!(run.scene() == &here, "acting in the fork is nothing to the run");
    assert_eq!(run.branches().len(), 1);
}

#[test]
fn undo_takes_an_act_back_and_redo_brings_it_again() {
    let mut run = busy(3);
    let before = run.scene().clone();
    let moment = run.moment();
    let node = (1..=5).find(|&n| run.scene().world.node(NodeId::from_index(n - 1)).is_up());
    assert_eq!(run.act(crash(node.expect("not all are down"))), Ok(()));
    run.run_to(at(5_000), u64::MAX);
    let after = run.scene().clone();
    assert!(run.undo());
    assert_eq!(run.moment(), moment);
    assert!(run.scene() == &before);
    assert!(run.redo());
    run.seek(after.world.moment(), u64::MAX);
    assert!(run.scene() == &after);
}

#[test]
fn undoing_the_act_that_made_a_branch_shows_its_parent_again() {
    let mut run = run(4);
    run.run_to(at(2_000), u64::MAX);
    run.seek(at(500), u64::MAX);
    let before = run.scene().clone();
    assert_eq!(run.act(crash(1)), Ok(()));
    let branched = run.scene().clone();
    assert!(run.undo());
    assert_eq!((run.branches().len(), run.branch().id()), (1, 0));
    assert!(run.scene() == &before);
    assert!(run.redo());
    assert_eq!((run.branches().len(), run.branch().id()), (2, 1));
    assert!(run.scene() == &branched);
    assert!(!run.redo(), "there is nothing more");
}

#[test]
fn what_is_impossible_changes_nothing() {
    let mut run = busy(5);
    run.seek(at(700), u64::MAX);
    let before = run.scene().clone();
    assert!(run.act(crash(9)).is_err());
    assert!(run.scene() == &before);
    assert_eq!(run.branches().len(), 1);
}

#[test]
fn an_act_can_be_moved_and_removed() {
    let mut run = run(6);
    run.run_to(at(400), u64::MAX);
    assert_eq!(run.act(crash(1)), Ok(()));
    run.run_to(at(2_000), u64::MAX);
    let later = Act { moment: at(800), deed: crash(1) };
    assert!(run.change_act(0, Some(later)));
    assert_eq!(run.branch().acts().len(), 1);
    run.seek(at(790), u64::MAX);
    assert!(run.scene().world.node(NodeId::from_index(0)).is_up());
    run.seek(at(810), u64::MAX);
    assert!(!run.scene().world.node(NodeId::from_index(0)).is_up());
    assert!(run.change_act(0, None));
    run.seek(at(2_000), u64::MAX);
    assert!(run.scene().world.node(NodeId::from_index(0)).is_up());
    assert_eq!(run.branches().len(), 3);
    assert!(!run.change_act(0, None), "there is no act any more");
}

#[test]
fn changing_a_line_can_be_taken_back_and_shows_the_same_moment() {
    let mut run = busy(6);
    run.seek(at(2_000), u64::MAX);
    let before = run.scene().clone();
    let mut acts = run.branch().acts().to_vec();
    let first = acts.remove(1);
    acts.push(Act { moment: at(2_500), ..first });
    assert!(run.change_acts(acts.clone()));
    assert_eq!(run.moment(), before.world.moment());
    let mut straight = Timeline::with_acts(
        before.world.options().clone(),
        Rc::from([]),
        Limits::default(),
        acts.clone(),
    );
    straight.run_to(run.moment(), u64::MAX);
    assert!(run.scene() == straight.scene());
    let changed = run.scene().clone();
    assert!(!run.change_acts(acts), "nothing differs");
    assert!(run.undo());
    assert!(run.scene() == &before);
    assert_eq!(run.branches().len(), 1);
    assert!(run.redo());
    assert!(run.scene() == &changed);
}

#[test]
fn looks_at_other_moments_and_at_the_parent_show_what_is_there() {
    let mut run = busy(4);
    let steps = run.scene().world.steps();
    let mut looked = None;
    for step in (0..steps).step_by(97) {
        let scene = run.look_at_step(step, looked);
        let mut shown = run.clone();
        shown.seek_step(scene.world.steps());
        assert!(shown.scene() == &scene, "step {step}");
        looked = Some(scene);
    }
    assert!(run.look_at_parent(None, u64::MAX).is_none(), "the first run has no parent");
    run.seek(at(1_000), u64::MAX);
    assert_eq!(run.act(Deed::Verb(Verb::Isolate(Selector::node(NodeId::from_index(0))))), Ok(()));
    let mut near = None;
    for millis in [1_100, 1_500, 3_000] {
        run.run_to(at(millis), u64::MAX);
        let parent = run.look_at_parent(near, u64::MAX).expect("it is near");
        let mut shown = run.clone();
        shown.show(0);
        shown.seek(run.moment(), u64::MAX);
        assert!(shown.scene() == &parent, "{millis} ms");
        near = Some(parent);
    }
    assert!(run.look_at_parent(None, 3).is_none(), "too many steps");
}

#[test]
fn only_so_many_acts_are_kept() {
    let mut run = run(8);
    run.run_to(at(100), u64::MAX);
    for number in 0..ACTS_MOST {
        let verb = if number % 2 == 0 { Verb::Isolate } else { Verb::MendAll };
        assert_eq!(run.act(Deed::Verb(verb(Selector::node(NodeId::from_index(0))))), Ok(()));
    }
    assert_eq!(run.act(Deed::Verb(Verb::ReleaseAll)), Err(NotPossible::TooManyActs));
    assert!(run.undo());
    assert_eq!(run.act(Deed::Verb(Verb::ReleaseAll)), Ok(()));
}

#[test]
fn only_so_many_branches_are_kept_and_undo_survives_it() {
    let mut run = run(7);
    run.run_to(at(2_000), u64::MAX);
    let mut gone = 0;
    for round in 0..2 * BRANCHES_MOST as u64 {
        run.seek(at(1_000 + round), u64::MAX);
        let node = NodeId::from_index((round % 5) as u32);
        let up = run.scene().world.node(node).is_up();
        let choice = if up { Choice::crash(node) } else { Choice::Restart(node) };
        assert_eq!(run.act(Deed::Choice(choice)), Ok(()));
        run.run_to(at(2_000), u64::MAX);
        gone += u32::from(run.take_gone().is_some());
        assert!(run.branches().len() <= BRANCHES_MOST);
    }
    assert!(gone > 0);
    while run.undo() {}
    while run.redo() {}
}

#[test]
fn a_run_that_never_leaves_its_instant_is_stopped() {
    let text = "scenario raft nodes=5 seed=1\nset delay 0ms\nset save 0ms\n";
    let script = Script::parse(text).expect("it is a script");
    let world = open::world(&script.setup).expect("it is a world");
    let limits = Limits { steps_at_once: 10, ..Limits::default() };
    let mut run = Timeline::<RaftLab>::new(world, open::lines(&script), limits);
    let stopped = run.run_to(at(60_000), u64::MAX);
    assert!(matches!(stopped, Progress::Stopped(_)), "{stopped:?}");
}

#[test]
fn a_run_whose_messages_fill_the_memory_is_stopped() {
    let text = "scenario raft nodes=5 seed=1\nhold all\n";
    let script = Script::parse(text).expect("it is a script");
    let world = open::world(&script.setup).expect("it is a world");
    let limits = Limits { under_way: 50_000, ..Limits::default() };
    let mut run = Timeline::<RaftLab>::new(world, open::lines(&script), limits);
    assert_eq!(run.run_to(at(3_600_000), u64::MAX), Progress::Stopped(Stop::UnderWay));
    assert!(run.scene().world.weight() > 50_000);
    assert_eq!(run.seek(at(100), u64::MAX), Progress::Reached, "what was before can be looked at");
}

/// At the edge a wait of the script may be over and not yet ended: repeated from
/// the start, it ends before the act, and so it must when the act is made.
#[test]
fn an_act_where_a_wait_is_over_repeats() {
    let text = "scenario raft nodes=5 seed=7\nrun until leader\npropose a\nrun for 1s\n";
    let script = Script::parse(text).expect("it can be read");
    let mut run = open::script(&script, Vec::new()).expect("it can be opened");
    while !run.standings().iter().any(|standing| standing.leads) {
        run.step();
    }
    let crash = Verb::Crash { who: Selector::Leader, kept: 0, torn: 0 };
    assert_eq!(run.act(crash), Ok(()));
    run.run_to(at(900), u64::MAX);
    let forward = run.fingerprint();
    run.seek(Moment::START, u64::MAX);
    run.seek(at(900), u64::MAX);
    assert_eq!(run.fingerprint(), forward);
}

/// What was done by hand on the shown branch.
fn by_hand(run: &Timeline<RaftLab>) -> Vec<(Moment, Verb)> {
    let acts = run.branch().acts().iter();
    let verbs = acts.filter_map(|act| match &act.deed {
        Deed::Verb(verb) => Some((act.moment, verb.clone())),
        Deed::Choice(_) => None,
    });
    verbs.collect()
}

#[test]
fn a_branch_that_was_written_down_is_the_same_again() {
    let crash = |who| Deed::Verb(Verb::Crash { who, kept: 0, torn: 0 });
    let mut first = run(11);
    first.run_to(at(900), u64::MAX);
    let _ = first.act(propose("x"));
    first.run_to(at(1_500), u64::MAX);
    let trunk = by_hand(&first);
    first.seek(at(700), u64::MAX);
    let (left, node) = (first.moment(), NodeId::from_index(2));
    first.act(crash(Selector::node(node))).expect("it is up");
    first.run_to(at(1_200), u64::MAX);
    let _ = first.act(propose("y"));
    first.run_to(at(1_400), u64::MAX);
    let (twig, there) = (by_hand(&first), first.scene().world.fingerprint());

    let acts = trunk.iter().map(|(moment, verb)| {
        let deed = Deed::Verb(verb.clone());
        Act { moment: *moment, deed }
    });
    let limits = Limits::default();
    let mut again = Timeline::with_acts(options(11), Rc::from([]), limits, acts.collect());
    again.run_to(at(1_500), u64::MAX);
    let trunk_there = again.scene().world.fingerprint();
    assert_eq!(again.graft(&trunk), None, "it is there already");
    let grafted = again.graft(&twig).expect("it differs");
    assert_eq!(again.branch().parent(), Some((0, left)));
    again.run_to(first.moment(), u64::MAX);
    assert_eq!(again.scene().world.fingerprint(), there);
    assert_eq!(again.branch().id(), grafted);
    again.show(0);
    again.seek(at(1_500), u64::MAX);
    assert_eq!(again.scene().world.fingerprint(), trunk_there, "the first stays whole");
}
