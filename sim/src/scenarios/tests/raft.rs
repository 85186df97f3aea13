//! What the scenarios of Raft say, held against logs and roles.

use netsplit_core::id::NodeId;
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;
use netsplit_core::time::Time;

use crate::check::raft::property::{ELECTION_SAFETY, STATE_MACHINE_SAFETY};
use crate::labs::raft::RaftLab;
use crate::labs::raft_disk::{DiskText, impossible_starts};
use crate::moment::Moment;
use crate::open;
use crate::trace::Happened;

use super::{Show, by_id, node, start};

impl Show<RaftLab> {
    fn peer(&self, number: u32) -> &Peer {
        self.world().node(node(number)).machine().expect("the test asks for nodes that are up")
    }

    /// Terms of the log on a node's disk.
    fn terms(&self, number: u32) -> Vec<u64> {
        let disk = self.world().node(node(number)).disk();
        disk.log.iter().map(|(_, entry)| entry.term).collect()
    }
}

#[test]
fn first_election() {
    let mut show = start("first-election", &[]);
    show.reach_note("n3 leads");
    assert_eq!(show.leads(), Some(node(3)));
    assert_eq!(show.roles("candidate"), [(node(3), 1)]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(3), 1)]);
    assert!((1..=5).all(|number| show.peer(number).commit_index() >= 14));
}

#[test]
fn split_vote() {
    let mut show = start("split-vote", &[]);
    show.reach_note("n3 and n5 have two votes");
    assert_eq!(show.roles("candidate"), [(node(1), 1), (node(3), 1), (node(5), 1)]);
    let votes = |of: u32| {
        let voted = |number: &u32| show.peer(*number).voted_for() == Some(node(of));
        (1..=5).filter(voted).count()
    };
    assert_eq!([votes(1), votes(3), votes(5)], [1, 2, 2]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(4), 2)]);
}

#[test]
fn split_votes_with_the_same_time_outs_never_end() {
    let mut show = start("split-vote-same-time-outs", &[]);
    show.finish();
    assert_eq!(show.roles("leader"), []);
    assert!(show.roles("candidate").len() > 40, "all five ask in every term");
}

#[test]
fn deaf_node() {
    let mut show = start("deaf-node", &[]);
    show.reach_note("n5's request");
    assert_eq!(show.leads(), None);
    show.reach_note("Again");
    assert_eq!(show.leads(), None);
    assert!(show.roles("leader").len() >= 2);
    show.reach_note("It reigns");
    let reigns = show.leads().expect("nobody else asks for votes");
    assert_eq!(show.world().node(reigns).machine().map(Peer::commit_index), Some(1));
    assert!((1..=5).all(|number| show.terms(number).len() == 2));
}

#[test]
fn a_deaf_node_with_pre_vote_topples_nobody() {
    let mut show = start("deaf-node-pre-vote", &[]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(1), 1)]);
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 2));
}

#[test]
fn a_deaf_leader_with_check_quorum_steps_down() {
    let mut show = start("deaf-node-check-quorum", &[]);
    show.finish();
    assert_ne!(show.leads(), Some(node(1)));
    assert_eq!(show.told("steps down"), 1);
}

#[test]
fn one_command() {
    let mut show = start("one-command", &[]);
    show.reach_note("It is on three of five");
    let has =
        |show: &Show<RaftLab>| (1..=5).filter(|number| show.terms(*number).len() == 1).count();
    assert!(has(&show) >= 3);
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 0));
    show.reach_note("The third copy");
    assert!(has(&show) >= 3);
    let knows = (1..=5).filter(|number| show.peer(*number).commit_index() == 1);
    assert_eq!(knows.collect::<Vec<u32>>(), [3], "the leader alone");
    show.reach_note("With the next message");
    assert!((1..=5).all(|number| show.peer(number).last_applied() == 1));
}

