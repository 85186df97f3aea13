//! The bank: what each account holds at a moment, what is on its way to it, what all of them hold
//! together, and what those counted that read all of them.

use std::collections::{BTreeMap, BTreeSet};

use netsplit_core::history::OpId;
use netsplit_core::time::Time;
use netsplit_core::txn::command::Stamp;
use netsplit_core::txn::message::Op;
use netsplit_core::view::{number, word};
use netsplit_sim::run::{Attempt, Mark, OpShown, WorldView};

use super::shards::most_advanced;

/// Counts that are shown at most.
const COUNTS: usize = 8;

/// What is on its way to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The attempt that writes it.
    pub name: String,
    /// What the account will hold.
    pub value: i64,
    /// It is decided; else it is only promised.
    pub decided: bool,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub key: String,
    /// The shard, and the group that has it.
    pub at: Option<(u64, u32)>,
    /// What its shard has.
    pub balance: i64,
    /// Since which stamp.
    pub since: Stamp,
    /// What is on its way.
    pub coming: Option<Coming>,
}

impl Account {
    /// What counts: what is decided is as good as there.
    pub fn counts(&self) -> i64 {
        let decided = self.coming.as_ref().filter(|coming| coming.decided);
        decided.map_or(self.balance, |coming| coming.value)
    }
}

/// Somebody has read all accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The transaction.
    pub op: OpId,
    /// Its name.
    pub name: String,
    /// When its client knew.
    pub at: Time,
    /// What it counted.
    pub total: i64,
    /// What was there, by the transactions that had committed before it ended.
    pub there: i64,
}

impl Count {
    /// It counted what was there.
    pub fn is_right(&self) -> bool {
        self.total == self.there
    }
}

/// The bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
    /// The accounts, by name.
    pub accounts: Vec<Account>,
    /// What they hold together.
    pub total: i64,
    /// What they should hold: what transactions have come to, one after the other.
    pub there: i64,
    /// Who counted last, the newest first.
    pub counts: Vec<Count>,
}

impl Bank {
    /// That of a moment; `all` are all transactions, in order of their calls. Keys that hold no
    /// numbers are no accounts.
    pub fn new(view: &WorldView, all: &[OpShown], now: Time) -> Bank {
        let ops = &all[..all.partition_point(|op| op.called <= now)];
        let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
        for group in 1..=view.cast().groups.count {
            let Some(node) = most_advanced(view, Some(group)) else { continue };
            for row in node.view.rows("store") {
                let Ok(balance) = word(row, "value").parse() else { continue };
                let (key, since) = (word(row, "key"), number(row, "since"));
                let at = Some((number(row, "shard"), group));
                let account = Account { key: key.clone(), at, balance, since, coming: None };
                keep_newest(&mut accounts, account);
            }
        }
        for (attempt, commits) in attempts(ops, now) {
            take(&mut accounts, attempt, commits, now);
        }
        let history = Totals::of(ops, now);
        let mut accounts: Vec<Account> = accounts.into_values().collect();
        accounts.sort_by_key(|it| (it.key.parse::<u64>().unwrap_or(u64::MAX), it.key.clone()));
        let keys: BTreeSet<&str> = accounts.iter().map(|it| &*it.key).collect();
        let counts = ops.iter().rev().filter_map(|op| count(op, &keys, &history, now));
        Bank {
            total: accounts.iter().map(Account::counts).sum(),
            there: history.last(),
            counts: counts.take(COUNTS).collect(),
            accounts,
        }
    }

    /// Nothing was lost or made.
    pub fn is_right(&self) -> bool {
        self.total == self.there
    }

    /// Something is decided, and not carried out everywhere yet.
    pub fn is_moving(&self) -> bool {
        self.accounts.iter().any(|it| it.coming.is_some())
    }
}

fn keep_newest(accounts: &mut BTreeMap<String, Account>, account: Account) {
    match accounts.get_mut(&account.key) {
        Some(known) if known.since >= account.since => {}
        Some(known) => *known = account,
        None => drop(accounts.insert(account.key.clone(), account)),
    }
}

