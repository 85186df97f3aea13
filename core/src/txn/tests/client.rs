//! How a client takes a transaction through its shards. A hand carries its questions to two shards,
//! of a group each, and their answers back.

use std::collections::{BTreeMap, VecDeque};

use super::options;
use crate::bytes::Bytes;
use crate::id::{Cast, Groups, NodeId};
use crate::machine::{Context, Disk as _, Effect, Input, Machine};
use crate::raft::disk::Disk;
use crate::replicated::message::{self as replicated, Answer, Ask, Outcome, Wants};
use crate::replicated::service::{Service, Text};
use crate::rng::Rng;
use crate::shardctrl::message::Reply as ControllerReply;
use crate::shardctrl::{Config, Shard};
use crate::shardkv::command::Reply as ShardReply;
use crate::shardkv::message as shardkv;
use crate::time::Time;
use crate::txn::client::TxnClients;
use crate::txn::command::{Command, Deed, TxnId};
use crate::txn::message::{Ended, Message, Notice, Request, Timer, Transactional, ops_from_text};
use crate::txn::mutants::Mutant;
use crate::txn::options::{DecidedBy, Isolation, Options};
use crate::txn::shard::TxnShard;

const CAST: Cast = Cast { servers: 3, groups: Groups { count: 2, size: 1 }, clients: 1 };

struct Hand {
    client: TxnClients,
    options: Options,
    disk: Disk,
    /// By number: what is to be on the disk, and is not yet.
    saves: BTreeMap<u64, <Transactional as crate::machine::Protocol>::Durable>,
    disk_is_slow: bool,
    rng: Rng,
    saved: u64,
    now: u64,
    shards: [TxnShard; 2],
    mail: VecDeque<(NodeId, Message)>,
    /// Questions of this kind are kept.
    keeps: Option<&'static str>,
    kept: Vec<(NodeId, Message)>,
    /// What shards were asked, and what clients were told.
    asked: Vec<String>,
    ended: Vec<(Ended, Vec<Bytes>)>,
    attempts: Vec<TxnId>,
}

impl Hand {
    fn new(options: Options) -> Hand {
        let shards = [TxnShard::new(&options), TxnShard::new(&options)];
        let mut hand = Hand {
            client: TxnClients::boot(CAST, &options, &Disk::default()),
            options,
            disk: Disk::default(),
            saves: BTreeMap::new(),
            disk_is_slow: false,
            rng: Rng::new(1),
            saved: 0,
            now: 1_000,
            shards,
            mail: VecDeque::new(),
            keeps: None,
            kept: Vec::new(),
            asked: Vec::new(),
            ended: Vec::new(),
            attempts: Vec::new(),
        };
        hand.handle(Input::Started);
        hand
    }

    fn handle(&mut self, input: Input<Transactional>) {
        self.now += 10;
        let (me, mut effects) = (CAST.clients().next().expect("there is one"), Vec::new());
        let now = Time::from_micros(self.now);
        let mut cx = Context::new(now, me, &mut self.rng, &mut self.saved, &mut effects);
        self.client.handle(input, &mut cx);
        for effect in effects {
            match effect {
                Effect::Send { to, message, .. } => self.mail.push_back((to, message)),
                Effect::Save { number, change } => drop(self.saves.insert(number, change)),
                Effect::Notify(Notice::Ended { how, results, .. }) => {
                    self.ended.push((how, results));
                }
                Effect::Notify(Notice::Attempt { txn, .. }) => self.attempts.push(txn),
                _ => {}
            }
        }
        if !self.disk_is_slow {
            self.write();
        }
    }

    /// The disk has done all it was to do.
    fn write(&mut self) {
        for (number, change) in std::mem::take(&mut self.saves) {
            self.disk.write(&change);
            self.handle(Input::Durable(number));
        }
    }

    /// The client crashes, and starts anew.
    fn crash(&mut self) {
        (self.saved, self.saves) = (0, BTreeMap::new());
        self.mail.clear();
        self.now += 5_000;
        self.client = TxnClients::boot(CAST, &self.options, &self.disk);
        self.handle(Input::Started);
    }

    fn begin(&mut self, ops: &str) {
        let ops = ops_from_text(ops).expect("they are operations");
        self.handle(Input::Requested(Request::Transaction(ops)));
    }

    /// Carries questions and answers until there are none.
    fn carry(&mut self) {
        while let Some((to, message)) = self.mail.pop_front() {
            self.carry_one(to, message);
        }
    }

