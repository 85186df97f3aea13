//! The store by itself: its words, what one client is told, what a server of it keeps. What clients
//! see of a cluster of such servers is tested in the world.

use std::collections::{BTreeMap, BTreeSet};

use super::invariants::{RULES, broken_rule};
use super::message::{Call, Refusal, Reply};
use super::spec::{Held, Kv};
use super::store::Store;
use crate::bytes::Bytes;
use crate::replicated::mutants::{Mutant, Mutants};
use crate::replicated::options::{Kept, Options};
use crate::replicated::service::{Service, Text};
use crate::replicated::tests::world::{World, n};
use crate::rng::Rng;
use crate::spec::Spec;
use crate::view::{Field, Value};

fn call(text: &str) -> Call {
    Call::from_text(text).unwrap_or_else(|| panic!("{text}"))
}

fn reply(text: &str) -> Reply {
    Reply::from_text(text).unwrap_or_else(|| panic!("{text}"))
}

/// Any call, of few keys and few values.
fn some_call(rng: &mut Rng) -> Call {
    let key = Bytes::from(format!("k{}", rng.below(4)).as_str());
    let mut word = || Bytes::from(format!("{}", rng.below(3)).as_str());
    let (value, held) = (word(), word());
    match rng.below(8) {
        0 => Call::Get { key },
        1 => Call::Version { key },
        2 => Call::Put { key, value },
        3 => Call::Append { key, value },
        4 => Call::AppendGet { key, value },
        5 => Call::PutIf { key, version: rng.below(4), value },
        6 => Call::Swap { key, held, value },
        _ => Call::Delete { key },
    }
}

#[test]
fn calls_are_read_as_they_are_written() {
    for text in [
        "get x",
        "version x",
        "put x 1",
        "put \"a key\" \"x 0 0 y\"",
        "append x \"\"",
        "append-get x 1",
        "put-if x 3 1",
        "swap x 1 2",
        "delete x",
    ] {
        assert_eq!(call(text).to_text(), text);
    }
    for text in ["", "get", "get x y", "put x", "put-if x one 1", "swap x 1", "take x"] {
        assert_eq!(Call::from_text(text), None, "{text}");
    }
}

#[test]
fn replies_are_read_as_they_are_written() {
    for text in ["= 1", "= \"\"", "= \"a b\" 3", "done", "ErrVersion", "ErrMaybe"] {
        assert_eq!(reply(text).to_text(), text);
    }
    for text in ["", "=", "= 1 x", "ErrNothing", "done done"] {
        assert_eq!(Reply::from_text(text), None, "{text}");
    }
}

#[test]
fn every_drawn_call_is_read_as_it_is_written() {
    let mut rng = Rng::new(1);
    for _ in 0..1_000 {
        let drawn = some_call(&mut rng);
        assert_eq!(call(&drawn.to_text()), drawn);
    }
}

/// Each call with what it must be answered, one after the other.
fn check(steps: &[(&str, &str)]) {
    let mut held = Kv.start();
    for (words, answer) in steps {
        let (call, reply) = (call(words), reply(answer));
        let without = Kv.step(&held, &call, None);
        let before = held.clone();
        held = Kv.step(&held, &call, Some(&reply)).unwrap_or_else(|| panic!("{words}"));
        assert_eq!(Some(&held), without.as_ref(), "{words}");
        if !Kv.changes(&call, Some(&reply)) {
            assert_eq!(held, before, "{words}");
        }
        let others = [Reply::Value("other".into()), Reply::Versioned("1".into(), 99)];
        assert!(others.iter().all(|other| Kv.step(&before, &call, Some(other)).is_none()));
    }
}

#[test]
fn a_key_holds_what_was_put_and_appended() {
    check(&[
        ("get x", "= \"\""),
        ("append x a", "done"),
        ("get x", "= a"),
        ("put x b", "done"),
        ("append x c", "done"),
        ("append-get x d", "= bc"),
        ("get x", "= bcd"),
        ("delete x", "done"),
        ("get x", "= \"\""),
    ]);
}

#[test]
fn a_version_counts_the_changes() {
    check(&[
        ("version x", "ErrNoKey"),
        ("put-if x 3 a", "ErrNoKey"),
        ("put-if x 0 a", "done"),
        ("version x", "= a 1"),
        ("put-if x 0 b", "ErrVersion"),
        ("put-if x 1 b", "done"),
        ("put-if x 1 c", "ErrMaybe"),
        ("version x", "= b 2"),
        ("put-if x 2 d", "ErrMaybe"),
        ("version x", "= d 3"),
        ("delete x", "done"),
        ("version x", "ErrNoKey"),
    ]);
}

#[test]
fn a_swap_compares_first() {
    check(&[
        ("swap x 1 2", "ErrDiffers"),
        ("swap x \"\" 1", "done"),
        ("swap x 1 2", "done"),
        ("swap x 1 3", "ErrDiffers"),
        ("get x", "= 2"),
    ]);
}