/// Attempts that had begun by a time, each with the stamp at which it commits.
fn attempts(ops: &[OpShown], now: Time) -> impl Iterator<Item = (&Attempt, Option<Stamp>)> {
    let all = ops.iter().filter_map(|op| op.transaction.as_ref()).flat_map(|it| &it.attempts);
    all.map(move |attempt| (attempt, attempt.commits_at(now)))
}

/// What an attempt has written to accounts, or will. A server that is behind does not show yet what
/// stands in its group's log.
fn take(
    accounts: &mut BTreeMap<String, Account>,
    attempt: &Attempt,
    commits: Option<Stamp>,
    now: Time,
) {
    let held = attempt.held(now);
    for it in attempt.until(now) {
        let Mark::Prepared { shard, writes, .. } = &it.mark else { continue };
        for (key, value) in writes {
            let Ok(value) = value.text().parse::<i64>() else { continue };
            let key = key.text().into_owned();
            let at = Some((u64::from(*shard), it.node.group().unwrap_or(0)));
            if held.contains(shard) {
                let name = attempt.txn.name();
                let coming = Some(Coming { name, value, decided: commits.is_some() });
                let empty = Account { key: key.clone(), at, balance: 0, since: 0, coming: None };
                let account = accounts.entry(key).or_insert(empty);
                // It is there already where its shard has moved on.
                if commits.is_none_or(|stamp| account.since < stamp) {
                    account.coming = coming;
                }
            } else if let Some(since) = commits {
                let account = Account { key, at, balance: value, since, coming: None };
                keep_newest(accounts, account);
            }
        }
    }
}

/// When and at which stamp a transaction was decided to commit, and what it does.
fn decided(op: &OpShown, now: Time) -> Option<(Stamp, OpId, Time, &[Op])> {
    let shown = op.transaction.as_ref()?;
    let (attempt, stamp) = shown.attempts.iter().find_map(|it| Some((it, it.commits_at(now)?)))?;
    let mut times = attempt.marks.iter().map(|it| it.at);
    let at = times.find(|at| attempt.commits_at(*at).is_some())?;
    Some((stamp, op.id, at, &shown.ops))
}

/// What all accounts hold together after each transaction, one after the other by their stamps, with
/// the time at which each was decided.
struct Totals(Vec<(Time, i64)>);

impl Totals {
    fn of(ops: &[OpShown], now: Time) -> Totals {
        let mut all: Vec<_> = ops.iter().filter_map(|op| decided(op, now)).collect();
        all.sort_by_key(|(stamp, id, ..)| (*stamp, *id));
        let mut held: BTreeMap<String, i64> = BTreeMap::new();
        let mut changes: Vec<(Time, i64)> = Vec::new();
        for (.., at, ops) in all {
            let before: i64 = held.values().sum();
            for op in ops {
                let key = op.key().text().into_owned();
                match op {
                    Op::Put(_, value) => match value.text().parse() {
                        Ok(value) => drop(held.insert(key, value)),
                        Err(_) => drop(held.remove(&key)),
                    },
                    Op::Add(_, by) => *held.entry(key).or_default() += by,
                    Op::Read(_) | Op::Append(..) => {}
                }
            }
            changes.push((at, held.values().sum::<i64>() - before));
        }
        changes.sort_by_key(|(at, _)| *at);
        let mut total = 0;
        let sums = changes.into_iter().map(|(at, change)| {
            total += change;
            (at, total)
        });
        Totals(sums.collect())
    }

    fn at(&self, now: Time) -> i64 {
        let count = self.0.partition_point(|(at, _)| *at <= now);
        count.checked_sub(1).map_or(0, |last| self.0[last].1)
    }

    fn last(&self) -> i64 {
        self.0.last().map_or(0, |(_, total)| *total)
    }

    /// The total in a stretch of time that is nearest to what was counted in it.
    fn nearest(&self, from: Time, to: Time, counted: i64) -> i64 {
        let within = self.0.iter().filter(|(at, _)| *at >= from && *at <= to);
        let all = std::iter::once(self.at(from)).chain(within.map(|(_, total)| *total));
        all.min_by_key(|total| total.abs_diff(counted)).unwrap_or_default()
    }
}