    fn carry_one(&mut self, to: NodeId, message: Message) {
        let (ask, of_group) = match &message.0 {
            shardkv::Message::Group(replicated::Message::Ask(ask)) => (ask.clone(), true),
            shardkv::Message::Controller(replicated::Message::Ask(ask)) => (ask.clone(), false),
            other => panic!("{other:?}"),
        };
        let words = match &ask.wants {
            Wants::Command { command, .. } => command.text().into_owned(),
            Wants::Query(query) => query.text().into_owned(),
            other => panic!("{other:?}"),
        };
        let reply = if of_group {
            let command = Command::from_text(&words).unwrap_or_else(|| panic!("{words}"));
            if self.keeps == Some(command.deed.word()) {
                self.kept.push((to, message));
                return;
            }
            self.asked.push(format!("{} {}", command.deed.word(), command.shard));
            ShardReply::Of(self.shard_says(command)).to_text()
        } else {
            let groups = [(1, Vec::new()), (2, Vec::new())];
            let config = Config::first(2).join(&groups, Default::default());
            ControllerReply::Config(config).to_text()
        };
        let outcome = Outcome::Reply(Bytes::from(reply.as_str()));
        let answer =
            replicated::Message::Answer(Answer { clerk: ask.clerk, call: ask.call, outcome });
        let message = Message(match of_group {
            true => shardkv::Message::Group(answer),
            false => shardkv::Message::Controller(answer),
        });
        self.handle(Input::Received { from: to, message });
    }

    fn shard_says(&mut self, command: Command) -> crate::txn::command::Reply {
        let shard = &mut self.shards[command.shard as usize];
        match TxnShard::is_query(&command) {
            true => shard.query(command),
            false => shard.apply(command),
        }
    }

    /// What a shard says to the words of somebody else.
    fn say(&mut self, words: &str) -> String {
        let command = Command::from_text(words).unwrap_or_else(|| panic!("{words}"));
        self.shard_says(command).to_text()
    }

    /// What was kept comes now, and so does all that follows.
    fn carry_kept(&mut self) {
        self.keeps = None;
        self.mail.extend(std::mem::take(&mut self.kept));
        self.carry();
    }

    /// Asks again what it was told to wait for.
    fn again(&mut self) {
        for lane in 0..2 {
            self.handle(Input::Fired(Timer::Again(lane)));
        }
        self.carry();
    }

    fn held(&self, key: &str, shard: Shard) -> String {
        let key = Bytes::from(key);
        let mut keys = self.shards[shard as usize].keys();
        let found = keys.find(|(other, _)| **other == key);
        let newest = found.and_then(|(_, versions)| versions.last());
        newest.map_or(String::new(), |it| it.value.text().into_owned())
    }

    /// Nothing of any transaction is left.
    fn is_quiet(&self) -> bool {
        let quiet = |shard: &TxnShard| {
            shard.locks().count() + shard.open().count() + shard.decided().count() == 0
        };
        self.client.current().is_none() && self.shards.iter().all(quiet)
    }

    fn committed(&self) -> usize {
        self.ended.iter().filter(|(how, _)| matches!(how, Ended::Committed(_))).count()
    }
}

fn hand(isolation: Isolation, decision: DecidedBy, mistake: Option<Mutant>) -> Hand {
    Hand::new(Options { decision, ..options(isolation, mistake) })
}

fn by_group() -> Hand {
    hand(Isolation::Serializable, DecidedBy::Group, None)
}

fn by_client() -> Hand {
    hand(Isolation::Serializable, DecidedBy::Client, None)
}

#[test]
fn a_transaction_takes_effect_in_all_its_shards() {
    for isolation in Isolation::ALL {
        for decision in [DecidedBy::Group, DecidedBy::Client] {
            let mut hand = hand(isolation, decision, None);
            hand.begin("put 0 a; append 1 b; read 1");
            hand.carry();
            assert_eq!((hand.held("0", 0), hand.held("1", 1)), ("a".into(), "b".into()));
            assert_eq!(hand.committed(), 1);
            assert_eq!(hand.ended[0].1, [Bytes::from("b")]);
            assert!(hand.is_quiet());
        }
    }
}

#[test]
fn both_phases_ask_each_shard_and_the_first_of_them_decides() {
    let mut hand = by_group();
    hand.begin("append 1 b; append 0 a; read 3");
    hand.carry();
    let asked: Vec<&str> = hand.asked.iter().map(|it| &**it).collect();
    let expected = [
        "lock-alone 1",
        "lock-alone 0",
        "lock 1",
        "prepare 0",
        "prepare 1",
        "decide 0",
        "finish 0",
        "finish 1",
        "learned 0",
    ];
    assert_eq!(asked, expected);
}

