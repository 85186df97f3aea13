//! Transactions on lists as text, in the form that Jepsen and elle-cli call
//! list-append: `[[:append :x 1] [:r :y [1 2]]]`.

use netsplit_core::history::Outcome;
use netsplit_core::transaction::{Access, Results, Transaction};

use super::kv::{bytes_from_value, value_from_bytes};
use super::value::Value;
use super::{End, Line, Translate};
use crate::check::append::Lists;

/// An access and the list that it was told, if it was.
fn access(value: &Value) -> Result<(Access, &Value), &'static str> {
    let wrong = "each access as [:append key value] or [:r key list]";
    let Value::List(parts) = value else { return Err(wrong) };
    let [Value::Word(f) | Value::Text(f), key, value] = &parts[..] else { return Err(wrong) };
    let key = bytes_from_value(key).ok_or("a key: a text or a number")?;
    let access = match (&**f, value) {
        ("append", Value::Number(number)) => {
            let value = u64::try_from(*number).map_err(|_| "an appended value of 0 or more")?;
            Access::Append { key, value }
        }
        ("append", _) => return Err("a whole number to be appended"),
        ("r", _) => Access::Read { key },
        _ => return Err(wrong),
    };
    Ok((access, value))
}

fn accesses(value: &Value) -> Result<Vec<(Access, &Value)>, &'static str> {
    match value {
        Value::List(list) => list.iter().map(access).collect(),
        _ => Err("a list of accesses, as in [[:append :x 1] [:r :y nil]]"),
    }
}

/// The list that a read was told; nil is an empty one.
fn list(value: &Value) -> Result<Vec<u64>, &'static str> {
    let wrong = "what was read: a list of whole numbers, or nil";
    let number = |value: &Value| match value {
        Value::Number(number) => u64::try_from(*number).map_err(|_| wrong),
        _ => Err(wrong),
    };
    match value {
        Value::Nil => Ok(Vec::new()),
        Value::List(list) => list.iter().map(number).collect(),
        _ => Err(wrong),
    }
}

impl Translate for Lists {
    const NAME: &'static str = "append";
    const FUNCTIONS: &'static [&'static str] = &["txn"];
    const IS_INDEXED: bool = true;

    fn call(_f: &str, key: Option<&Value>, value: &Value) -> Result<Transaction, &'static str> {
        if key.is_some() {
            return Err("a transaction without a field `key`");
        }
        Ok(Transaction(accesses(value)?.into_iter().map(|(access, _)| access).collect()))
    }

    fn outcome(
        call: &Transaction,
        end: End,
        value: &Value,
        _has_reason: bool,
    ) -> Result<Outcome<Results>, &'static str> {
        if end != End::Ok {
            return Ok(Outcome::Failed);
        }
        let told = accesses(value)?;
        if !told.iter().map(|(access, _)| access).eq(&call.0) {
            return Err("the accesses that were asked for");
        }
        let reads = told.iter().filter(|(access, _)| matches!(access, Access::Read { .. }));
        Ok(Outcome::Ok(Results(reads.map(|(_, value)| list(value)).collect::<Result<_, _>>()?)))
    }

    fn written(call: &Transaction, reply: Option<&Results>) -> Line {
        let mut lists = reply.into_iter().flat_map(|reply| &reply.0);
        let number = |value: &u64| i64::try_from(*value).map_or(Value::Nil, Value::Number);
        let written = call.0.iter().map(|access| {
            let key = value_from_bytes(access.key());
            let (f, value) = match access {
                Access::Append { value, .. } => ("append", number(value)),
                Access::Read { .. } => {
                    let list = lists.next().map(|list| list.iter().map(number).collect());
                    ("r", list.map_or(Value::Nil, Value::List))
                }
            };
            Value::List(vec![Value::Word(f.to_owned()), key, value])
        });
        Line { f: "txn", key: None, value: Value::List(written.collect()) }
    }

    fn is_plain_failure(_reply: &Results) -> bool {
        false
    }
}
