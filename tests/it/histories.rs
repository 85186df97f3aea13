//! Whether a history is linearizable: drawn by hand with the reason beside it, in
//! `tests/histories`, and made up by the thousand. Both are decided again by
//! trying every order, as the definition has it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::PathBuf;

use netsplit_core::history::{History, Op, OpId, Outcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::kv::{self, Kv};
use netsplit_core::rng::Rng;
use netsplit_core::spec::Spec;
use netsplit_core::time::Time;
use netsplit_sim::check::linearizability::{
    Live, LiveVerdict, Options, Verdict, Violation, check, witness,
};
use netsplit_sim::check::register::{self, Ask, Register};
use netsplit_sim::history::made::{self, Plan};

const SEARCH: Options = Options { budget: 1_000_000, is_search_only: true };

/// The definition (Herlihy and Wing 1990): some order of what surely happened,
/// and of some of what may have, in which none stands before another that had
/// returned before it was asked for, and which the specification allows.
fn has_an_order<S: Spec>(spec: &S, history: &History<S::Call, S::Reply>) -> bool {
    let happened = history.iter().filter(|(_, op)| op.outcome != Outcome::Failed);
    let ops: Vec<&Op<S::Call, S::Reply>> = happened.map(|(_, op)| op).collect();
    let mut states: BTreeMap<Option<S::Key>, S::State> = BTreeMap::new();
    for op in &ops {
        states.insert(spec.key(&op.call), spec.start());
    }
    goes_on(spec, &ops, &mut vec![false; ops.len()], &states)
}

/// Tries every operation that is left as the next one.
fn goes_on<S: Spec>(
    spec: &S,
    ops: &[&Op<S::Call, S::Reply>],
    is_placed: &mut Vec<bool>,
    states: &BTreeMap<Option<S::Key>, S::State>,
) -> bool {
    let is_left = |at: usize, placed: &[bool]| !placed[at] && ops[at].reply().is_some();
    if !(0..ops.len()).any(|at| is_left(at, is_placed)) {
        return true;
    }
    (0..ops.len()).any(|at| {
        let waits =
            (0..ops.len()).any(|other| is_left(other, is_placed) && ops[other].is_before(ops[at]));
        if is_placed[at] || waits {
            return false;
        }
        let key = spec.key(&ops[at].call);
        let Some(state) = spec.step(&states[&key], &ops[at].call, ops[at].reply()) else {
            return false;
        };
        let mut after = states.clone();
        after.insert(key, state);
        is_placed[at] = true;
        let goes_on = goes_on(spec, ops, is_placed, &after);
        is_placed[at] = false;
        goes_on
    })
}

/// The verdict, by every way there is; all must agree. A violation comes back.
fn decide<S: Spec + Clone>(
    spec: &S,
    history: &History<S::Call, S::Reply>,
    what: &str,
) -> Option<Violation<S::Key, S::State>> {
    let is_well = has_an_order(spec, history);
    for options in [Options::default(), SEARCH] {
        let verdict = check(spec, history, &options).verdict;
        let says = matches!(verdict, Verdict::Linearizable(_));
        assert_eq!(says, is_well, "{what}, {options:?}: {verdict:?}");
    }
    let mut live = Live::new(spec.clone(), SEARCH.budget);
    let Verdict::Violation(violation) = check(spec, history, &SEARCH).verdict else {
        assert_eq!(live.look(history), LiveVerdict::Linearizable, "{what}");
        return None;
    };
    let LiveVerdict::Violation(shown) = live.look(history) else { panic!("{what}") };
    // That an operation failed can show that somebody must not have seen it.
    let has_failed = history.get(shown).is_some_and(|op| op.outcome == Outcome::Failed);
    assert!(shown == violation.blocked || has_failed, "{what}: {shown:?}, {violation:?}");
    let few = witness(spec, history, &violation, 100_000);
    let rest = made::changed(history, |id, _| (!few.ops.contains(&id)).then_some(Outcome::Failed));
    assert!(!has_an_order(spec, &rest), "{what}: {few:?} has an order");
    Some(*violation)
}

/// What a box of a drawing says was asked, answered or not.
pub(crate) type Said<C, R> = (C, R);

/// Reads a drawing: the lines of sessions.
pub(crate) fn drawn<C: Clone, R: Clone>(
    lines: &[&str],
    said: impl Fn(&[&str]) -> Said<C, R>,
) -> (History<C, R>, BTreeMap<OpId, String>) {
    // Column, whether it is a return, line; then what it is.
    let mut events: BTreeMap<(usize, bool, usize), (usize, char)> = BTreeMap::new();
    let mut boxes: Vec<(u32, String)> = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        let name = line.split(' ').next().expect("a line has a name");
        let session = name.strip_prefix('s').and_then(|number| number.parse().ok());
        let session: u32 = session.unwrap_or_else(|| panic!("{line:?} is not of a session"));
        let mut rest = 0;
        while let Some(begin) = line[rest..].find('[').map(|at| at + rest) {
            let end = line[begin..].find([']', '?', '!']).map(|at| at + begin);
            events.insert((begin, false, row), (boxes.len(), '['));
            if let Some(end) = end {
                let sign = line[end..].chars().next().expect("it was found there");
                events.insert((end, true, row), (boxes.len(), sign));
            }
            rest = end.unwrap_or(line.len());
            boxes.push((session, line[begin + 1..rest].trim().to_owned()));
        }
    }
    let mut history = History::new();
    let (mut ids, mut texts) = (BTreeMap::new(), BTreeMap::new());
    for ((column, ..), (which, sign)) in events {
        let (session, text) = &boxes[which];
        let words: Vec<&str> = text.split_whitespace().collect();
        let (call, reply) = said(&words);
        let at = Time::from_micros(column as u64);
        if sign == '[' {
            let id = history.invoke(Session(*session), NodeId::from_index(*session), at, call);
            texts.insert(id, words.join(" "));
            ids.insert(which, id);
            continue;
        }
        let outcome = match sign {
            ']' => Outcome::Ok(reply),
            '!' => Outcome::Failed,
            _ => Outcome::Unknown,
        };
        assert!(history.returned(ids[&which], at, outcome));
    }
    (history, texts)
}

