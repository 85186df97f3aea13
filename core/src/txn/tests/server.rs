//! What a leader does about transactions of which nothing is heard. A hand carries its questions to
//! the shard that decides, or to the client that does, and answers back.

use std::collections::{BTreeMap, VecDeque};

use super::options;
use crate::bytes::Bytes;
use crate::id::{Cast, Groups, NodeId};
use crate::machine::{Context, Disk as _, Effect, Input, Machine, Protocol};
use crate::raft::disk::Disk;
use crate::raft::message::Timer as RaftTimer;
use crate::replicated::message::{self as replicated, Answer, Ask, Outcome, Wants};
use crate::replicated::service::Text;
use crate::rng::Rng;
use crate::shardctrl::Config;
use crate::shardctrl::message::Reply as ControllerReply;
use crate::shardkv::command::Command as ShardCommand;
use crate::shardkv::message as shardkv;
use crate::time::Time;
use crate::txn::command::Command;
use crate::txn::message::{Message, Request, Timer, Transactional};
use crate::txn::mutants::Mutant;
use crate::txn::options::Isolation;
use crate::txn::server::TxnServer;
use crate::txn::shard::TxnShard;

const CAST: Cast = Cast { servers: 3, groups: Groups { count: 2, size: 1 }, clients: 1 };

/// The leader of g1, which has shard 0; shard 1 is g2's.
struct Hand {
    leader: TxnServer,
    disk: Disk,
    /// By number: what is to be on the disk, and is not yet.
    saves: BTreeMap<u64, <Transactional as Protocol>::Durable>,
    disk_is_slow: bool,
    rng: Rng,
    saved: u64,
    now: u64,
    /// What it asks of shards and of clients, and nobody has answered.
    asked: VecDeque<(NodeId, Ask)>,
}

impl Hand {
    fn new(mistake: Option<Mutant>) -> Hand {
        let options = options(Isolation::Serializable, mistake);
        let me = CAST.members(1).next().expect("there is one");
        let mut hand = Hand {
            leader: TxnServer::boot(me, CAST, &options, &Disk::default()),
            disk: Disk::default(),
            saves: BTreeMap::new(),
            disk_is_slow: false,
            rng: Rng::new(1),
            saved: 0,
            now: 1_000,
            asked: VecDeque::new(),
        };
        hand.handle(Input::Started);
        let election = replicated::Timer::Raft(RaftTimer::Election);
        hand.handle(Input::Fired(Timer::Sharded(shardkv::Timer::Group(election))));
        hand.log(&ShardCommand::<Command>::Configure(config()).to_text());
        hand
    }

