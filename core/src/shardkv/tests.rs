//! The rules of the handout, on the shards of one group: what an entry of its log does, and what one
//! that is late, of another move, or of a mistake does.

use crate::bytes::Bytes;
use crate::kv::message::{Call, Reply as KvReply};
use crate::kv::store::Store;
use crate::replicated::service::{Service, Text};
use crate::shardctrl::mutants::Mutants as ControllerMutants;
use crate::shardctrl::{Config, Gid};

use super::command::{Command, Reply};
use super::mutants::{Mutant, Mutants};
use super::options::{By, Sharding};
use super::shard::ShardState;
use super::store::Shards;

/// Two shards: keys that begin with `0` are in shard 0, with `1` in shard 1.
const SHARDING: Sharding = Sharding { count: 2, by: By::FirstByte };

#[test]
fn how_a_shard_stands_is_read_as_it_is_written() {
    let (from, to, at) = (2, 1, 13);
    let all = [
        ShardState::Elsewhere,
        ShardState::Serving,
        ShardState::Pulling { from, at },
        ShardState::Arrived { from, at },
        ShardState::Leaving { to, at },
        ShardState::Kept,
    ];
    for state in all {
        assert_eq!(ShardState::from_text(&state.to_string()), Some(state));
    }
    for text in ["", "gone", "serving g1", "pulling", "pulling from 2, configuration 3", "kept "] {
        assert_eq!(ShardState::from_text(text).filter(|it| it.to_string() == text), None, "{text}");
    }
}

fn group(gid: Gid, mistakes: &[Mutant]) -> Shards {
    let mutants = mistakes.iter().fold(Mutants::NONE, |all, one| all.with(*one));
    Shards::new(gid, SHARDING, mutants, Store::default())
}

/// Configurations that follow each other: nobody, then these owners of shards 0 and 1.
fn configs(owners: &[[Gid; 2]]) -> Vec<Config> {
    let mut last = Config::first(2).join(&[(9, Vec::new())], ControllerMutants::NONE);
    last.number = 0;
    last.shards = vec![0, 0];
    last.holders = vec![0, 0];
    let next = |last: &mut Config, to: &[Gid; 2]| {
        let one = last.moved(0, to[0]);
        let both = Config { number: last.number, ..one }.moved(1, to[1]);
        *last = both.clone();
        both
    };
    owners.iter().map(|to| next(&mut last, to)).collect()
}

fn ask(shards: &mut Shards, session: u64, sequence: u64, words: &str) -> (Reply, bool) {
    let call = Call::from_text(words).unwrap_or_else(|| panic!("{words}"));
    shards.apply_once(session, sequence, Command::Call(call))
}

fn states(shards: &Shards) -> [ShardState; 2] {
    [0, 1].map(|shard| shards.shard(shard).expect("there are two").state)
}

fn configure(shards: &mut Shards, config: &Config) {
    shards.apply(Command::Configure(config.clone()));
}

/// What a shard holds, for the group that is to have it.
fn content(shards: &Shards, shard: u32) -> Bytes {
    shards.shard(shard).expect("there are two").content()
}

#[test]
fn configurations_come_in_order_and_one_at_a_time() {
    let all = configs(&[[1, 1], [1, 2], [2, 2]]);
    let mut one = group(1, &[]);
    configure(&mut one, &all[1]);
    assert_eq!(one.config().number, 0, "the first comes first");
    configure(&mut one, &all[0]);
    configure(&mut one, &all[0]);
    assert_eq!((one.config().number, states(&one)), (1, [ShardState::Serving; 2]));
    configure(&mut one, &all[1]);
    assert_eq!(states(&one)[1], ShardState::Leaving { to: 2, at: 2 });
    configure(&mut one, &all[2]);
    assert_eq!(one.config().number, 2, "something is under way");
    one.apply(Command::Delete { shard: 1, at: 2 });
    configure(&mut one, &all[2]);
    assert_eq!(states(&one), [ShardState::Leaving { to: 2, at: 3 }, ShardState::Elsewhere]);

    let mut hasty = group(1, &[Mutant::DoesNotWait]);
    all.iter().for_each(|config| configure(&mut hasty, config));
    assert_eq!(hasty.config().number, 3);
    let mut jumping = group(1, &[Mutant::JumpsToLatest]);
    configure(&mut jumping, &all[2]);
    assert_eq!(jumping.config().number, 3);
}