#[test]
fn one_shard_is_asked_to_commit_by_itself() {
    let mut hand = by_group();
    hand.begin("append 0 a; read 2");
    hand.carry();
    assert_eq!(hand.asked, ["lock-alone 0", "lock 0", "commit-alone 0"]);
    assert!(hand.is_quiet());
}

#[test]
fn who_only_reads_has_all_its_locks_at_once_and_nothing_is_decided() {
    let mut hand = by_group();
    hand.begin("read 0; read 1");
    hand.carry();
    assert_eq!(hand.asked, ["lock 0", "lock 1", "prepare 0", "prepare 1"]);
    assert!(hand.is_quiet() && hand.committed() == 1);
}

#[test]
fn as_of_a_snapshot_nothing_is_locked_to_be_read() {
    let mut hand = hand(Isolation::Snapshot, DecidedBy::Group, None);
    hand.begin("read 0; append 1 b");
    hand.carry();
    let expected = ["now 0", "now 1", "read-as-of 0", "read-as-of 1", "commit-alone 1"];
    assert_eq!(hand.asked, expected);
}

#[test]
fn who_is_wounded_tries_again_and_keeps_its_age() {
    let mut hand = by_group();
    hand.keeps = Some("prepare");
    hand.begin("append 0 a; append 1 b");
    hand.carry();
    assert_eq!(hand.say("lock-alone 1 1.9.1 1"), "= \"\" 0");
    hand.carry_kept();
    assert_eq!(hand.committed(), 0);
    hand.say("finish 1 1.9.1 -");
    hand.again();
    assert_eq!(hand.committed(), 1);
    assert_eq!(hand.attempts.len(), 2);
    assert_eq!(hand.attempts[0].start, hand.attempts[1].start);
    assert!(hand.is_quiet());
}

#[test]
fn who_is_aborted_tells_all_shards_that_have_its_locks() {
    for mistake in [None, Some(Mutant::AbortsSilently)] {
        let mut hand = hand(Isolation::Serializable, DecidedBy::Group, mistake);
        hand.keeps = Some("lock");
        hand.begin("append 0 a; append 1 b; read 3");
        hand.carry();
        hand.say("lock-alone 1 1.9.1 1");
        hand.carry_kept();
        let first = hand.attempts[0];
        assert_eq!(hand.attempts.len(), 2);
        assert_eq!(hand.shards[0].open().any(|(txn, _)| txn == first), mistake.is_some());
    }
}

#[test]
fn who_waits_asks_again() {
    let mut hand = by_group();
    hand.say("lock-alone 0 1.9.1 0");
    hand.begin("append 0 a");
    hand.carry();
    hand.again();
    assert_eq!(hand.committed(), 0);
    hand.say("commit-alone 0 1.9.1 - 1 - 0 z");
    hand.again();
    assert_eq!(hand.held("0", 0), "z,a");
}

#[test]
fn a_sum_below_zero_aborts_and_is_not_tried_again() {
    let mut hand = by_group();
    hand.begin("add 1 5; add 0 -1");
    hand.carry();
    assert_eq!(hand.ended, [(Ended::Aborted(None), Vec::new())]);
    assert!(hand.is_quiet() && hand.attempts.len() == 1);
}

#[test]
fn who_crashes_before_it_has_prepared_leaves_locks_that_are_given_up() {
    let mut hand = by_group();
    hand.keeps = Some("prepare");
    hand.begin("append 0 a; append 1 b");
    hand.carry();
    let txn = hand.attempts[0];
    hand.crash();
    for shard in 0..2 {
        hand.say(&format!("abandon {shard} {txn}"));
    }
    hand.kept.clear();
    assert!(hand.is_quiet());
}

#[test]
fn who_crashes_prepared_and_undecided_is_aborted_by_whoever_asks() {
    let mut hand = by_group();
    hand.keeps = Some("decide");
    hand.begin("append 0 a; append 1 b");
    hand.carry();
    let txn = hand.attempts[0];
    hand.crash();
    assert_eq!(hand.say(&format!("resolve 0 {txn}")), "decided -");
    // Its decision was on its way, and comes too late.
    assert_eq!(hand.say(&format!("decide 0 {txn} 1 0 1")), "decided -");
    for shard in 0..2 {
        hand.say(&format!("finish {shard} {txn} -"));
    }
    assert_eq!((hand.held("0", 0), hand.held("1", 1)), (String::new(), String::new()));
}

#[test]
fn what_somebody_in_doubt_had_aborted_is_tried_again() {
    let mut hand = by_group();
    hand.keeps = Some("decide");
    hand.begin("append 0 a; append 1 b");
    hand.carry();
    let txn = hand.attempts[0];
    hand.say(&format!("resolve 0 {txn}"));
    hand.carry_kept();
    assert_eq!((hand.attempts.len(), hand.committed()), (2, 1));
    assert_eq!(hand.held("0", 0), "a");
    assert!(hand.is_quiet());
}

