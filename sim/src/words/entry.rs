//! What an entry of a log is, as sentences name it. In the log, in traces and where an entry is
//! inspected it stands as it is written there.

use netsplit_core::bytes::Bytes;
use netsplit_core::replicated::entry::Entry;
use netsplit_core::replicated::service::Text;
use netsplit_core::shardctrl::Shard;
use netsplit_core::shardkv::command::Command;
use netsplit_core::txn::command::{Command as Asked, Deed, How, Reply, TxnId, Writes};
use netsplit_core::words::quoted;

use super::groups::listed;
use super::service::short;
use super::txn::why_text;

/// Words for what stands in an entry.
pub type Words = fn(&Bytes) -> String;

/// Raft does not know what its entries mean.
pub fn as_written(entry: &Bytes) -> String {
    entry.to_string()
}

/// Of a service: what is done, and as which command of which session.
pub fn of_service(entry: &Bytes) -> String {
    said(entry, |command| Some(short(&command.text())))
}

/// Of the sharded store.
pub fn of_shards(entry: &Bytes) -> String {
    said(entry, |command| {
        let step: Command = Text::from_text(&command.text())?;
        Some(step_text(&step).unwrap_or_else(|| short(&command.text())))
    })
}

/// Of transactions: a command says whose it is, and needs no session for that.
pub fn of_transactions(entry: &Bytes) -> String {
    let of_group = |command: &Bytes| {
        let command: Command<Asked> = Text::from_text(&command.text())?;
        match &command {
            Command::Call(asked) => Some(asked_text(asked)),
            step => step_text(step),
        }
    };
    match Entry::from_bytes(entry) {
        Some(Entry::Command { command, .. }) => {
            of_group(&command).unwrap_or_else(|| of_service(entry))
        }
        _ => said(entry, of_group),
    }
}

/// What a transaction asks of a shard, or what it is answered.
pub fn of_txn(text: &str) -> String {
    let asked = || Some(asked_text(&Text::from_text(text)?));
    let answered = || Some(reply_text(&Text::from_text(text)?));
    asked().or_else(answered).unwrap_or_else(|| short(text))
}

/// What a shard answers.
fn reply_text(reply: &Reply) -> String {
    match reply {
        Reply::Value(_, 0) => "nobody has written it".to_owned(),
        Reply::Value(value, since) => format!("{}, there since {since}", quoted(value)),
        Reply::Wait(others) => {
            let others: Vec<String> = others.iter().map(TxnId::name).collect();
            format!("wait for {}", listed(&others))
        }
        Reply::Aborted(why) => format!("aborted, {}", why_text(Some(*why))),
        Reply::Now(stamp) => format!("it is at {stamp}"),
        Reply::Prepared(stamp) => format!("prepared, to commit at {stamp} or later"),
        Reply::Decided(Some(stamp)) => format!("committed at {stamp}"),
        Reply::Decided(None) => "aborted".to_owned(),
        Reply::Done => "done".to_owned(),
    }
}

/// An entry of a service; what is no command of it stands as it is written.
fn said(entry: &Bytes, what: impl Fn(&Bytes) -> Option<String>) -> String {
    let written = |command: &Bytes| what(command).unwrap_or_else(|| short(&command.text()));
    match Entry::from_bytes(entry) {
        Some(Entry::Command { session, sequence, command }) => {
            format!("{}, command {sequence} of session {session}", written(&command))
        }
        Some(Entry::Query(_, query)) => format!("a query, {}", written(&query)),
        Some(Entry::Own(command)) => written(&command),
        Some(Entry::Nothing) => "a leader's first entry, which does nothing".to_owned(),
        Some(Entry::Open(_)) => "a clerk opens a session".to_owned(),
        Some(Entry::Close(session)) => format!("session {session} is closed"),
        None => as_written(entry),
    }
}

/// A step of a change of configuration; none of what clients ask.
fn step_text<Q>(command: &Command<Q>) -> Option<String> {
    Some(match command {
        Command::Call(_) => return None,
        Command::Configure(config) => format!("configuration {}", config.number),
        Command::Install { shard, at, .. } => format!("shard {shard} comes, configuration {at}"),
        Command::Delete { shard, at } => format!("shard {shard} is deleted, configuration {at}"),
        Command::Settle { shard, at } => format!("shard {shard} is settled, configuration {at}"),
    })
}

