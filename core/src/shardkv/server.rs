//! A server of a group: its copy of the group's shards, a clerk at the controller, and what it does
//! with each input. How shards move is in `moving.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::{Cast, NodeId};
use crate::kv::store::Store;
use crate::machine::{Context, Input, Machine};
use crate::raft::disk::Disk;
use crate::raft::message::Index;
use crate::raft::peer::Peer;
use crate::replicated::clerk::Clients;
use crate::replicated::message::{self as replicated, Replicated, Returned};
use crate::replicated::mutants::Mutant as OfService;
use crate::replicated::server::Server;
use crate::replicated::service::Text;
use crate::shardctrl::controller::Controller;
use crate::shardctrl::{Config, ConfigNumber, Gid, Shard};
use crate::time::Time;

use super::command::{Command, Step};
use super::content::Content;
use super::message::{Message, Notice, Of, Request, Sharded, Timer};
use super::mutants::Mutant;
use super::options::Options;
use super::shard::ShardState;
use super::store::Shards;

/// A context of a node.
pub type Cx<'a, 'b> = &'a mut Context<'b, Sharded>;

/// A server of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct ShardServer<C = Store> {
    pub(super) gid: Gid,
    pub(super) cast: Cast,
    pub(super) options: Arc<Options>,
    /// The group's shards, replicated.
    pub(super) group: Server<Shards<C>>,
    /// Asks the controller for configurations.
    pub(super) controller: Clients<Controller>,

    // What is lost in a crash, and may be: whoever leads next begins again.
    /// How its shards stood when it last looked, and in which configuration.
    pub(super) seen: (ConfigNumber, Vec<ShardState>),
    /// Whether it led then.
    pub(super) led: bool,
    /// By shard: for which configuration it has last asked for it, and when; whom, in turn.
    pub(super) asked: BTreeMap<Shard, (ConfigNumber, Time, u32)>,
    /// Who wants to hear that a shard is deleted, and for which configuration.
    pub(super) askers: BTreeMap<Shard, (NodeId, ConfigNumber)>,
    /// Steps of changes that it has put into the log since it leads, and as which entries.
    pub(super) proposed: BTreeMap<Step, Index>,
    /// When the controller last answered.
    pub(super) heard: Time,
}

impl<C: Content> ShardServer<C> {
    /// Makes a server from its disk, at the start and after a crash; `start` is a shard that holds
    /// nothing yet.
    ///
    /// # Panics
    /// For a node that is in no group, and as [`Peer::boot`].
    pub fn boot(
        me: NodeId,
        cast: Cast,
        options: &Options,
        start: C,
        disk: &Disk,
    ) -> ShardServer<C> {
        let gid = me.group().expect("it is a server of a group");
        let servers: Vec<NodeId> = cast.members(gid).collect();
        let controllers: Vec<NodeId> = cast.members(0).collect();
        let shards = Shards::new(gid, options.sharding, options.mutants, start);
        let mut replicated = options.replicated.clone();
        if options.mutants.has(Mutant::NoOwnEntry) {
            replicated.mutants = replicated.mutants.with(OfService::NoOwnEntry);
        }
        ShardServer {
            gid,
            cast,
            options: Arc::new(options.clone()),
            group: Server::boot(me, &servers, &replicated, shards, disk),
            controller: Clients::boot(&controllers, &options.of_controller()),
            seen: (0, vec![ShardState::Elsewhere; options.sharding.count as usize]),
            led: false,
            asked: BTreeMap::new(),
            askers: BTreeMap::new(),
            proposed: BTreeMap::new(),
            heard: Time::ZERO,
        }
    }

    /// Its place in the group: the peer, and the shards.
    pub fn group(&self) -> &Server<Shards<C>> {
        &self.group
    }

    /// The peer in it.
    pub fn raft(&self) -> &Peer {
        self.group.raft()
    }

    /// The group's shards, as far as it has applied.
    pub fn shards(&self) -> &Shards<C> {
        self.group.service()
    }

    /// What it was told at its start.
    pub fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }
}

impl<C: Content> Machine<Sharded> for ShardServer<C> {
    fn handle(&mut self, input: Input<Sharded>, cx: &mut Context<'_, Sharded>) {
        match input {
            Input::Started => {
                self.drive(Input::Started, cx);
                self.drive_clerk(Input::Started, cx);
                cx.arm(Timer::Poll, self.options.poll);
            }
            Input::Received { from, message } => self.receive(from, message, cx),
            Input::Fired(Timer::Group(timer)) => self.drive(Input::Fired(timer), cx),
            Input::Fired(Timer::Controller(timer)) => self.drive_clerk(Input::Fired(timer), cx),
            Input::Fired(Timer::Poll) => self.poll(cx),
            Input::Durable(number) => self.drive(Input::Durable(number), cx),
            Input::Requested(Request::Group(request)) => self.drive(Input::Requested(request), cx),
            // A client's.
            Input::Requested(Request::Controller(_)) => {}
        }
        self.go_on(cx);
    }
}

impl<C: Content> ShardServer<C> {
    fn receive(&mut self, from: NodeId, message: Message, cx: Cx) {
        match message {
            Message::Group(message) => {
                let asks = matches!(message, replicated::Message::Ask(_));
                if asks && self.has(Mutant::ControllerBlocks) && self.is_deaf(cx.now()) {
                    return;
                }
                self.drive(Input::Received { from, message }, cx);
            }
            Message::Controller(message) => {
                self.drive_clerk(Input::Received { from, message }, cx);
            }
            Message::Move { shard, at, says } => self.hear_of(from, shard, at, says, cx),
        }
    }

    /// Whether the controller has not answered for three questions.
    fn is_deaf(&self, now: Time) -> bool {
        now.micros() > self.heard.micros() + 3 * self.options.poll.micros()
    }

    /// Lets its copy of the group handle something.
    pub(super) fn drive(&mut self, input: Input<Replicated>, cx: Cx) {
        for notice in cx.embed(&mut self.group, input, &Of::Group) {
            cx.notify(Notice::Group(notice));
        }
    }

    /// Lets its clerk handle something, and learns from what the controller answers.
    pub(super) fn drive_clerk(&mut self, input: Input<Replicated>, cx: Cx) {
        for notice in cx.embed(&mut self.controller, input, &Of::Controller) {
            if let replicated::Notice::Returned { returned: Returned::Reply(reply), .. } = notice {
                self.heard = cx.now();
                if let Some(config) = config_from(&reply) {
                    self.learn(config, cx);
                }
            }
        }
    }

    /// Puts a step of a change into the group's log, unless it stands there and its turn has not
    /// come: what is asked again and again by whom an answer does not reach must not fill the log.
    pub(super) fn propose(&mut self, command: &Command<C::Command>, cx: Cx) {
        let (step, applied) = (command.step(), self.group.applied());
        self.proposed.retain(|_, index| *index > applied);
        if step.is_some_and(|step| self.proposed.contains_key(&step)) {
            return;
        }
        let before = self.raft().log().last_index();
        let words = Bytes::from(command.to_text().as_str());
        self.drive(Input::Requested(replicated::Request::Propose(words)), cx);
        let index = self.raft().log().last_index();
        if let Some(step) = step.filter(|_| index > before) {
            self.proposed.insert(step, index);
        }
    }
}

/// The configuration in an answer of the controller.
pub(super) fn config_from(reply: &Bytes) -> Option<Config> {
    use crate::shardctrl::message::Reply;
    match Reply::from_text(&reply.text())? {
        Reply::Config(config) => Some(config),
        Reply::Done => None,
    }
}
