//! How the nodes of a store with transactions show themselves.

use crate::bytes::Bytes;
use crate::replicated::view::{ROWS_SHOWN, text_fields};
use crate::shardkv::shard::ShardHere;
use crate::shardkv::view::config_fields;
use crate::view::{Field, NodeView, Value, word};

use super::client::{Step, TxnClients};
use super::command::TxnId;
use super::message::ops_to_text;
use super::server::TxnServer;
use super::shard::{Phase, TxnShard};

fn names(txns: impl IntoIterator<Item = TxnId>) -> String {
    txns.into_iter().map(|txn| txn.name()).collect::<Vec<_>>().join(" ")
}

/// How a row of what is under way begins to say that the transaction is prepared.
const PREPARED: &str = "prepared at ";

/// Whether a row of what is under way is of a transaction that is prepared.
pub fn is_prepared(row: &[Field]) -> bool {
    word(row, "is").starts_with(PREPARED)
}

/// Rows of all shards, so many at most.
fn rows<'a>(all: impl Iterator<Item = Vec<Field>> + 'a) -> Value {
    Value::List(all.take(ROWS_SHOWN).map(Value::Record).collect())
}

impl TxnServer {
    /// The state as a tree: its shards, their keys with the newest versions, locks, and who is under
    /// way.
    pub fn view(&self) -> NodeView {
        let shards = self.server().shards();
        let of_shard = |(shard, here): (u32, &ShardHere<TxnShard>)| {
            vec![
                Field::new("shard", u64::from(shard)),
                Field::new("state", here.state.to_string().as_str()),
                Field::new("stamp", here.store.clock()),
                Field::new("bytes", here.bytes()),
            ]
        };
        let keys = shards.iter().flat_map(|(shard, here)| {
            here.store.keys().map(move |(key, versions)| {
                let mut row = text_fields("key", key);
                row.push(Field::new("shard", u64::from(shard)));
                if let Some(newest) = versions.last() {
                    row.extend(text_fields("value", &newest.value));
                    row.push(Field::new("since", newest.stamp));
                }
                row.push(Field::new("version count", versions.len() as u64));
                row
            })
        });
        let locks = shards.iter().flat_map(|(_, here)| {
            here.store.locks().map(|(key, lock)| {
                let mut row = text_fields("key", key);
                row.push(Field::new("shared by", names(lock.shared.iter().copied()).as_str()));
                row.push(Field::new("alone", names(lock.alone).as_str()));
                row
            })
        });
        let open = shards.iter().flat_map(|(shard, here)| {
            here.store.open().map(move |(txn, open)| {
                let how = match &open.phase {
                    Phase::Reading => "has locks".to_owned(),
                    Phase::Wounded => "wounded".to_owned(),
                    Phase::Prepared { stamp, .. } => format!("{PREPARED}{stamp}"),
                };
                let shard = Field::new("shard", u64::from(shard));
                vec![Field::new("transaction", txn.name().as_str()), shard, Field::new("is", &*how)]
            })
        });
        let waits = shards.iter().flat_map(|(_, here)| {
            here.store.waits().map(|(txn, others)| {
                vec![
                    Field::new("transaction", txn.name().as_str()),
                    Field::new("waits for", names(others.iter().copied()).as_str()),
                ]
            })
        });
        let decided = shards.iter().flat_map(|(_, here)| {
            here.store.decided().map(|(txn, decision)| {
                let how =
                    decision.commit.map_or("aborted".to_owned(), |at| format!("commits at {at}"));
                vec![Field::new("transaction", txn.name().as_str()), Field::new("is", &*how)]
            })
        });
        let state = vec![
            Field::new("configuration", shards.config().number),
            Field { name: "shards", value: rows(shards.iter().map(of_shard)) },
            Field { name: "store", value: rows(keys) },
            Field { name: "locks", value: rows(locks) },
            Field { name: "under way", value: rows(open) },
            Field { name: "waits", value: rows(waits) },
            Field { name: "decided", value: rows(decided) },
        ];
        self.server().group().view(state)
    }
}

impl TxnClients {
    /// The state as a tree: what it is doing, and what it knows.
    pub fn view(&self) -> NodeView {
        let mut fields = Vec::new();
        if let Some(txn) = self.current() {
            fields.push(Field::new("transaction", txn.id.name().as_str()));
            fields.extend(text_fields("does", &Bytes::from(ops_to_text(&txn.ops).as_str())));
            fields.push(Field::new("step", txn.step.word()));
            if let Step::Finishing { commit: Some(at), .. } = txn.step {
                fields.push(Field::new("commits at", at));
            }
            fields.push(Field::new("attempt", u64::from(txn.attempt)));
            let read = txn.values.iter().map(|(key, (value, since))| {
                let mut row = text_fields("key", key);
                row.extend(text_fields("value", value));
                row.push(Field::new("since", *since));
                row
            });
            fields.push(Field { name: "has read", value: rows(read) });
            let writes = txn.writes.iter().map(|(key, value)| {
                let mut row = text_fields("key", key);
                row.extend(text_fields("value", value));
                row
            });
            fields.push(Field { name: "will write", value: rows(writes) });
        }
        fields.push(Field::new("waiting", self.queued() as u64));
        fields.push(Field::new("calls over", self.answered()));
        match self.clerks().config() {
            Some(config) => fields.extend(config_fields(config)),
            None => fields.push(Field { name: "configuration", value: Value::Absent }),
        }
        NodeView { role: "client", fields }
    }
}