/// What a transaction counted that only read, and read all.
fn count(op: &OpShown, keys: &BTreeSet<&str>, totals: &Totals, now: Time) -> Option<Count> {
    let shown = op.transaction.as_ref().filter(|_| op.query)?;
    let returned = op.returned.filter(|returned| *returned <= now)?;
    let attempt = shown.attempts.iter().find(|it| it.commits_at(now).is_some())?;
    let read: BTreeMap<String, i64> = attempt
        .until(now)
        .iter()
        .filter_map(|it| match &it.mark {
            Mark::Read { key, value, .. } => {
                let value = value.text();
                let value = if value.is_empty() { 0 } else { value.parse().ok()? };
                Some((key.text().into_owned(), value))
            }
            _ => None,
        })
        .collect();
    let reads_all = keys.len() > 1 && keys.iter().all(|key| read.contains_key(*key));
    let total: i64 = read.values().sum();
    reads_all.then(|| Count {
        op: op.id,
        name: attempt.txn.name(),
        at: returned,
        total,
        there: totals.nearest(op.called, returned, total),
    })
}

#[cfg(test)]
mod tests {
    use netsplit_sim::link::What;
    use netsplit_sim::moment::Moment;
    use netsplit_sim::scenario::Script;

    use super::*;
    use crate::state::play::Play;

    /// The bank of a script at some milliseconds.
    fn banks(text: &str, millis: impl Iterator<Item = u64>) -> Vec<Bank> {
        let script = Script::parse(text).unwrap_or_else(|why| panic!("{why}"));
        let mut play =
            Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened");
        let at = |millis: u64| {
            let now = Time::from_micros(millis * 1_000);
            play.advance(Moment::after(now), u64::MAX);
            let ops = play.run.operations(0).changed;
            Bank::new(&play.run.view(), &ops, now)
        };
        millis.map(at).collect()
    }

    #[test]
    fn the_total_is_right_at_every_moment_while_money_moves() {
        for isolation in ["serializable", "snapshot"] {
            let text = format!(
                "scenario txn nodes=9 groups=2x3 clients=3 seed=3 work=bank keys=4 only-reads=60% isolation={isolation}\n\
                 c1 join 1 2\n\
                 run for 1500ms\n\
                 crash leader of g1\n\
                 run for 1s\n\
                 restart down\n\
                 run for 1s\n"
            );
            let banks = banks(&text, (300..3_400).step_by(7));
            for bank in &banks {
                assert!(bank.is_right(), "{isolation}: {bank:?}");
                assert!(bank.counts.iter().all(Count::is_right), "{isolation}: {bank:?}");
            }
            let last = banks.last().expect("there are some");
            assert_eq!((last.total, last.accounts.len()), (400, 4));
            assert!(last.counts.len() > 2, "somebody counts now and then");
            let moving = |decided: bool| {
                let mut comings = banks.iter().flat_map(|it| &it.accounts);
                comings.any(|it| it.coming.as_ref().is_some_and(|it| it.decided == decided))
            };
            assert!(moving(true) && moving(false), "{isolation}: what is on its way is seen");
        }
    }

    #[test]
    fn a_wrong_total_is_seen() {
        // Locks that are let go too early: of two transfers at once one is forgotten.
        let text = "scenario txn nodes=3 groups=2x1 clients=3 seed=1 save=0ms delay=10ms shards=2 mistake=TX06\n\
                    fire n1 election\n\
                    fire g1.n1 election\n\
                    fire g2.n1 election\n\
                    run for 100ms\n\
                    c1 join 1 2\n\
                    run for 500ms\n\
                    c1 txn put 0 100; put 1 100\n\
                    run for 300ms\n\
                    c1 transfer 0 1 10\n\
                    c2 transfer 1 0 20\n\
                    run for 500ms\n\
                    c3 sum 0 1\n\
                    run for 500ms\n";
        let banks = banks(text, [850, 2_000].into_iter());
        let [before, after] = &banks[..] else { panic!("there are two") };
        assert!(before.is_right(), "{before:?}");
        assert_eq!(after.there, 200);
        assert!(!after.is_right() && !after.counts[0].is_right(), "{after:?}");
    }
}