#[test]
fn leader_crash() {
    let mut show = start("leader-crash", &[]);
    show.reach_note("The leader crashes");
    let without = [1, 2, 4, 5].into_iter().filter(|number| show.terms(*number).len() == 1);
    assert_eq!(without.count(), 4, "x2 is on no other disk yet");
    show.reach_note("n1 leads");
    assert_eq!(show.leads(), Some(node(1)));
    show.reach_note("The old leader");
    assert!((1..=5).all(|number| show.terms(number) == [1, 1, 2]));
    show.reach_note("n2 had x5");
    assert_eq!(show.told("n2 refuses n4: its log is older"), 1);
    assert_eq!(show.told("n2 loses entry 5"), 1);
}

#[test]
fn five_milliseconds_decide_about_what_was_not_acknowledged() {
    let mut show = start("leader-crash-5-ms-earlier", &[]);
    show.reach_note("No answer had come");
    assert_eq!((2..=5).map(|number| show.terms(number).len()).collect::<Vec<_>>(), [4; 4]);
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 1, 2, 2, 3]));
    let mut show = start("leader-crash-5-ms-later", &[]);
    show.reach_note("The third copy");
    assert_eq!(show.told("n1 applies entry 4: x4"), 1);
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 1, 2, 2, 2, 3]));
}

#[test]
fn two_leaders() {
    let mut show = start("two-leaders", &[]);
    show.reach_note("The other side");
    let leads = |number| show.peer(number).role().name() == RoleName::Leader;
    assert!(leads(1) && leads(3));
    assert_eq!((show.peer(1).current_term(), show.peer(3).current_term()), (1, 2));
    assert_eq!(show.peer(1).commit_index(), 1);
    show.finish();
    assert!((1..=5).all(|number| show.terms(number) == [1, 2]));
    assert_eq!(show.told("loses entries 2 to 3"), 2);
}

#[test]
fn two_leaders_that_commit_with_half_of_the_copies_contradict_each_other() {
    let mut show = start("two-leaders-half", &[]);
    show.reach_note("n1 and n2 have");
    assert_eq!(show.peer(1).last_applied(), 3);
    show.finish();
    assert!(show.broken().contains(&STATE_MACHINE_SAFETY), "{:?}", show.broken());
}

#[test]
fn figure_7() {
    let script = by_id("figure-7").expect("it is in the list").parse();
    let disks: Vec<(NodeId, DiskText)> = script
        .setup
        .disks
        .iter()
        .map(|(node, text)| (*node, DiskText::parse(text, 7).expect("it was read before")))
        .collect();
    assert_eq!(impossible_starts(&disks), []);
    let mut show = start("figure-7", &[]);
    show.reach_note("n1 leads term 8");
    let before = show.terms(1);
    assert_eq!(before, [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);
    show.finish();
    let after: Vec<u64> = before.into_iter().chain([8]).collect();
    assert!((1..=7).all(|number| show.terms(number) == after));
    assert_eq!(show.told("n1 loses"), 0);
}

#[test]
fn everyone_crashes() {
    let mut show = start("everyone-crashes", &[]);
    show.reach_note("Term, vote and log");
    for number in 1..=5 {
        let peer = show.peer(number);
        assert_eq!((peer.current_term(), peer.commit_index()), (1, 0));
        assert_eq!((peer.voted_for(), peer.log().last_index()), (Some(node(3)), 3));
    }
    show.reach_note("There is a leader again");
    assert!(show.leads().is_some());
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 0));
    assert!(show.told("waits for an entry of term 2") > 0);
    show.finish();
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 4));
}

#[test]
fn vote_forgotten() {
    let mut show = start("vote-forgotten", &[]);
    show.finish();
    assert_eq!(show.broken(), [ELECTION_SAFETY]);
    assert_eq!(show.roles("leader"), [(node(1), 1), (node(3), 1)]);
}

#[test]
fn an_honest_disk_keeps_the_vote() {
    let mut show = start("vote-forgotten-honest-disk", &[]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(3), 1)]);
}

#[test]
fn late_mail() {
    let mut show = start("late-mail", &[]);
    show.reach_note("n2 leads term 3");
    assert_eq!((show.terms(1), show.terms(2), show.terms(3)), (vec![1], vec![3], vec![3]));
    show.reach_note("The letter");
    assert_eq!(show.told("term 1 is over, n3 is in term 3 (5.1)"), 2);
    assert_eq!(show.terms(3), [3]);
    show.reach_note("n1 still has");
    assert_eq!(show.leads(), Some(node(3)));
}