fn kv_said(words: &[&str]) -> Said<kv::Call, kv::Reply> {
    match *words {
        ["put", key, value] => {
            (kv::Call::Put { key: key.into(), value: value.into() }, kv::Reply::Done)
        }
        ["append", key, value] => {
            (kv::Call::Append { key: key.into(), value: value.into() }, kv::Reply::Done)
        }
        ["get", key, ref value @ ..] if value.len() < 2 => {
            let value = value.first().copied().unwrap_or_default();
            (kv::Call::Get { key: key.into() }, kv::Reply::Value(value.into()))
        }
        _ => panic!("{words:?} is no operation"),
    }
}

fn register_said(words: &[&str]) -> Said<register::Call, register::Reply> {
    let number = |word: &str| word.parse::<i64>().expect("a register holds whole numbers");
    let (ask, reply) = match *words {
        ["write", value] => (Ask::Write(number(value)), register::Reply::Done),
        ["read"] | ["read", "nil"] => (Ask::Read, register::Reply::Value(None)),
        ["read", value] => (Ask::Read, register::Reply::Value(Some(number(value)))),
        ["cas", old, new] => (Ask::Cas(number(old), number(new)), register::Reply::Swapped(true)),
        ["cas", old, new, "no"] => {
            (Ask::Cas(number(old), number(new)), register::Reply::Swapped(false))
        }
        _ => panic!("{words:?} is no operation"),
    };
    (register::Call { key: "".into(), ask }, reply)
}

