//! The ways to a verdict agree with each other. That they agree with the
//! definition is shown in `tests/it/histories.rs`.

use std::fmt::Debug;

use netsplit_core::history::{History, OpId, Outcome};
use netsplit_core::kv::{self, Kv};
use netsplit_core::rng::Rng;
use netsplit_core::spec::{AnyOf, Choosing, Spec};

use super::*;
use crate::check::register::{self, Register};
use crate::history::made::{self, Plan};

/// Histories of this many seeds are looked at.
const SEEDS: u64 = 600;

const SEARCH: Options = Options { budget: 1_000_000, is_search_only: true };

/// A plan drawn from a seed: small, and rich in what is hard.
fn plan(rng: &mut Rng) -> Plan {
    Plan {
        clients: rng.between(1, 6) as u32,
        ops: rng.between(1, 40),
        keys: rng.between(1, 3),
        values: if rng.chance(1, 2) { 0 } else { rng.between(1, 5) },
        unknown: if rng.chance(1, 2) { 0 } else { rng.between(0, 300) },
        failed: rng.between(0, 100),
        reads: rng.between(0, 80),
        dependent: rng.between(0, 100),
    }
}

fn kv_history(seed: u64) -> History<kv::Call, kv::Reply> {
    let mut rng = Rng::new(seed);
    let history = made::kv(&plan(&mut rng), seed);
    match seed % 3 {
        0 => history,
        _ => made::spoil(&history, seed, |call| matches!(call, kv::Call::Get { .. })),
    }
}

fn register_history(seed: u64) -> History<register::Call, register::Reply> {
    let mut rng = Rng::new(seed);
    let history = made::register(&plan(&mut rng), seed);
    match seed % 3 {
        0 => history,
        _ => made::changed(&history, |_, outcome| {
            let wrong = match outcome {
                Outcome::Ok(register::Reply::Value(_)) => {
                    register::Reply::Value(Some(rng.below(5) as i64))
                }
                Outcome::Ok(register::Reply::Swapped(was)) => register::Reply::Swapped(!was),
                _ => return None,
            };
            rng.chance(1, 20).then_some(Outcome::Ok(wrong))
        }),
    }
}

/// Whether the points are an order that shows it: all that surely happened, in
/// its intervals, and as the specification allows.
fn is_shown<S: Spec>(spec: &S, history: &History<S::Call, S::Reply>, points: &[Point]) -> bool {
    let parts = part::parts(spec, history);
    let order: Vec<OpId> = points.iter().map(|point| point.op).collect();
    let orders = given(&parts, &order, history.len());
    let is_inside = points.iter().all(|point| {
        let op = history.get(point.op).expect("it is of this history");
        op.invoked.rank <= point.after && op.done().is_none_or(|done| point.after < done)
    });
    let all = parts.iter().enumerate();
    is_inside
        && all.clone().all(|(i, part)| match orders.get(i) {
            Some(order) => is_right(spec, part, order),
            None => part.items.iter().all(|item| item.done == NEVER),
        })
}

/// The part in which a violation is, up to when it shows.
fn parts_of<'a, S: Spec>(
    spec: &S,
    history: &'a History<S::Call, S::Reply>,
    violation: &Violation<S::Key, S::State>,
) -> Part<'a, S> {
    let parts = part::parts(spec, history).into_iter();
    let mut of_key = parts.filter(|part| part.key == violation.key);
    let part = of_key.next().expect("a violation is of a key of its history");
    let rank = violation::rank_of(&part, violation.blocked).expect("it has returned");
    part.until(spec, rank)
}