/// What a transaction asks of a shard.
fn asked_text(asked: &Asked) -> String {
    let Asked { shard, txn, deed } = asked;
    let name = txn.name();
    let writes = |writes: &Writes| {
        let writes = writes.writes.iter();
        let all: Vec<String> =
            writes.map(|(key, value)| format!("{} = {}", quoted(key), quoted(value))).collect();
        match all.is_empty() {
            true => String::new(),
            false => format!(": {}", all.join(", ")),
        }
    };
    let learned = |shard: &Option<Shard>| match shard {
        Some(shard) => format!("shard {shard} has learned how {name} ended"),
        None => format!("all shards have learned how {name} ended"),
    };
    let text = match deed {
        Deed::Read { key, how } => {
            let key = quoted(key);
            match how {
                How::Locked { alone: false } => format!("{name} locks {key} to read it"),
                How::Locked { alone: true } => format!("{name} locks {key} to write it"),
                How::AsOf(stamp) => format!("{name} reads {key} as of {stamp}"),
                How::Latest => format!("{name} reads {key}"),
            }
        }
        Deed::Now => format!("{name} asks how far shard {shard} is"),
        Deed::Prepare(it) => format!("{name} prepares in shard {shard}{}", writes(it)),
        Deed::CommitAlone(it) => format!("{name} commits in shard {shard} alone{}", writes(it)),
        Deed::Decide { commit: Some(at), .. } => format!("{name} is decided: committed at {at}"),
        Deed::Decide { commit: None, .. } => format!("{name} is decided: aborted"),
        Deed::Resolve => format!("how is {name} decided? If it is not, it is aborted"),
        Deed::Finish(Some(at)) => format!("{name} ends in shard {shard}, committed at {at}"),
        Deed::Finish(None) => format!("{name} ends in shard {shard}, aborted"),
        Deed::Learned(of) => learned(of),
        Deed::Abandon => format!("{name} is given up in shard {shard}, if it is not prepared"),
    };
    short(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shard_is_asked_and_answers_is_named() {
        for (text, expected) in [
            ("lock-alone 1 120500.1.3 7", "T1.3 locks 7 to write it"),
            ("wait 120500.1.3 120501.2.1", "wait for T1.3 and T2.1"),
            ("= 101 3", "101, there since 3"),
            ("prepared 5", "prepared, to commit at 5 or later"),
            ("decided -", "aborted"),
            ("ErrWrongGroup", "ErrWrongGroup"),
        ] {
            assert_eq!(of_txn(text), expected);
        }
    }

    #[test]
    fn entries_are_named() {
        let all: [(Words, &str, &str); 14] = [
            (as_written, "2.3 append x c", "2.3 append x c"),
            (of_service, "2.3 append x c", "append x c, command 3 of session 2"),
            (of_service, "query 6.0.3 get x", "a query, get x"),
            (of_service, "nothing", "a leader's first entry, which does nothing"),
            (of_service, "put by hand", "put by hand"),
            (of_shards, "7.1 put 3 a", "put 3 a, command 1 of session 7"),
            (of_shards, "own configure 2 1,1 1=g1.n1", "configuration 2"),
            (of_shards, "own install 3 at 2 \"much\"", "shard 3 comes, configuration 2"),
            (of_shards, "own settle 3 at 2", "shard 3 is settled, configuration 2"),
            (of_transactions, "own delete 3 at 2", "shard 3 is deleted, configuration 2"),
            (of_transactions, "9.1 lock 1 120500.1.3 1", "T1.3 locks 1 to read it"),
            (
                of_transactions,
                "9.1 prepare 1 120500.1.3 0 2 - 1 91 2 109",
                "T1.3 prepares in shard 1: 1 = 91, 2 = 109",
            ),
            (of_transactions, "9.1 finish 1 120500.1.3 -", "T1.3 ends in shard 1, aborted"),
            (of_transactions, "9.1 nonsense", "nonsense, command 1 of session 9"),
        ];
        for (words, entry, expected) in all {
            assert_eq!(words(&Bytes::from(entry)), expected);
        }
    }
}