/// A clerk that has asked twice cannot know whether the first time was the one (2025).
#[test]
fn a_refusal_is_a_maybe_to_who_has_asked_twice() {
    for answer in ["ErrMaybe", "done", "= 1", "= 1 3"].map(reply) {
        assert_eq!(Store::after_retry(answer.clone()), answer);
    }
    for refusal in ["ErrVersion", "ErrNoKey", "ErrDiffers"].map(reply) {
        assert_eq!(Store::after_retry(refusal), Reply::Refused(Refusal::Maybe));
    }
}

/// The store with all its keys answers as the specification says of each.
#[test]
fn the_store_answers_as_its_specification_says() {
    for seed in 0..50 {
        let mut rng = Rng::new(seed);
        let (mut store, mut held) = (Store::default(), BTreeMap::new());
        for _ in 0..200 {
            let call = some_call(&mut rng);
            let state = held.entry(call.key().clone()).or_insert_with(|| Kv.start());
            let reply = match call.is_query() {
                true => store.query(call.clone()),
                false => store.apply(call.clone()),
            };
            *state = Kv
                .step(state, &call, Some(&reply))
                .unwrap_or_else(|| panic!("seed {seed}: {call} was answered {reply}"));
            let size = |(key, held): (&Bytes, &Held)| (key.len() + held.value.len() + 8) as u64;
            assert_eq!(store.bytes(), store.iter().map(size).sum::<u64>(), "seed {seed}");
        }
        let snapshot = store.snapshot();
        assert_eq!(store.restore(&snapshot), Some(store.clone()), "seed {seed}");
        assert_eq!(store.restore(&snapshot[..snapshot.len() - 1]), None);
    }
}

#[test]
fn what_is_long_is_cut_and_says_so() {
    let mut store = Store::default();
    for number in 0..60 {
        let key = Bytes::from(format!("k{number:02}").as_str());
        let value = Bytes::from("v".repeat(number * 10).as_str());
        store.apply(Call::Put { key, value });
    }
    let [rows, count] = &store.view()[..] else { panic!("two fields") };
    let Value::List(rows) = &rows.value else { panic!("a list") };
    assert_eq!((rows.len(), &count.value), (50, &Value::Number(60)));
    let Value::Record(row) = &rows[49] else { panic!("a record") };
    let names: Vec<&str> = row.iter().map(|field: &Field| field.name).collect();
    assert_eq!(names, ["key", "value", "bytes left out", "version"]);
    assert_eq!(row[2].value, Value::Number(290));
}

/// The rules that any of three servers broke between two inputs, while three clerks made drawn
/// calls through losses, copies and crashes.
fn broken(seed: u64, mutant: Option<Mutant>) -> BTreeSet<&'static str> {
    let options = Options {
        sessions: if seed.is_multiple_of(2) { Kept::Opened { most: 2 } } else { Kept::Chosen },
        log_bytes_max: Some(600),
        mutants: mutant.map_or(Mutants::NONE, |mutant| Mutants::NONE.with(mutant)),
        ..Options::paper()
    };
    let mut world: World<Store> = World::new(3, options, seed);
    world.one_in = 10;
    let (mut rng, mut found) = (Rng::new(seed), BTreeSet::new());
    let mut look = |world: &World<Store>| {
        for server in world.servers() {
            let broken = RULES.iter().filter(|(_, holds)| !holds(server)).map(|(name, _)| *name);
            assert_eq!(broken_rule(server), broken.clone().next());
            found.extend(broken);
        }
    };
    for node in [1, 2, 3, 1, 2, 3].map(n) {
        (0..90).for_each(|place| world.call(place % 3, &some_call(&mut rng).to_text()));
        world.run_watched(400, &mut look);
        world.crash(node);
        world.run_watched(600, &mut look);
        world.start(node);
        world.run_watched(400, &mut look);
    }
    assert!(world.servers().any(|server| server.applied() > 150), "seed {seed}: too little");
    found
}

#[test]
fn every_rule_holds_whatever_is_asked_and_lost() {
    for seed in 0..20 {
        assert_eq!(broken(seed, None), BTreeSet::new(), "seed {seed}");
    }
}

/// A rule that nothing can break says nothing: each is broken by the mistake that it is about, and by
/// no other.
#[test]
fn every_rule_is_broken_by_its_mistake() {
    let mistakes = [
        Mutant::KeepsAllReplies,
        Mutant::NeverTrims,
        Mutant::SnapshotCarriesHistory,
        Mutant::KeepsAllSessions,
    ];
    assert_eq!(mistakes.len(), RULES.len());
    for ((rule, _), mutant) in RULES.iter().zip(mistakes) {
        // Where sessions are chosen, they have no bound.
        let every = if mutant == Mutant::KeepsAllSessions { 2 } else { 1 };
        for seed in (0..4).step_by(every) {
            assert_eq!(broken(seed, Some(mutant)), BTreeSet::from([*rule]), "seed {seed}");
        }
    }
}