#[test]
fn late_mail_that_is_accepted_cuts_off_a_committed_entry() {
    let mut show = start("late-mail-accepted", &[]);
    show.reach_note("n3 takes the letter");
    assert_eq!(show.terms(3), [1]);
    assert!(show.told("n3 loses entry 1") > 0);
}

#[test]
fn figure_8() {
    let mut show = start("figure-8", &[]);
    show.reach_note("(a)");
    assert_eq!((show.terms(1), show.terms(2)), (vec![1, 2], vec![1, 2]));
    assert!((3..=5).all(|number| show.terms(number) == [1]));
    show.reach_note("(b)");
    assert_eq!((show.leads(), show.terms(5)), (Some(node(5)), vec![1, 3]));
    show.reach_note("(c)");
    assert_eq!((show.leads(), show.peer(1).current_term()), (Some(node(1)), 4));
    assert!((1..=3).all(|number| show.terms(number) == [1, 2]));
    assert!((1..=4).all(|number| show.peer(number).commit_index() == 0));
    show.reach_note("(d) S1");
    assert_eq!((show.leads(), show.peer(5).current_term()), (Some(node(5)), 5));
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 3, 5]));
    assert_eq!(show.broken(), [""; 0]);
}

#[test]
fn figure_8_with_old_terms_counted_loses_a_committed_entry() {
    let mut show = start("figure-8-old-terms-count", &[]);
    show.reach_note("(b)");
    assert_eq!(show.broken(), [""; 0]);
    show.reach_note("(c)");
    assert_eq!((show.peer(1).last_applied(), show.broken()), (2, vec![STATE_MACHINE_SAFETY]));
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 3, 5]));
}

#[test]
fn figure_8_in_its_smallest_form() {
    let mut show = start("figure-8-three-servers", &[]);
    show.reach_note("n1 leads term 3");
    assert_eq!((show.terms(1), show.terms(2), show.terms(3)), (vec![1], vec![1], vec![2]));
    show.finish();
    assert_eq!((show.terms(2), show.terms(3)), (vec![2, 4], vec![2, 4]));
}

#[test]
fn figure_8_carries_e_as_a_branch_that_leaves_at_c() {
    let scenario = by_id("figure-8").expect("it is in the list");
    let mut run = open::script(&scenario.parse(), Vec::new()).expect("it can be opened");
    run.carry(scenario.carried());
    let end = Moment::after(Time::from_micros(490_000));
    run.run_to(end, u64::MAX);
    let straight = run.fingerprint();
    let branches = run.branches();
    let names: Vec<_> = branches.iter().map(|branch| branch.name.as_deref()).collect();
    assert_eq!(names, [Some("(d)"), Some("(e)")]);
    let fork = branches[1].parent.expect("it leaves the run").1;
    assert!(run.show(branches[1].id));
    assert_eq!(run.moment(), fork);
    run.run_to(Moment::after(Time::from_micros(1_600_000)), u64::MAX);
    assert!(run.broken().is_empty());
    let committed = run.view().nodes.iter().filter(|node| node.glance.committed >= 3).count();
    assert_eq!(committed, 4, "the entry of term 4 takes everything before it along");
    // The run itself is what it was without its branch.
    run.show(0);
    run.seek(end, u64::MAX);
    assert_eq!(run.fingerprint(), straight);
}

#[test]
fn too_far_behind() {
    let mut show = start("too-far-behind", &[]);
    show.finish();
    let pieces = show.events.iter().filter(|event| match &event.what {
        Happened::Step(step) => {
            step.kind == Some("InstallSnapshot") && step.text.starts_with("deliver")
        }
        _ => false,
    });
    assert!(pieces.count() >= 3, "it comes in pieces");
    assert_eq!(show.told("n3 starts from the snapshot"), 1);
    assert_eq!(show.peer(3).commit_index(), 6);
}
