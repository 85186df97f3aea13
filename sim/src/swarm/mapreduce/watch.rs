//! Which states of a MapReduce were reached.

use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::message::{GivenUp, Notice, Stage};
use netsplit_core::mapreduce::options::DiskModel;
use netsplit_core::mapreduce::task::{Phase, Standing};

use crate::labs::mapreduce::MapReduceLab;
use crate::swarm::kind::Counts;
use crate::swarm::lab::Watching;
use crate::world::World;

use super::states;

/// What is remembered of a run: how workers stood when they acted last.
#[derive(Clone, Debug)]
pub struct MapReduceWatch {
    writing: Vec<bool>,
    read_from: Vec<bool>,
    began: u32,
}

impl Watching<MapReduceLab> for MapReduceWatch {
    fn new(world: &World<MapReduceLab>) -> MapReduceWatch {
        let nodes = world.node_count() as usize;
        MapReduceWatch { writing: vec![false; nodes], read_from: vec![false; nodes], began: 0 }
    }

    fn went_down(&mut self, node: NodeId, _: bool, _: &World<MapReduceLab>, counts: &mut Counts) {
        if std::mem::take(&mut self.writing[node.index()]) {
            counts.note(states::WROTE_PART);
        }
        if std::mem::take(&mut self.read_from[node.index()]) {
            counts.note(states::LOST_READING);
        }
    }

    fn observe(&mut self, world: &World<MapReduceLab>, _: u64, counts: &mut Counts) {
        let Some(node) = world.last().node else { return };
        let machines = &world.options().lab.machines;
        for notice in world.notices() {
            match notice {
                Notice::Begins { done, .. } => {
                    self.began += 1;
                    match (self.began, done) {
                        (1, _) => {}
                        (_, 0) => counts.note(states::ANEW),
                        _ => counts.note(states::RESUMED),
                    }
                }
                Notice::Assigned { attempt, backup, local, .. } => {
                    if *backup {
                        counts.note(states::BACKUP);
                    }
                    if attempt.task.round == 1 {
                        counts.note(states::SECOND_JOB);
                    }
                    if attempt.task.phase == Phase::Map && machines.disk == DiskModel::Local {
                        counts.note(if *local { states::LOCAL } else { states::REMOTE });
                    }
                }
                Notice::GivenUp { why: GivenUp::TimeOut, .. } => counts.note(states::TIMED_OUT),
                Notice::GivenUp { why: GivenUp::Beaten, .. } => counts.note(states::BEATEN),
                Notice::Unread { .. } => counts.note(states::UNREAD),
                Notice::Late { .. } => counts.note(states::LATE),
                Notice::Lost(_) => counts.note(states::LOST),
                Notice::Reopened { .. } => counts.note(states::REOPENED),
                Notice::Skips { .. } => counts.note(states::SKIPPED),
                Notice::JobDone => counts.note(states::OVER),
                Notice::Exits { crashed: true } => counts.note(states::PROCESS_CRASHED),
                Notice::Took { map: Some(_), .. } if !maps_done(world) => {
                    counts.note(states::EARLY);
                }
                _ => {}
            }
        }
        let worker = world.node(node).machine().and_then(|machine| machine.worker());
        let Some(worker) = worker else { return };
        let mut doing = Phase::BOTH.into_iter().filter_map(|phase| worker.doing(phase));
        self.writing[node.index()] = doing.any(|it| it.stage == Stage::Write);
        self.read_from[node.index()] = !worker.serving().is_empty();
    }
}

fn maps_done(world: &World<MapReduceLab>) -> bool {
    let coordinator = world.node(world.cast().at(0)).machine();
    let coordinator = coordinator.and_then(|node| node.coordinator());
    let done = |task: &Standing| task.done.is_some();
    coordinator.is_none_or(|it| it.tasks(Phase::Map).iter().all(done))
}
