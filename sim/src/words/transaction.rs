//! What is said of a transaction that is shown: in one line, as its story, and of the order in which
//! it must stand.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::time::Time;
use netsplit_core::txn::command::TxnId;
use netsplit_core::txn::message::{Op, ops_to_text};
use netsplit_core::txn::options::Isolation;
use netsplit_core::words::quoted;

use super::anomalies as found;
use super::outcome::wait_text;
use super::txn::{names, why_text};
use crate::check::anomalies::{Anomaly, Kind, Link, Why};
use crate::check::txn::serial::is_allowed;
use crate::run::{Attempt, End, Mark, OpOutcome, OpShown};
use crate::words::operation::stands;

/// Letters of operations that a line has room for.
const LETTERS: usize = 48;

/// What a transaction does, in as few words as say it: `10 from 1 to 2`, `reads 1 2 3`.
pub fn does(ops: &[Op]) -> String {
    let text = match ops {
        [Op::Add(from, less), Op::Add(to, more)] if *less == -more && *more > 0 => {
            format!("{more} from {} to {}", quoted(from), quoted(to))
        }
        [_, _, ..] if ops.iter().all(Op::is_read) => {
            let keys: Vec<String> = ops.iter().map(|op| quoted(op.key())).collect();
            format!("read {}", keys.join(" "))
        }
        _ => ops_to_text(ops),
    };
    match text.char_indices().nth(LETTERS) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The attempt of a transaction at a time.
fn attempt(op: &OpShown, now: Time) -> Option<&Attempt> {
    op.transaction.as_ref()?.attempt(now)
}

/// What it is called at a time: its attempt's name.
pub fn name(op: &OpShown, now: Time) -> String {
    attempt(op, now).map_or_else(|| format!("#{}", op.id.number()), |it| it.txn.name())
}

/// All of it in one line: `T1.2, 10 from 1 to 2: waits for T2.1 since 0.512 s.`
pub fn line(op: &OpShown, now: Time) -> String {
    let shown = op.transaction.as_ref();
    let what = format!("{}, {}", name(op, now), shown.map_or_else(String::new, |it| does(&it.ops)));
    if op.called > now {
        return format!("{what}: begins at {}.", op.called);
    }
    let stamp = || attempt(op, now).and_then(|it| it.commits_at(now)).unwrap_or(0);
    let took = || op.returned.map_or_else(String::new, |at| wait_text(at.since(op.called)));
    let tries = match shown.map_or(0, |it| it.attempts.iter().filter(|it| it.began <= now).count())
    {
        0 | 1 => String::new(),
        more => format!(", in {more} attempts"),
    };
    match stands(op, now) {
        OpOutcome::Ok => {
            let saw = op.reply.as_ref().filter(|_| op.query);
            let saw = saw.map_or_else(String::new, |reply| format!(", saw {reply}"));
            format!("{what}: committed at {} after {}{tries}{saw}.", stamp(), took())
        }
        OpOutcome::Failed => format!("{what}: aborted after {}{tries}.", took()),
        OpOutcome::Unknown => format!("{what}: {}", left(op, now)),
        OpOutcome::Waiting => {
            let last = attempt(op, now).and_then(|it| it.until(now).last());
            let does = last.map_or_else(|| "has begun".to_owned(), |it| said(&it.mark));
            format!("{what}: {does}{tries}.")
        }
    }
}

/// What becomes of one whose client has crashed.
fn left(op: &OpShown, now: Time) -> String {
    let Some(attempt) = attempt(op, now) else { return "its client has crashed.".to_owned() };
    let held = attempt.held(now);
    match (attempt.commits_at(now), held.is_empty()) {
        (Some(at), true) => format!("its client has crashed, and it is committed at {at}."),
        (Some(at), false) => format!("its client has crashed; it commits at {at}."),
        (None, true) => "its client has crashed, and nothing of it is left.".to_owned(),
        (None, false) => {
            let shards: Vec<String> = held.iter().map(u32::to_string).collect();
            let word = if shards.len() == 1 { "shard" } else { "shards" };
            format!("its client has crashed; {word} {} keep its locks.", shards.join(", "))
        }
    }
}

/// What stands beside its lane: what it does, and how it stands in a word or two.
pub fn label(op: &OpShown, now: Time) -> String {
    let shown = op.transaction.as_ref();
    let mut label = shown.map_or_else(String::new, |it| does(&it.ops));
    if op.called > now {
        return label;
    }
    let held = || attempt(op, now).is_some_and(|it| !it.held(now).is_empty());
    let commits = attempt(op, now).and_then(|it| it.commits_at(now));
    match (stands(op, now), commits) {
        (OpOutcome::Ok, _) => label.push_str(", committed"),
        (OpOutcome::Failed, _) => label.push_str(", aborted"),
        (OpOutcome::Unknown, Some(_)) => label.push_str(", commits without its client"),
        (OpOutcome::Unknown, None) if held() => label.push_str(", in doubt"),
        (OpOutcome::Unknown, None) => label.push_str(", aborted: its client crashed"),
        (OpOutcome::Waiting, _) => {
            if let Some((others, _)) = waits_for(op, now) {
                label.push_str(&format!(", waits for {}", names(others)));
            }
        }
    }
    label
}

/// For whom its attempt waits at a time, and for the lock of which key.
pub fn waits_for(op: &OpShown, now: Time) -> Option<(&[TxnId], Option<&Bytes>)> {
    let marks = attempt(op, now)?.until(now).iter();
    // That its locks elsewhere were given up changes nothing of it.
    let last = marks.rev().find(|it| !matches!(it.mark, Mark::Released { .. }))?;
    match &last.mark {
        Mark::Waits { others, key } => Some((others, key.as_ref())),
        _ => None,
    }
}

/// Something that happened to it, without a full stop, behind its name.
pub fn said(mark: &Mark) -> String {
    match mark {
        Mark::Read { key, since: 0, .. } => format!("reads {}: nobody has written it", quoted(key)),
        Mark::Read { key, value, since } => {
            format!("reads {} = {}, there since {since}", quoted(key), quoted(value))
        }
        Mark::Prepares { shards: 1 } => "asks its only shard to commit".to_owned(),
        Mark::Prepares { shards } => format!("asks its {shards} shards to prepare"),
        Mark::DecidesAlone { commit: Some(at) } => {
            format!("its client writes on its disk: it commits at {at}")
        }
        Mark::DecidesAlone { commit: None } => "its client writes on its disk: aborted".to_owned(),
        Mark::GivenUp { why } => format!("is given up: {}", why_text(*why)),
        Mark::Gone => "its client crashes".to_owned(),
        Mark::Ended { commit: Some(at) } => format!("its client knows: committed at {at}"),
        Mark::Ended { commit: None } => "its client knows: aborted".to_owned(),
        Mark::Waits { others, key: Some(key) } => {
            format!("waits for {}, which has the lock of {}", names(others), quoted(key))
        }
        Mark::Waits { others, key: None } => format!("waits for {}", names(others)),
        Mark::Locked { shard, key, alone: true } => {
            format!("has the lock of {} alone, in shard {shard}", quoted(key))
        }
        Mark::Locked { shard, key, .. } => {
            format!("shares the lock of {}, in shard {shard}", quoted(key))
        }
        Mark::Wounded { shard, by: Some(by) } => {
            format!("is wounded by {}, which is older, in shard {shard}", by.name())
        }
        Mark::Wounded { shard, by: None } => format!("is wounded in shard {shard}"),
        Mark::Refused { shard, why } => {
            format!("is refused by shard {shard}: {}", why_text(Some(*why)))
        }
        Mark::Prepared { shard, stamp, .. } => format!("is prepared in shard {shard}, at {stamp}"),
        Mark::Decided { shard, commit: Some(at) } => {
            format!("commits at {at}: shard {shard}'s log decides")
        }
        Mark::Decided { shard, commit: None } => format!("is aborted: shard {shard}'s log decides"),
        Mark::InDoubt => "is in doubt: a leader asks what was decided".to_owned(),
        Mark::Released { shard, end: End::Committed(at) } => {
            format!("is carried out in shard {shard}, at {at}, and lets its locks go")
        }
        Mark::Released { shard, end: End::Aborted } => {
            format!("lets its locks go in shard {shard}")
        }
        Mark::Released { shard, end: End::OnlyRead } => {
            format!("has only read in shard {shard}, and lets its locks go")
        }
        Mark::Released { shard, end: End::Abandoned } => {
            format!("is given up by shard {shard}: nothing was heard of it")
        }
    }
}

// ── The order ──────────────────────────────────────────────────────────────

/// What a link is: `ww x`.
pub fn relation(why: &Why) -> String {
    match why {
        Why::Overwritten { key, .. } => format!("ww {}", quoted(key)),
        Why::Read { key, .. } => format!("wr {}", quoted(key)),
        Why::Missed { key, .. } => format!("rw {}", quoted(key)),
        Why::Process => "session".to_owned(),
        Why::RealTime => "time".to_owned(),
    }
}

/// Why one transaction must stand before another.
pub fn link(link: &Link, name: &dyn Fn(OpId) -> String) -> String {
    let (from, to) = (name(link.from), name(link.to));
    match &link.why {
        Why::Overwritten { key, .. } => format!("{to} wrote {} over {from}'s.", quoted(key)),
        Why::Read { key, .. } => format!("{to} read {} as {from} had written it.", quoted(key)),
        Why::Missed { key, .. } => format!("{from} read {} before {to} wrote it.", quoted(key)),
        Why::Process => format!("One client asked for {from} and then for {to}."),
        Why::RealTime => format!("{from} had returned before {to} began."),
    }
}

/// What shows that there is no order, a sentence a line: why each must stand before the next, and
/// which level that breaks.
pub fn no_order(
    anomaly: &Anomaly,
    isolation: Isolation,
    name: &dyn Fn(OpId) -> String,
) -> Vec<String> {
    let mut lines = match anomaly {
        Anomaly::Cycle(.., links) => {
            let mut lines: Vec<String> = links.iter().map(|it| link(it, name)).collect();
            let first = links.first().map(|it| name(it.from));
            let order: Vec<String> =
                first.into_iter().chain(links.iter().map(|it| name(it.to))).collect();
            lines.push(format!("So {}: no order has that.", order.join(" before ")));
            lines
        }
        Anomaly::LostUpdate { writers, key, .. } => {
            let writers: Vec<String> = writers.iter().map(|it| name(*it)).collect();
            let key = quoted(key);
            vec![format!(
                "{} read one version of {key}, and each wrote the next.",
                writers.join(" and ")
            )]
        }
        other => found::anomaly(other),
    };
    lines.push(level(anomaly.kind(), isolation));
    lines
}

/// Which level an anomaly breaks, and whether that was asked for.
fn level(kind: Kind, isolation: Isolation) -> String {
    let breaks = kind.breaks();
    let mut title = found::kind(kind).split(':').next().unwrap_or_default().to_owned();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let asked = found::level(crate::check::txn::TxnChecks::level(isolation));
    match is_allowed(kind, isolation) {
        true => format!(
            "{title} ({kind}): not {}. {} allows it.",
            found::level(breaks),
            super::capital(asked)
        ),
        false => format!("{title} ({kind}): this breaks {asked}, which was asked for."),
    }
}

/// Who waits for whom: `T1.1 waits for T2.1, which has the lock of x`.
pub fn waits(who: &str, other: &str, keys: &[String]) -> String {
    match keys {
        [] => format!("{who} waits for {other}"),
        keys => format!("{who} waits for {other}, which has the lock of {}", keys.join(", ")),
    }
}

/// Those that wait for each other: `T1.1 waits for T2.1, and T2.1 for T1.1: none goes on by itself.`
pub fn deadlock(names: &[String]) -> String {
    let next = |place: usize| &names[(place + 1) % names.len()];
    let each: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(place, name)| match place {
            0 => format!("{name} waits for {}", next(place)),
            _ => format!("{name} for {}", next(place)),
        })
        .collect();
    format!("Deadlock: {}. None goes on by itself.", each.join(", "))
}