#[test]
fn a_shard_moves_as_a_whole_and_each_step_once() {
    let all = configs(&[[1, 1], [1, 2]]);
    let (mut one, mut two) = (group(1, &[]), group(2, &[]));
    for config in &all {
        configure(&mut one, config);
        configure(&mut two, config);
        ask(&mut one, 7, 1, "append 1 a");
    }
    assert_eq!(states(&two)[1], ShardState::Pulling { from: 1, at: 2 });
    assert_eq!(ask(&mut two, 7, 1, "append 1 a"), (Reply::WrongGroup, false));
    assert_eq!(ask(&mut one, 8, 1, "append 1 b").0, Reply::WrongGroup, "it has left");

    let moved = content(&one, 1);
    let install = |at| Command::Install { shard: 1, at, content: moved.clone() };
    two.apply(install(1));
    assert_eq!(states(&two)[1], ShardState::Pulling { from: 1, at: 2 }, "of another move");
    two.apply(install(2));
    assert_eq!(states(&two)[1], ShardState::Arrived { from: 1, at: 2 });
    // What was done for whom has come along: it is not done again.
    assert_eq!(ask(&mut two, 7, 1, "append 1 a"), (Reply::Of(KvReply::Done), false));
    assert_eq!(ask(&mut two, 7, 2, "append 1 b"), (Reply::Of(KvReply::Done), true));
    two.apply(install(2));
    let read = |shards: &Shards| shards.query(Command::Call(Call::Get { key: "1".into() }));
    assert_eq!(read(&two), Reply::Of(KvReply::Value("ab".into())), "the second copy does nothing");

    one.apply(Command::Delete { shard: 1, at: 1 });
    assert!(!one.is_settled(), "a deletion of another move");
    one.apply(Command::Delete { shard: 1, at: 2 });
    assert_eq!(states(&one)[1], ShardState::Elsewhere);
    assert!(one.shard(1).is_some_and(|here| here.bytes() == 0));
    two.apply(Command::Settle { shard: 1, at: 1 });
    assert!(!two.is_settled());
    two.apply(Command::Settle { shard: 1, at: 2 });
    assert_eq!(states(&two)[1], ShardState::Serving);

    for (mistake, again) in
        [(Mutant::SessionsDoNotMove, true), (Mutant::SecondCopyOverwrites, false)]
    {
        let mut wrong = group(2, &[mistake]);
        all.iter().for_each(|config| configure(&mut wrong, config));
        wrong.apply(install(2));
        assert_eq!(ask(&mut wrong, 7, 1, "append 1 a").1, again, "{}", mistake.id());
        ask(&mut wrong, 7, 2, "append 1 b");
        wrong.apply(install(2));
        let lost = read(&wrong) == Reply::Of(KvReply::Value("a".into()));
        assert_eq!(lost, mistake == Mutant::SecondCopyOverwrites, "{}", mistake.id());
    }
}

#[test]
fn what_nobody_is_to_have_is_kept_for_whoever_is_next() {
    let all = configs(&[[1, 1], [0, 0], [2, 1]]);
    let (mut one, mut two) = (group(1, &[]), group(2, &[]));
    configure(&mut one, &all[0]);
    configure(&mut two, &all[0]);
    ask(&mut one, 7, 1, "put 0 a");
    configure(&mut one, &all[1]);
    configure(&mut two, &all[1]);
    assert_eq!((states(&one), one.is_settled()), ([ShardState::Kept; 2], true));
    assert_eq!(ask(&mut one, 7, 2, "put 0 b").0, Reply::WrongGroup);
    configure(&mut one, &all[2]);
    configure(&mut two, &all[2]);
    assert_eq!(states(&one), [ShardState::Leaving { to: 2, at: 3 }, ShardState::Serving]);
    assert_eq!(states(&two)[0], ShardState::Pulling { from: 1, at: 3 });

    let mut wrong = group(2, &[Mutant::NobodysIsPulled]);
    configure(&mut wrong, &configs(&[[2, 2]])[0]);
    assert_eq!(states(&wrong)[0], ShardState::Pulling { from: 0, at: 1 });
}

#[test]
fn a_group_answers_for_its_own_alone_when_the_turn_has_come() {
    let all = configs(&[[1, 2]]);
    let check = |mistakes: &[Mutant], answers: bool, refuses: bool| {
        let mut one = group(1, mistakes);
        configure(&mut one, &all[0]);
        let call = || Command::Call(Call::from_text("put 1 a").expect("it is a call"));
        assert_eq!(one.refusal(&call()).is_some(), refuses, "{mistakes:?}");
        assert_eq!(one.apply_once(7, 1, call()).0 != Reply::WrongGroup, answers, "{mistakes:?}");
        assert_eq!(ask(&mut one, 7, 2, "put 0 a"), (Reply::Of(KvReply::Done), true));
    };
    check(&[], false, true);
    check(&[Mutant::NoOwnershipCheck], true, false);
    check(&[Mutant::OwnershipAtArrival], true, true);
}

#[test]
fn a_snapshot_has_all_of_it() {
    let all = configs(&[[1, 1], [1, 2]]);
    let mut one = group(1, &[]);
    all.iter().for_each(|config| configure(&mut one, config));
    ask(&mut one, 7, 1, "put 0 \"a b\"");
    let snapshot = one.snapshot();
    assert_eq!(group(1, &[]).restore(&snapshot), Some(one.clone()));
    assert_eq!(group(1, &[]).restore(&snapshot[..snapshot.len() - 2]), None);
    let wrong = group(1, &[Mutant::SnapshotWithoutStates]).restore(&snapshot);
    assert_eq!(wrong.map(|it| states(&it)[1]), Some(ShardState::Elsewhere));
}

#[test]
fn entries_and_replies_are_read_as_they_are_written() {
    for text in [
        "put x 1",
        "configure 2 1,0/1 1=g1.n1,g1.n2 2=",
        "install 3 at 2 \"a 1:b\"",
        "delete 3 at 2",
        "settle 3 at 2",
    ] {
        let read = Command::<Call>::from_text(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(read.to_text(), text);
    }
    for text in ["", "install 3 at 2", "delete x at 2", "settle 3 2", "configure", "put x"] {
        assert_eq!(Command::<Call>::from_text(text), None, "{text}");
    }
    for text in ["ErrWrongGroup", "moved", "= 1", "done"] {
        let read = Reply::<KvReply>::from_text(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(read.to_text(), text);
    }
}