#[test]
fn who_crashes_once_it_is_decided_is_committed_by_whoever_asks() {
    let mut hand = by_group();
    hand.keeps = Some("finish");
    hand.begin("append 0 a; append 1 b");
    hand.carry();
    let txn = hand.attempts[0];
    assert_eq!(hand.committed(), 1);
    hand.crash();
    for shard in 0..2 {
        assert_eq!(hand.say(&format!("resolve 0 {txn}")), "decided 1");
        hand.say(&format!("finish {shard} {txn} 1"));
        hand.say(&format!("learned 0 {txn} {shard}"));
    }
    hand.kept.clear();
    assert_eq!((hand.held("0", 0), hand.held("1", 1)), ("a".into(), "b".into()));
    assert!(hand.is_quiet());
}

/// What the client answers to a server in doubt: nothing, or what it has decided.
fn doubt(hand: &mut Hand, txn: TxnId) -> Option<String> {
    let words = Command { shard: 1, txn, deed: Deed::Resolve }.to_text();
    let wants = Wants::Query(Bytes::from(words.as_str()));
    let ask = replicated::Message::Ask(Ask { clerk: 0, call: 7, wants });
    let from = CAST.members(2).next().expect("there is one");
    let before = std::mem::take(&mut hand.mail);
    let message = Message(shardkv::Message::Group(ask));
    hand.handle(Input::Received { from, message });
    let said = std::mem::replace(&mut hand.mail, before);
    let answer = |(_, message): (NodeId, Message)| match message.0 {
        shardkv::Message::Group(replicated::Message::Answer(Answer {
            call: 7,
            outcome: Outcome::Reply(reply),
            ..
        })) => Some(reply.text().into_owned()),
        _ => None,
    };
    said.into_iter().find_map(answer)
}

#[test]
fn a_client_that_decides_acts_when_its_disk_has_it_and_tells_who_is_in_doubt() {
    let mut hand = by_client();
    hand.disk_is_slow = true;
    hand.begin("append 0 a; append 1 b");
    hand.carry();
    let txn = hand.attempts[0];
    assert_eq!((hand.committed(), doubt(&mut hand, txn)), (0, None));
    hand.write();
    assert_eq!(doubt(&mut hand, txn).as_deref(), Some("decided 1"));
    assert_eq!(hand.committed(), 1);
    hand.crash();
    assert_eq!(doubt(&mut hand, txn).as_deref(), Some("decided 1"));
}

#[test]
fn what_a_client_has_not_on_its_disk_was_never_committed() {
    let mut hand = by_client();
    hand.disk_is_slow = true;
    hand.begin("append 0 a; append 1 b");
    hand.carry();
    let txn = hand.attempts[0];
    hand.crash();
    assert_eq!(doubt(&mut hand, txn).as_deref(), Some("decided -"));
}

#[test]
fn who_acts_before_the_decision_is_logged_tells_what_may_never_be() {
    for (decision, told) in [(DecidedBy::Group, "decide"), (DecidedBy::Client, "none")] {
        for mistake in [None, Some(Mutant::DecisionNotLogged)] {
            let mut hand = hand(Isolation::Serializable, decision, mistake);
            (hand.keeps, hand.disk_is_slow) = (Some(told), true);
            hand.begin("append 0 a; append 1 b");
            hand.carry();
            assert_eq!(hand.committed(), usize::from(mistake.is_some()));
        }
    }
}

#[test]
fn what_only_reads_and_reads_now_sees_its_shards_at_other_moments() {
    for (mistake, saw) in [(None, ["", ""]), (Some(Mutant::ReadsNow), ["", "2"])] {
        let mut hand = hand(Isolation::Snapshot, DecidedBy::Group, mistake);
        let word = if mistake.is_some() { "read" } else { "read-as-of" };
        hand.keeps = Some(word);
        hand.begin("read 0; read 1");
        hand.carry();
        // The first is read; before the second is, another transaction commits in both.
        hand.keeps = None;
        for (to, message) in std::mem::take(&mut hand.kept) {
            hand.carry_one(to, message);
        }
        for (shard, key) in [(0, "0"), (1, "1")] {
            hand.say(&format!("commit-alone {shard} 5.9.1 - 0 - {key} 2"));
        }
        hand.carry();
        let saw: Vec<Bytes> = saw.into_iter().map(Bytes::from).collect();
        assert_eq!(hand.ended[0].1, saw);
    }
}