/// Decides a drawing and compares with what its first line says.
fn check_drawing<S: Spec + Clone>(
    spec: &S,
    lines: &[&str],
    verdict: &str,
    said: impl Fn(&[&str]) -> Said<S::Call, S::Reply>,
    what: &str,
) where
    S::Call: Display,
{
    let (history, texts) = drawn(lines, said);
    let found = match decide(spec, &history, what) {
        None => "linearizable".to_owned(),
        Some(violation) => format!("violation: {}", texts[&violation.blocked]),
    };
    assert_eq!(found, verdict, "{what}");
}

#[test]
fn drawn_histories_have_the_verdicts_beside_them() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("histories");
    let files = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("it is listed").path()).collect();
    // Folders are of other tests.
    paths.retain(|path| path.is_file());
    paths.sort();
    let mut count = [0, 0];
    for path in paths {
        let text = fs::read_to_string(&path).expect("it can be read");
        let mut lines = (1..).zip(text.lines()).peekable();
        while let Some((number, line)) = lines.next() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut rows = Vec::new();
            while let Some((_, row)) = lines.next_if(|(_, row)| row.starts_with('s')) {
                rows.push(row);
            }
            let what = format!("{}:{number}", path.display());
            let (service, verdict) = line.split_once(' ').unwrap_or_else(|| panic!("{what}"));
            match service {
                "kv" => check_drawing(&Kv, &rows, verdict, kv_said, &what),
                "register" => check_drawing(&Register, &rows, verdict, register_said, &what),
                _ => panic!("{what}: {service} is no service"),
            }
            count[usize::from(verdict == "linearizable")] += 1;
        }
    }
    assert!(count[0] >= 30 && count[1] >= 30, "{count:?} are not enough");
}

/// Small enough for every order, and rich in what is hard.
fn plan(rng: &mut Rng) -> Plan {
    Plan {
        clients: rng.between(2, 4) as u32,
        ops: rng.between(1, 6),
        keys: rng.between(1, 2),
        values: rng.between(0, 3),
        unknown: rng.between(0, 1) * rng.between(0, 400),
        failed: rng.between(0, 1) * rng.between(0, 200),
        reads: rng.between(20, 70),
        dependent: rng.between(0, 100),
    }
}

/// Ten thousand histories, half of them with an answer that was changed.
#[test]
fn made_histories_are_decided_as_by_trying_every_order() {
    let count: u64 = 10_000;
    let mut broken = [0, 0];
    for seed in 0..count / 2 {
        let mut rng = Rng::new(seed);
        let plan = plan(&mut rng);
        let mut history = made::kv(&plan, seed);
        let lies = seed % 2 == 1;
        let answers: Vec<kv::Reply> =
            history.iter().filter_map(|(_, op)| op.reply()).cloned().collect();
        history = made::changed(&history, |_, outcome| {
            let looked = matches!(outcome, Outcome::Ok(kv::Reply::Value(_)));
            // What somebody else was told, or a single value.
            let told = answers.get(rng.below(answers.len() as u64) as usize)?;
            let other = match told {
                kv::Reply::Value(_) => told.clone(),
                _ => kv::Reply::Value(made::few(rng.below(3))),
            };
            (lies && looked && rng.chance(2, 3)).then_some(Outcome::Ok(other))
        });
        broken[0] += u64::from(decide(&Kv, &history, &format!("kv, seed {seed}")).is_some());

        let mut history = made::register(&plan, seed);
        history = made::changed(&history, |_, outcome| {
            let other = match outcome {
                Outcome::Ok(register::Reply::Value(_)) => {
                    register::Reply::Value(rng.chance(3, 4).then(|| rng.below(3) as i64))
                }
                Outcome::Ok(register::Reply::Swapped(was)) => register::Reply::Swapped(!was),
                _ => return None,
            };
            (lies && rng.chance(1, 3)).then_some(Outcome::Ok(other))
        });
        let what = format!("register, seed {seed}");
        broken[1] += u64::from(decide(&Register, &history, &what).is_some());
    }
    // Both verdicts must be met, or nothing is shown.
    for broken in broken {
        assert!((count / 40..count / 4).contains(&broken), "{broken} of {} are broken", count / 2);
    }
}