    fn handle(&mut self, input: Input<Transactional>) {
        self.now += 10;
        let (me, mut effects) = (CAST.members(1).next().expect("there is one"), Vec::new());
        let now = Time::from_micros(self.now);
        let mut cx = Context::new(now, me, &mut self.rng, &mut self.saved, &mut effects);
        self.leader.handle(input, &mut cx);
        let mut controllers = Vec::new();
        for effect in effects {
            match effect {
                Effect::Save { number, change } => drop(self.saves.insert(number, change)),
                Effect::Send { to, message, .. } => match message.0 {
                    shardkv::Message::Controller(replicated::Message::Ask(ask)) => {
                        controllers.push((to, ask));
                    }
                    shardkv::Message::Group(replicated::Message::Ask(ask)) => {
                        self.asked.push_back((to, ask));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if !self.disk_is_slow {
            self.write();
        }
        for (from, Ask { clerk, call, .. }) in controllers {
            let reply = ControllerReply::Config(config()).to_text();
            let outcome = Outcome::Reply(Bytes::from(reply.as_str()));
            let answer = replicated::Message::Answer(Answer { clerk, call, outcome });
            let message = Message(shardkv::Message::Controller(answer));
            self.handle(Input::Received { from, message });
        }
    }

    /// The disk has done all it was to do.
    fn write(&mut self) {
        for (number, change) in std::mem::take(&mut self.saves) {
            self.disk.write(&change);
            self.handle(Input::Durable(number));
        }
    }

    /// An entry of the group's log.
    fn log(&mut self, words: &str) {
        let propose = replicated::Request::Propose(Bytes::from(words));
        let request = Request::Sharded(shardkv::Request::Group(propose));
        self.handle(Input::Requested(request));
    }

    /// It looks who is in doubt, so long after the last time that whoever is silent is noticed.
    fn look(&mut self) {
        self.now += 600_000;
        self.handle(Input::Fired(Timer::Resolve));
    }

    /// What is asked and not answered yet, in words.
    fn words(&self) -> Vec<String> {
        let words = |(to, ask): &(NodeId, Ask)| match &ask.wants {
            Wants::Command { command, .. } => format!("{to}: {}", command.text()),
            Wants::Query(query) => format!("{to}: {}", query.text()),
            other => panic!("{other:?}"),
        };
        self.asked.iter().map(words).collect()
    }

    /// The first of it is answered.
    fn answer(&mut self, reply: &str) {
        let (from, Ask { clerk, call, .. }) = self.asked.pop_front().expect("something is asked");
        let outcome = Outcome::Reply(Bytes::from(reply));
        let answer = replicated::Message::Answer(Answer { clerk, call, outcome });
        self.handle(Input::Received { from, message: Message(shardkv::Message::Group(answer)) });
    }

    fn shard(&self) -> &TxnShard {
        &self.leader.server().shards().shard(0).expect("it has it").store
    }

    /// Who is under way in shard 0.
    fn open(&self) -> usize {
        self.shard().open().count()
    }

    /// What is committed in shard 0, with its stamps.
    fn written(&self) -> Vec<(String, u64)> {
        let newest = self.shard().keys().filter_map(|(_, versions)| versions.last());
        newest.map(|it| (it.value.text().into_owned(), it.stamp)).collect()
    }
}

fn config() -> Config {
    Config::first(2).join(&[(1, Vec::new()), (2, Vec::new())], Default::default())
}

/// A transaction is prepared in shard 0, and this decides: a shard, or its client.
fn prepared(mistake: Option<Mutant>, decides: &str) -> Hand {
    let mut hand = Hand::new(mistake);
    hand.log("lock-alone 0 5.1.1 0");
    hand.log(&format!("prepare 0 5.1.1 {decides} 1 - 0 a"));
    assert_eq!(hand.open(), 1);
    hand
}

#[test]
fn who_is_in_doubt_asks_the_shard_that_decides_and_carries_it_out() {
    for (reply, written) in [("decided 7", vec![("a".to_owned(), 7)]), ("decided -", vec![])] {
        let mut hand = prepared(None, "1");
        hand.look();
        assert_eq!(hand.words(), [""; 0], "something was heard of it until now");
        hand.look();
        assert_eq!(hand.words(), ["g2.n1: resolve 1 5.1.1"]);
        hand.answer(reply);
        assert_eq!((hand.written(), hand.open()), (written, 0));
    }
}

#[test]
fn as_long_as_something_is_heard_nobody_is_in_doubt() {
    let mut hand = Hand::new(None);
    for _ in 0..4 {
        hand.log("lock-alone 0 5.1.1 0");
        hand.look();
    }
    assert_eq!(hand.open(), 1);
}

#[test]
fn who_has_promised_nothing_is_given_up_and_nobody_is_asked() {
    let mut hand = Hand::new(None);
    hand.log("lock-alone 0 5.1.1 0");
    hand.look();
    hand.look();
    assert_eq!((hand.open(), hand.shard().locks().count(), hand.asked.len()), (0, 0, 0));
}

#[test]
fn who_is_prepared_is_not_given_up() {
    for mistake in [None, Some(Mutant::GivesUpPrepared)] {
        let mut hand = prepared(mistake, "1");
        hand.look();
        hand.look();
        assert_eq!(
            (hand.open(), hand.asked.len()),
            if mistake.is_some() { (0, 0) } else { (1, 1) }
        );
    }
}

#[test]
fn a_lost_answer_is_asked_for_again_and_by_one_clerk_alone() {
    let mut hand = prepared(None, "1");
    for _ in 0..4 {
        hand.look();
    }
    assert_eq!(hand.words(), ["g2.n1: resolve 1 5.1.1"]);
    hand.asked.clear();
    let retry = replicated::Timer::Retry(0);
    hand.handle(Input::Fired(Timer::Clerk(shardkv::Timer::Group(retry))));
    assert_eq!(hand.words(), ["g2.n1: resolve 1 5.1.1"]);
    hand.answer("decided 7");
    assert_eq!(hand.written(), [("a".to_owned(), 7)]);
}

#[test]
fn the_coordinator_hears_of_it_when_the_log_has_it() {
    let mut hand = prepared(None, "1");
    hand.look();
    hand.look();
    hand.disk_is_slow = true;
    hand.answer("decided 7");
    assert_eq!((hand.words(), hand.open()), (Vec::new(), 1));
    hand.write();
    assert_eq!((hand.words(), hand.open()), (vec!["g2.n1: learned 1 5.1.1 0".to_owned()], 0));
}

#[test]
fn an_abort_is_not_told_to_the_coordinator_whose_client_may_still_ask_for_the_contrary() {
    let mut hand = prepared(None, "1");
    hand.look();
    hand.look();
    hand.answer("decided -");
    assert_eq!((hand.words(), hand.open()), (Vec::new(), 0));
}

#[test]
fn where_a_client_decides_it_is_asked_until_it_answers() {
    let mut hand = prepared(None, "-");
    hand.look();
    hand.look();
    hand.look();
    // Both questions have one number; none but it is answered.
    assert_eq!(hand.words(), ["c1: resolve 0 5.1.1", "c1: resolve 0 5.1.1"]);
    assert_eq!(hand.asked[0], hand.asked[1]);
    let late = Ask { call: hand.asked[0].1.call + 1, ..hand.asked[0].1.clone() };
    hand.asked.push_front((hand.asked[0].0, late));
    hand.answer("decided 9");
    assert_eq!(hand.open(), 1);
    hand.answer("decided 7");
    assert_eq!((hand.written(), hand.open()), (vec![("a".to_owned(), 7)], 0));
}
