//! Jobs looked at while they go on, go back and branch; and what follows from what they came to.

use netsplit_core::mapreduce::message::{GivenUp, Stage};
use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::scenario::Script;
use netsplit_sim::verb::{Selector, Verb};

use super::*;
use crate::state::play::Play;

const TEXT: &str = "scenario mapreduce nodes=5 seed=1\nrun for 30s\n";
/// A worker crashes while some maps are done, and is taken for lost.
const CRASH: &str = "scenario mapreduce nodes=5 seed=2\nrun until committed 4 within 30s\n\
                     crash n2\nrun for 30s\n";

fn opened(text: &str) -> Play {
    let script = Script::parse(text).expect("it is a script");
    Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened")
}

fn at(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

fn run_to(text: &str, millis: u64) -> (Play, Job) {
    let mut play = opened(text);
    play.advance(Moment::after(at(millis)), u64::MAX);
    let mut job = Job::default();
    look(&mut job, &play);
    (play, job)
}

fn look(job: &mut Job, play: &Play) {
    job.catch_up(&*play.run, play.shown_branch());
}

/// What is known after many looks is what one look finds.
fn check(job: &Job, play: &Play) {
    let mut fresh = Job::default();
    look(&mut fresh, play);
    assert_eq!(job.tries(), fresh.tries());
    assert_eq!(job.lanes(), fresh.lanes());
    assert_eq!((&job.phases, &job.over), (&fresh.phases, &fresh.over));
}

#[test]
fn it_grows_by_what_is_new_and_begins_anew_on_another_branch() {
    let (mut play, mut job) = (opened(TEXT), Job::default());
    for millis in (100..=3_000).step_by(190) {
        play.advance(Moment::after(at(millis)), u64::MAX);
        look(&mut job, &play);
    }
    assert!(!job.tries().is_empty());
    check(&job, &play);
    play.seek(Moment::after(at(400)));
    let crash = Verb::Crash { who: Selector::node(NodeId::from_index(1)), kept: 0, torn: 0 };
    play.act(crash).expect("it can crash");
    play.advance(Moment::after(at(2_000)), u64::MAX);
    look(&mut job, &play);
    check(&job, &play);
    play.undo();
    play.advance(Moment::after(at(2_100)), u64::MAX);
    look(&mut job, &play);
    check(&job, &play);
}

#[test]
fn a_moment_shows_what_the_run_had_come_to_and_no_more() {
    let (_, whole) = run_to(CRASH, 20_000);
    for millis in (50..8_000).step_by(450) {
        let now = at(millis);
        let (_, known) = run_to(CRASH, millis);
        let flow = |job| Flow::new(job, now, 0, (8, 4));
        assert_eq!(flow(&whole), flow(&known), "at {now}");
        assert_eq!(whole.totals(now), known.totals(now), "at {now}");
        assert_eq!(whole.workers(now), known.workers(now), "at {now}");
        let edge = at(20_000);
        assert_eq!(Rates::new(&whole, now, edge, 60), Rates::new(&known, now, edge, 60));
    }
}

#[test]
fn a_job_that_is_over_has_read_all_and_written_all() {
    let (play, job) = run_to(TEXT, 20_000);
    let now = at(20_000);
    assert!(job.is_over(now));
    let flow = Flow::new(&job, now, 0, (8, 4));
    let done = |it: &TaskNow| it.state == State::Completed && it.wrote.is_some();
    assert!(flow.maps.iter().chain(&flow.reduces).all(done), "{flow:?}");
    assert!(flow.cells.iter().flatten().all(|cell| matches!(cell, Cell::Read(_))));
    // Nothing failed: what was shuffled is what was written between.
    let totals = job.totals(now);
    assert_eq!(totals.intermediate, totals.shuffled);
    let output = play.run.output();
    let length =
        |part: &netsplit_sim::run::JobPart| part.text.as_ref().map_or(0, |it| it.len() as u64);
    // A byte of a file counts as a thousand.
    let lengths: u64 = output.parts.iter().map(length).sum();
    assert_eq!(totals.output, lengths * 1_000);
    assert!(output.compared && output.parts.iter().all(|part| part.right));
    let rates = Rates::new(&job, now, now, 60);
    let sums = Flowing::ALL.map(|what| rates.sum(what));
    assert_eq!(sums, [totals.input, totals.shuffled, totals.output]);
    let done: usize = job.workers(now).iter().map(|it| it.done[0] + it.done[1]).sum();
    assert_eq!(done, 12);
}

#[test]
fn what_a_lost_worker_had_mapped_is_for_nothing() {
    let (_, job) = run_to(CRASH, 20_000);
    let n2 = NodeId::from_index(1);
    let lost: Vec<&Try> =
        job.tries().iter().filter(|it| it.ended() == Stands::Wasted(Waste::Lost)).collect();
    assert!(!lost.is_empty() && lost.iter().all(|it| it.worker == n2));
    for it in lost {
        let mut again = job.of_task(it.attempt.task, FAR).filter(|other| other.id > it.id);
        assert!(again.any(|other| other.ended() == Stands::Committed));
        assert_eq!(it.stands(it.to), Stands::Committed, "at first it counted");
    }
    let down = |it: &&Try| it.worker == n2 && it.ended() == Stands::Wasted(Waste::Gone);
    let gone = job.tries().iter().find(down);
    assert!(gone.is_some_and(|it| it.to < FAR), "its bar ends with the crash");
    assert!(job.is_lost(n2, at(20_000)));
}

/// A job of these notes: the millisecond, who told, and what.
fn job_of(notes: Vec<(u64, u32, JobEvent)>) -> Job {
    let mut job = Job { lanes: lanes(Cast::new(4, 1)), ..Job::default() };
    for (millis, node, what) in notes {
        job.take(JobNote { at: at(millis), node: NodeId::from_index(node), what });
    }
    job
}

fn told(notice: Notice) -> JobEvent {
    JobEvent::Told(notice)
}

fn attempt(number: u32) -> Attempt {
    Attempt { task: Task::map(0, 3), number }
}

fn assigned(number: u32, worker: u32, backup: bool) -> JobEvent {
    let worker = NodeId::from_index(worker);
    told(Notice::Assigned { attempt: attempt(number), worker, backup, local: false })
}

fn goes(number: u32, to: Stage) -> JobEvent {
    told(Notice::Goes { attempt: attempt(number), to })
}

fn given_up(number: u32, worker: u32, why: GivenUp) -> JobEvent {
    let worker = NodeId::from_index(worker);
    told(Notice::GivenUp { attempt: attempt(number), worker, why })
}

fn committed(number: u32, worker: u32) -> JobEvent {
    let worker = NodeId::from_index(worker);
    told(Notice::Committed { attempt: attempt(number), worker })
}

#[test]
fn stages_follow_upon_each_other_up_to_the_end() {
    let job = job_of(vec![
        (10, 0, assigned(1, 1, false)),
        (12, 1, goes(1, Stage::Read)),
        (30, 1, goes(1, Stage::Compute)),
        (50, 1, goes(1, Stage::Write)),
        (60, 1, goes(1, Stage::Rename)),
        (60, 1, goes(1, Stage::Report)),
        (70, 0, committed(1, 1)),
    ]);
    let it = &job.tries()[0];
    let pieces: Vec<(Stage, u64, u64)> = it
        .pieces()
        .iter()
        .map(|it| (it.stage, it.from.micros() / 1_000, it.to.micros() / 1_000))
        .collect();
    let expected = [
        (Stage::Read, 10, 30),
        (Stage::Compute, 30, 50),
        (Stage::Write, 50, 60),
        (Stage::Report, 60, 70),
    ];
    assert_eq!(pieces, expected);
    assert_eq!((it.stage(at(40)), it.stage(at(70))), (Some(Stage::Compute), None));
    assert_eq!([it.stands(at(69)), it.stands(at(70))], [Stands::Works, Stands::Committed]);
}

#[test]
fn one_who_is_given_up_works_on_and_is_late() {
    let late = Notice::Late { attempt: attempt(1), worker: NodeId::from_index(1) };
    let job = job_of(vec![
        (10, 0, assigned(1, 1, false)),
        (20, 0, given_up(1, 1, GivenUp::TimeOut)),
        (21, 0, assigned(2, 2, false)),
        (40, 0, committed(2, 2)),
        (50, 0, told(late)),
    ]);
    let first = &job.tries()[0];
    assert_eq!(first.stands(at(30)), Stands::Wasted(Waste::GivenUp));
    assert_eq!(first.stands(at(50)), Stands::Wasted(Waste::Late));
    assert_eq!(first.to, at(50), "its bar goes on to there");
    let flow = Flow::new(&job, at(30), 0, (4, 1));
    let map = &flow.maps[3];
    assert_eq!((map.state, map.attempts), (State::InProgress, 2));
    assert_eq!(map.worker, Some(NodeId::from_index(2)), "the one that may still count");
}

#[test]
fn a_backup_that_is_first_beats_the_other() {
    let job = job_of(vec![
        (10, 0, assigned(1, 1, false)),
        (20, 0, assigned(2, 2, true)),
        (40, 0, committed(2, 2)),
        (40, 0, given_up(1, 1, GivenUp::Beaten)),
        (44, 1, told(Notice::Dropped { attempt: attempt(1) })),
    ]);
    let [first, backup] = job.tries() else { panic!("there are two") };
    assert!(backup.backup && !first.backup);
    assert_eq!(first.ended(), Stands::Wasted(Waste::Beaten), "whoever drops it says no more");
    assert_eq!(first.to, at(44));
    assert_eq!(job.totals(at(50)).wasted, 1);
}

#[test]
fn a_new_run_makes_all_before_it_for_nothing() {
    let begins = |run| told(Notice::Begins { run, done: 0 });
    let job = job_of(vec![
        (1, 0, begins(7)),
        (10, 0, assigned(1, 1, false)),
        (20, 0, committed(1, 1)),
        (30, 0, JobEvent::Down),
        (40, 0, begins(7)),
        (41, 0, assigned(2, 1, false)),
        (50, 0, begins(8)),
    ]);
    let [done, works] = job.tries() else { panic!("there are two") };
    assert_eq!(done.stands(at(45)), Stands::Committed, "the same run goes on");
    assert_eq!(done.ended(), Stands::Wasted(Waste::Forgotten));
    assert_eq!(works.ended(), Stands::Wasted(Waste::Forgotten));
}

#[test]
fn a_crash_ends_what_is_at_work_on_its_node_alone() {
    let job = job_of(vec![
        (10, 0, assigned(1, 1, false)),
        (11, 0, assigned(2, 2, true)),
        (20, 1, JobEvent::Down),
    ]);
    let [gone, works] = job.tries() else { panic!("there are two") };
    assert_eq!((gone.to, gone.ended()), (at(20), Stands::Wasted(Waste::Gone)));
    assert_eq!((works.to, works.ended()), (FAR, Stands::Works));
}

#[test]
fn bytes_are_spread_over_the_time_in_which_they_flowed() {
    let took = Notice::Took {
        attempt: attempt(1),
        map: None,
        digest: 0,
        weight: 1_000,
        from: NodeId::from_index(1),
    };
    let job = job_of(vec![(15, 0, assigned(1, 1, false)), (55, 1, told(took))]);
    let rates = Rates::new(&job, at(60), at(60), 60);
    let input: Vec<u64> = rates.slots.iter().map(|slot| slot[0]).collect();
    assert_eq!(input, [0, 125, 250, 250, 250, 125]);
    assert_eq!(rates.rate(2, Flowing::Input), 25_000);
    assert_eq!(Rates::new(&job, at(54), at(60), 60).sum(Flowing::Input), 0, "it is not known yet");
}

#[test]
fn what_is_written_is_put_together_once_a_moment() {
    let (mut play, mut job) = run_to(TEXT, 9_000);
    let whole = job.written(&*play.run);
    assert!(whole.parts.iter().all(|part| part.right), "the job is over");
    assert!(Rc::ptr_eq(&whole, &job.written(&*play.run)), "a second look costs nothing");
    play.seek(Moment::START);
    assert!(job.written(&*play.run).parts.iter().all(|part| part.text.is_none()));
    play.seek(Moment::after(at(9_000)));
    assert_eq!(job.written(&*play.run), whole);
}
