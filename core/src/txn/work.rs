//! What clients do by themselves.

use crate::bytes::Bytes;
use crate::rng::Rng;

use super::message::Op;
use super::options::{Work, WorkKind};

/// What an account of the bank holds at first.
pub const BALANCE: i64 = 100;

/// A client's next transaction, its `number`th, counted from 0.
pub fn draw(work: &Work, client: u32, number: u64, rng: &mut Rng) -> Vec<Op> {
    match work.kind {
        WorkKind::Lists => list_ops(work, client, number, rng),
        WorkKind::Bank => bank_ops(work, client, number, rng),
    }
}

fn key(number: u64) -> Bytes {
    Bytes::from(number.to_string().as_str())
}

/// Reads of lists and appends to them; each element is written once.
fn list_ops(work: &Work, client: u32, number: u64, rng: &mut Rng) -> Vec<Op> {
    let count = rng.between(1, u64::from(work.ops_max.max(1)));
    let only_reads = rng.below(100) < u64::from(work.read_percent);
    let ops = (0..count).map(|place| {
        let key = key(rng.below(u64::from(work.keys.max(1))));
        if only_reads || rng.below(2) == 0 {
            return Op::Read(key);
        }
        let element = u64::from(client) * 1_000_000_000 + number * 100 + place;
        Op::Append(key, Bytes::from(element.to_string().as_str()))
    });
    ops.collect()
}

/// Money goes from one account to another, or somebody counts all of it. The first client's first
/// transaction fills the accounts.
fn bank_ops(work: &Work, client: u32, number: u64, rng: &mut Rng) -> Vec<Op> {
    let accounts = u64::from(work.keys.clamp(2, 32));
    if (client, number) == (1, 0) {
        let full = Bytes::from(BALANCE.to_string().as_str());
        return (0..accounts).map(|account| Op::Put(key(account), full.clone())).collect();
    }
    if rng.below(100) < u64::from(work.read_percent) {
        return (0..accounts).map(|account| Op::Read(key(account))).collect();
    }
    let from = rng.below(accounts);
    let to = (from + rng.between(1, accounts - 1)) % accounts;
    let amount = rng.between(1, 20) as i64;
    vec![Op::Add(key(from), -amount), Op::Add(key(to), amount)]
}