#[cfg(test)]
mod tests {
    use netsplit_core::txn::message::ops_from_text;

    use super::*;
    use crate::check::anomalies::{Beside, Shape};

    #[test]
    fn what_it_does_is_said_as_the_bank_says_it() {
        let said = |text: &str| does(&ops_from_text(text).unwrap_or_else(|| panic!("{text}")));
        assert_eq!(said("add 1 -10; add 2 10"), "10 from 1 to 2");
        assert_eq!(said("read 1; read 2; read 3"), "read 1 2 3");
        assert_eq!(said("read x; append y 1"), "read x; append y 1");
        assert_eq!(said("read x"), "read x");
        assert!(said(&["read x; put yyyyyyyyyy 1"; 4].join("; ")).ends_with('…'));
    }

    #[test]
    fn a_cycle_is_told_link_by_link_with_the_level_it_breaks() {
        let op = OpId::from_index;
        let missed = |from, to, key: &str| {
            let why = Why::Missed { key: Bytes::from(key), value: 1 };
            Link { from: op(from), to: op(to), why }
        };
        let links = vec![missed(0, 1, "b"), missed(1, 0, "a")];
        let skew = Anomaly::Cycle(Shape::Adjacent, Beside::Nothing, links);
        let name = |id: OpId| format!("T{}", id.number());
        let told = no_order(&skew, Isolation::Snapshot, &name);
        assert_eq!(
            told,
            [
                "T1 read b before T2 wrote it.",
                "T2 read a before T1 wrote it.",
                "So T1 before T2 before T1: no order has that.",
                "Write skew (G2-item): not serializable. Snapshot isolation allows it.",
            ]
        );
        let told = no_order(&skew, Isolation::Serializable, &name);
        let last = "Write skew (G2-item): this breaks strict serializable, which was asked for.";
        assert_eq!(told.last().map(String::as_str), Some(last));
    }

    #[test]
    fn a_deadlock_is_told_all_around() {
        let names = ["T1.1", "T2.1", "T3.1"].map(str::to_owned);
        let told =
            "Deadlock: T1.1 waits for T2.1, T2.1 for T3.1, T3.1 for T1.1. None goes on by itself.";
        assert_eq!(deadlock(&names), told);
        assert_eq!(
            waits("T1.1", "T2.1", &["x".to_owned()]),
            "T1.1 waits for T2.1, which has the lock of x"
        );
    }
}