fn check_ways<S: Spec + Clone>(spec: &S, seed: u64, history: &History<S::Call, S::Reply>) -> bool
where
    S::Key: PartialEq,
{
    let report = check(spec, history, &Options::default());
    let searched = check(spec, history, &SEARCH);
    let mut live = Live::new(spec.clone(), SEARCH.budget);
    let mut grown: History<S::Call, S::Reply> = History::new();
    let mut first = None;
    for event in history.events_from(0) {
        let (netsplit_core::history::Event::Invoked(id)
        | netsplit_core::history::Event::Returned(id)) = event;
        let op = history.get(id).expect("it is of this history");
        if let netsplit_core::history::Event::Invoked(_) = event {
            grown.invoke(op.session, op.node, op.invoked.at, op.call.clone());
        } else {
            let at = op.returned.expect("it has returned").at;
            assert!(grown.returned(id, at, op.outcome.clone()));
        }
        if let LiveVerdict::Violation(op) = live.look(&grown) {
            first = first.or(Some(op));
        }
    }
    match (&report.verdict, &searched.verdict) {
        (Verdict::Linearizable(points), Verdict::Linearizable(others)) => {
            assert!(is_shown(spec, history, points), "seed {seed}: {points:?}");
            assert!(is_shown(spec, history, others), "seed {seed}: {others:?}");
            assert_eq!(live.verdict(), LiveVerdict::Linearizable, "seed {seed}");
            let order: Vec<OpId> = points.iter().map(|point| point.op).collect();
            let along = check_along(spec, history, &order, &Options { budget: 0, ..SEARCH });
            assert!(matches!(along.verdict, Verdict::Linearizable(_)), "seed {seed}");
            true
        }
        (Verdict::Violation(one), Verdict::Violation(two)) => {
            assert_eq!((&one.key, one.blocked), (&two.key, two.blocked), "seed {seed}");
            let shown = first.expect("a growing history shows it, too");
            let has_failed = history.get(shown).is_some_and(|op| op.outcome == Outcome::Failed);
            assert!(shown == one.blocked || has_failed, "seed {seed}: {shown:?}");
            let few = witness(spec, history, one, 20_000);
            assert!(few.ops.contains(&one.blocked), "seed {seed}");
            // None of them can be set free.
            if few.is_minimal {
                let part = parts_of(spec, history, one);
                let places =
                    (0..part.items.len()).filter(|place| few.ops.contains(&part.items[*place].id));
                let places: Vec<usize> = places.collect();
                for out in &places {
                    let rest: Vec<usize> =
                        places.iter().copied().filter(|place| place != out).collect();
                    let part = part.knowing(spec, &rest);
                    let has_none = match direct::look(spec, &part) {
                        Direct::CannotTell => {
                            part.search(spec).0.run(spec, 20_000) == Found::Nothing
                        }
                        told => matches!(told, Direct::Nothing(_)),
                    };
                    assert!(!has_none, "seed {seed}: {few:?} does not need {out}");
                }
            }
            // The few are a history of their own that is wrong.
            let rest =
                made::changed(history, |id, _| (!few.ops.contains(&id)).then_some(Outcome::Failed));
            let alone = check(spec, &rest, &SEARCH).verdict;
            assert!(matches!(alone, Verdict::Violation(_)), "seed {seed}: {few:?}");
            false
        }
        other => panic!("seed {seed}: {other:?}"),
    }
}

#[test]
fn the_ways_to_a_verdict_agree() {
    let mut well = [0, 0];
    for seed in 0..SEEDS {
        well[0] += u64::from(check_ways(&Kv, seed, &kv_history(seed)));
        well[1] += u64::from(check_ways(&Register, seed, &register_history(seed)));
    }
    // Both verdicts must be met, or nothing is shown.
    for well in well {
        assert!((SEEDS / 5..SEEDS * 9 / 10).contains(&well), "{well} of {SEEDS} are linearizable");
    }
}

/// What was made by a correct store has an order, and leaving rows out must not
/// lose it: many clients, few values, much that covers much.
#[test]
fn no_order_is_lost() {
    for seed in 0..3_000 {
        let mut rng = Rng::new(seed);
        let plan = Plan {
            clients: rng.between(4, 12) as u32,
            ops: rng.between(20, 80),
            keys: 1,
            values: rng.between(2, 4),
            unknown: rng.between(0, 1) * rng.between(0, 200),
            failed: 0,
            reads: rng.between(20, 70),
            dependent: rng.between(0, 60),
        };
        let verdict = check(&Register, &made::register(&plan, seed), &SEARCH).verdict;
        assert!(matches!(verdict, Verdict::Linearizable(_)), "seed {seed}: {verdict:?}");
        let plan = Plan { dependent: plan.dependent / 4, ..plan };
        let verdict = check(&Kv, &made::kv(&plan, seed), &SEARCH).verdict;
        assert!(!matches!(verdict, Verdict::Violation(_)), "seed {seed}: {verdict:?}");
    }
}

#[test]
fn a_budget_ends_a_search_and_is_told() {
    let plan = Plan {
        clients: 8,
        ops: 400,
        keys: 1,
        values: 4,
        unknown: 0,
        failed: 0,
        reads: 30,
        dependent: 50,
    };
    let history = made::register(&plan, 3);
    let small = check(&Register, &history, &Options { budget: 50, is_search_only: true });
    assert_eq!(small.verdict, Verdict::NotDecided { states: 50 });
    assert!(matches!(check(&Register, &history, &SEARCH).verdict, Verdict::Linearizable(_)));
    let mut live = Live::new(Register, 50);
    assert!(matches!(live.look(&history), LiveVerdict::NotDecided { .. }));
}

