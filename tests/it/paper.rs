//! Rules of the paper that take several nodes to show, in a world, each by its
//! section; and the page that says where every rule is obeyed.

use std::fs;
use std::path::PathBuf;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{Index, Notice, Term};
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::reason::Reason;
use netsplit_core::raft::role::RoleName;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Advanced, Limits, Scene};
use netsplit_sim::timeline::END;

fn n(number: u32) -> NodeId {
    NodeId::from_number(number).expect("the tests count from 1")
}

/// A script that has run, and all that its nodes told.
struct Ran {
    scene: Scene<RaftLab>,
    told: Vec<(NodeId, Notice)>,
}

/// Runs a script to its end: every line must be possible, every wait fulfilled,
/// and no promise broken.
fn run(text: &str) -> Ran {
    let script = Script::parse(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let world = open::world::<RaftLab>(&script.setup).expect("the setup is of Raft");
    let mut scene = Scene::new(world, open::lines(&script), Limits::default());
    let mut told = Vec::new();
    let mut steps = 0;
    while !scene.script_is_done() {
        match scene.advance(&[], END) {
            Advanced::Reached | Advanced::Stopped(_) => break,
            _ => {}
        }
        if scene.world.steps() > steps {
            steps = scene.world.steps();
            let node = scene.world.last().node;
            told.extend(
                node.into_iter().flat_map(|node| {
                    scene.world.notices().map(move |notice| (node, notice.clone()))
                }),
            );
        }
    }
    assert_eq!(scene.skipped(), [], "{text}");
    assert_eq!(scene.broken(), [], "{text}");
    Ran { scene, told }
}

impl Ran {
    fn peer(&self, number: u32) -> &Peer {
        self.scene.world.node(n(number)).machine().expect("the node runs")
    }

    fn terms(&self, number: u32) -> Vec<Term> {
        self.peer(number).log().iter().map(|(_, entry)| entry.term).collect()
    }

    fn elected(&self) -> Vec<(NodeId, Term)> {
        let elected = |(node, notice): &(NodeId, Notice)| match notice {
            Notice::Became { role: RoleName::Leader, term } => Some((*node, *term)),
            _ => None,
        };
        self.told.iter().filter_map(elected).collect()
    }

    fn applied(&self, number: u32) -> Vec<Index> {
        let applied = |(node, notice): &(NodeId, Notice)| match notice {
            Notice::Committed { index, .. } if *node == n(number) => Some(*index),
            _ => None,
        };
        self.told.iter().filter_map(applied).collect()
    }

    fn gave_reason(&self, is: impl Fn(&Reason) -> bool) -> bool {
        self.told.iter().any(|(_, notice)| matches!(notice, Notice::Because(why) if is(why)))
    }
}

#[test]
fn a_split_vote_ends_without_a_leader_and_random_time_outs_settle_it_5_2() {
    let ran = run("scenario raft nodes=5 seed=7
        fire n1 n3 n5 election
        run for 40ms
        run until no leader within 1ms
        run until leader within 2s");
    assert!(ran.elected().iter().all(|(_, term)| *term > 1));
    assert!(ran.gave_reason(|why| matches!(why, Reason::AlreadyVoted { term: 1, .. })));
}

#[test]
fn a_leader_stays_while_nothing_fails_5_2() {
    let ran = run("scenario raft nodes=5 seed=3
        run until leader within 2s
        run for 10s");
    assert_eq!(ran.elected().len(), 1);
}

#[test]
fn a_leader_that_comes_back_learns_that_its_term_is_over_5_1() {
    let ran = run("scenario raft nodes=3 seed=1
        fire n1 election
        run until leader n1 within 1s
        isolate n1
        run until term 2 on n2 n3 within 2s
        mend all
        run until term 2 on all within 1s
        run for 100ms");
    assert_eq!(ran.peer(1).role().name(), RoleName::Follower);
    assert!(ran.gave_reason(|why| matches!(why, Reason::OldTerm { .. })));
}

#[test]
fn one_disk_more_than_half_commits_and_half_does_not_5_3() {
    run("scenario raft nodes=5 seed=1
        run until leader within 2s
        crash n4 n5
        run until leader within 2s
        propose x
        run until committed 1 on n1 n2 n3 within 2s");
    let ran = run("scenario raft nodes=4 seed=1
        fire n1 election
        run until leader n1 within 1s
        crash n3 n4
        propose n1 x
        run for 2s");
    assert!(ran.applied(1).is_empty());
}

#[test]
fn the_leader_of_figure_7_brings_every_follower_in_line_5_3() {
    let logs = [
        "1*3 4*2 5*2 6*2",
        "1*3 4",
        "1*3 4*2 5*2 6*4",
        "1*3 4*2 5*2 6*3 7*2",
        "1*3 4*4",
        "1*3 2*3 3*5",
    ];
    let disks = (2..).zip(logs).map(|(node, log)| format!("disk n{node} term 7 log {log}\n"));
    let disks: String = disks.collect();
    let ran = run(&format!(
        "scenario raft nodes=7 seed=1
        disk n1 term 7 log 1*3 4*2 5*2 6*3
        {disks}
        fire n1 election
        run until leader n1 within 1s
        propose n1 x
        run until committed 11 on all within 1s"
    ));
    assert!((2..=7).all(|node| ran.terms(node) == ran.terms(1)));
    assert_eq!(ran.elected(), [(n(1), 8)]);
}

#[test]
fn a_candidate_without_a_committed_entry_cannot_win_5_4_1() {
    let ran = run("scenario raft nodes=3 seed=1
        fire n1 election
        run until leader n1 within 1s
        isolate n3
        propose n1 x
        run until committed 1 on n1 n2 within 1s
        crash n1
        mend all
        fire n3 election
        run until leader within 3s
        run until leader n2 within 3s");
    assert!(ran.elected().iter().all(|(node, _)| *node != n(3)));
    assert!(ran.gave_reason(|why| matches!(why, Reason::OlderLog { .. })));
}

#[test]
fn an_entry_of_an_older_term_on_a_majority_waits_and_comes_with_the_next_5_4_2() {
    let text = "scenario raft nodes=3 seed=1
        disk n1 term 2 log 1
        disk n2 term 2
        disk n3 term 2 log 2
        crash n3
        fire n1 election
        run until leader n1 within 1s
        run until log 1 on n2 within 1s
        run for 500ms";
    let ran = run(text);
    assert!(ran.applied(1).is_empty());
    let waits = Reason::OwnTermRule { index: 1, entry_term: 1, term: 3 };
    assert!(ran.gave_reason(|why| *why == waits));
    let ran = run(&format!("{text}\npropose n1 x\nrun until committed 2 on n1 n2 within 1s"));
    assert_eq!(ran.applied(1), [1, 2]);
}

#[test]
fn followers_that_were_down_are_asked_again_and_again_5_5() {
    run("scenario raft nodes=3 seed=1
        fire n1 election
        run until leader n1 within 1s
        crash n3
        propose n1 a
        propose n1 b
        run for 1s
        restart n3
        run until committed 2 on all within 1s");
}

#[test]
fn a_follower_behind_the_trimmed_log_gets_the_snapshot_though_messages_are_lost_7() {
    for seed in 1..20 {
        let ran = run(&format!(
            "scenario raft nodes=3 seed={seed} loss=20% duplicate=10% chunk=4
            disk n1 term 1 snapshot 100@1 log 1*2
            disk n2 term 1 snapshot 100@1 log 1*2
            disk n3 term 1 log 1*3
            run until leader within 10s
            propose x
            run until committed 103 on all within 30s"
        ));
        assert_eq!(ran.peer(3).snapshot().last_included_index, 100);
        let (snapshot, other) = (ran.peer(3).snapshot(), ran.peer(1).snapshot());
        assert_eq!(snapshot.data, other.data);
    }
}

#[test]
fn a_peer_that_was_away_disturbs_nobody_with_pre_vote_and_everybody_without() {
    let text = |switch: &str| {
        format!(
            "scenario raft nodes=3 seed=1 pre-vote={switch} check-quorum={switch}
            fire n1 election
            run until leader n1 within 1s
            run for 400ms
            isolate n3
            run for 3s
            mend all
            run for 1s"
        )
    };
    let calm = run(&text("on"));
    assert_eq!((calm.elected().len(), calm.peer(1).current_term()), (1, 1));
    let stirred = run(&text("off"));
    assert!(stirred.elected().len() > 1);
}

#[test]
fn a_leader_without_a_majority_steps_down_with_check_quorum_only() {
    let text = |switch: &str| {
        format!(
            "scenario raft nodes=3 seed=1 check-quorum={switch}
            fire n1 election
            run until leader n1 within 1s
            isolate n1
            run for 2s"
        )
    };
    let role = |switch: &str| run(&text(switch)).peer(1).role().name();
    assert_ne!(role("on"), RoleName::Leader);
    assert_eq!(role("off"), RoleName::Leader);
}

#[test]
fn the_page_names_functions_that_exist_and_every_reason() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/labs/raft.md")).expect("the page is there");
    let mut rules = 0;
    for row in page.lines().filter(|line| line.starts_with("| ") && line.contains(".rs)")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, _, files, names, _] = cells[..] else { continue };
        let paths = files.split('(').skip(1).filter_map(|part| part.split(')').next());
        let read = |path: &str| {
            let path = root.join("docs/labs").join(path);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let code: String = paths.map(read).collect();
        for name in names.split('`').skip(1).step_by(2) {
            let kinds = ["fn", "struct", "enum"];
            let there = kinds.iter().any(|kind| {
                let made = format!("{kind} {name}");
                code.match_indices(&made).any(|(at, _)| {
                    !code[at + made.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
                })
            });
            assert!(there, "no `{name}` in the files of: {row}");
            rules += 1;
        }
    }
    assert!(rules >= 28, "{rules} rules");
    let reasons = fs::read_to_string(root.join("core/src/raft/reason.rs")).expect("it is there");
    let variant = |line: &str| {
        let name = line.strip_prefix("    ")?.strip_suffix(" {")?;
        name.chars().all(char::is_alphanumeric).then(|| name.to_owned())
    };
    for name in reasons.lines().filter_map(variant) {
        assert!(page.contains(&format!("| `{name}` |")), "no row for the reason {name}");
    }
}