/// An order that is not right is not believed.
#[test]
fn a_wrong_order_shows_nothing() {
    let mut tried = 0;
    for seed in 0..200 {
        let plan = Plan { keys: 1, ..plan(&mut Rng::new(seed)) };
        let history = made::register(&plan, seed);
        let Verdict::Linearizable(points) = check(&Register, &history, &SEARCH).verdict else {
            panic!("seed {seed}: it was made by a correct store");
        };
        let order: Vec<OpId> = points.iter().map(|point| point.op).collect();
        let op = |id: OpId| history.get(id).expect("it is of this history");
        let along = |order: &[OpId]| {
            let options = Options { budget: 0, ..SEARCH };
            check_along(&Register, &history, order, &options).verdict
        };
        assert!(matches!(along(&order), Verdict::Linearizable(_)) || order.is_empty());
        // A wrong one is as good as none.
        let none = along(&[]);
        for at in 0..order.len() {
            let mut without = order.clone();
            let out = without.remove(at);
            if op(out).reply().is_some() && !without.is_empty() {
                assert_eq!(along(&without), none, "seed {seed}");
                tried += u64::from(matches!(none, Verdict::NotDecided { .. }));
            }
        }
        for at in 1..order.len() {
            // Of neighbours on one register, the first had returned, and both write:
            // the specification would have it either way.
            let (one, two) = (op(order[at - 1]), op(order[at]));
            let write = |op: &netsplit_core::history::Op<register::Call, register::Reply>| {
                matches!(op.call.ask, register::Ask::Write(_))
            };
            if one.is_before(two) && one.call.key == two.call.key && write(one) && write(two) {
                let mut turned = order.clone();
                turned.swap(at - 1, at);
                assert_eq!(along(&turned), none, "seed {seed}");
                tried += u64::from(matches!(none, Verdict::NotDecided { .. }));
            }
        }
    }
    assert!(tried > 500, "only {tried} orders were tried");
}

/// Without its write a read would be wrong by itself, and that shows nothing.
#[test]
fn a_witness_names_the_writes_that_it_is_about() {
    use crate::check::register::{Ask, Call, Reply};
    let node = netsplit_core::id::NodeId::from_index(0);
    let at = netsplit_core::time::Time::ZERO;
    let check_witness = |ops: &[(Ask, Reply)], expected: &[u32]| {
        let mut history = History::new();
        for (ask, reply) in ops {
            let call = Call { key: "".into(), ask: *ask };
            let id = history.invoke(netsplit_core::history::Session(1), node, at, call);
            history.returned(id, at, Outcome::Ok(*reply));
        }
        for options in [SEARCH, Options::default()] {
            let verdict = check(&Register, &history, &options).verdict;
            let Verdict::Violation(violation) = verdict else { panic!("{verdict:?}") };
            let few = witness(&Register, &history, &violation, 100_000);
            let numbers: Vec<u32> = few.ops.iter().map(|op| op.number()).collect();
            assert_eq!((&numbers[..], few.is_minimal), (expected, true), "{ops:?}");
        }
    };
    let write = |value: i64| (Ask::Write(value), Reply::Done);
    let read = |value: i64| (Ask::Read, Reply::Value(Some(value)));
    let cas = |old: i64, new: i64| (Ask::Cas(old, new), Reply::Swapped(true));
    // A stale read, between others that are well.
    check_witness(&[write(8), write(1), read(1), write(2), read(1), write(3)], &[2, 4, 5]);
    // A value that nobody wrote.
    check_witness(&[write(1), read(1), read(7)], &[3]);
    // The same with a swap, which has no value of its own to tell.
    check_witness(&[write(1), cas(1, 2), read(2), read(1)], &[1, 2, 4]);
}

/// A bag: what is put in comes out once, in any order. Taking says what came.
#[derive(Clone)]
struct Bag;

impl Choosing for Bag {
    type Call = Option<u8>;
    type Reply = u8;
    type State = Vec<u8>;
    type Key = ();

    fn start(&self) -> Vec<u8> {
        Vec::new()
    }

    fn steps(&self, bag: &Vec<u8>, call: &Option<u8>, reply: Option<&u8>) -> Vec<Vec<u8>> {
        let Some(put) = call else {
            let taken = (0..bag.len()).filter(|at| reply.is_none_or(|reply| *reply == bag[*at]));
            return taken.map(|at| [&bag[..at], &bag[at + 1..]].concat()).collect();
        };
        let mut bag = [&bag[..], &[*put]].concat();
        bag.sort_unstable();
        vec![bag]
    }

    fn key(&self, _: &Option<u8>) -> Option<()> {
        None
    }
}

#[test]
fn a_service_may_have_a_choice() {
    let session = netsplit_core::history::Session(1);
    let node = netsplit_core::id::NodeId::from_index(0);
    let history = |replies: &[(Option<u8>, u8)]| {
        let mut history = History::new();
        for (call, reply) in replies {
            let id = history.invoke(session, node, netsplit_core::time::Time::ZERO, *call);
            history.returned(id, netsplit_core::time::Time::ZERO, Outcome::Ok(*reply));
        }
        check(&AnyOf(Bag), &history, &SEARCH).verdict
    };
    let (one, two, take) = ((Some(1), 0), (Some(2), 0), None);
    assert!(matches!(history(&[one, two, (take, 2), (take, 1)]), Verdict::Linearizable(_)));
    assert!(matches!(history(&[one, two, (take, 2), (take, 2)]), Verdict::Violation(_)));
}

/// Everything that is said of a history is the same each time.
#[test]
fn a_check_is_a_function_of_its_history() {
    fn twice<T: PartialEq + Debug>(make: impl Fn() -> T) {
        assert_eq!(make(), make());
    }
    for seed in 0..50 {
        twice(|| check(&Kv, &kv_history(seed), &Options::default()));
        twice(|| check(&Register, &register_history(seed), &SEARCH));
    }
}
