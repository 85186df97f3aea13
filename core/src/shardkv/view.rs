//! How the nodes of a sharded store show themselves: shards first, then the group's peer.

use crate::bytes::Bytes;
use crate::replicated::message::ClerkNumber;
use crate::replicated::service::Text;
use crate::replicated::view::{ROWS_SHOWN, text_fields};
use crate::shardctrl::{Config, NOBODY};
use crate::view::{Field, NodeView, Value};

use super::clerk::{Clerk, ShardClients};
use super::server::ShardServer;
use super::shard::ShardHere;
use super::store::Shards;

/// A configuration as fields: its number, and who serves which shard.
pub fn config_fields(config: &Config) -> Vec<Field> {
    let owners = (0..).zip(&config.shards).map(|(shard, &gid): (u64, _)| {
        let holder = config.holder(shard as u32);
        let group = (gid != NOBODY).then(|| format!("g{gid}"));
        let kept = (gid == NOBODY && holder != NOBODY).then(|| format!("g{holder}"));
        let mut row = vec![Field::new("shard", shard), Field::new("group", group.as_deref())];
        if let Some(kept) = kept {
            row.push(Field::new("kept by", kept.as_str()));
        }
        Value::Record(row)
    });
    vec![
        Field::new("configuration", config.number),
        Field { name: "owners", value: Value::List(owners.take(ROWS_SHOWN).collect()) },
    ]
}

impl Shards {
    /// The group's shards as fields.
    pub fn view(&self) -> Vec<Field> {
        let row = |(shard, here): (u32, &ShardHere)| {
            Value::Record(vec![
                Field::new("shard", u64::from(shard)),
                Field::new("state", here.state.to_string().as_str()),
                Field::new("key count", here.store.len()),
                Field::new("session count", here.sessions.len()),
                Field::new("bytes", here.bytes()),
            ])
        };
        let keys = self.iter().flat_map(|(shard, here)| {
            here.store.iter().map(move |(key, held)| {
                let mut row = text_fields("key", key);
                row.push(Field::new("shard", u64::from(shard)));
                row.extend(text_fields("value", &held.value));
                row.push(Field::new("version", held.version));
                Value::Record(row)
            })
        });
        let count: u64 = self.iter().map(|(_, here)| here.store.len()).sum();
        vec![
            Field::new("configuration", self.config().number),
            Field {
                name: "shards",
                value: Value::List(self.iter().take(ROWS_SHOWN).map(row).collect()),
            },
            Field { name: "store", value: Value::List(keys.take(ROWS_SHOWN).collect()) },
            Field::new("key count", count),
        ]
    }
}

impl ShardServer {
    /// The state as a tree.
    pub fn view(&self) -> NodeView {
        self.group().view(self.shards().view())
    }
}

impl ShardClients {
    /// The state as a tree: what it knows, and its clerks, those first that have the lowest numbers.
    pub fn view(&self) -> NodeView {
        let clerks = self.clerks().take(ROWS_SHOWN).map(|(number, it)| clerk_view(number, it));
        let mut fields = vec![
            Field { name: "clerks", value: Value::List(clerks.collect()) },
            Field::new("clerk count", self.clerk_count()),
            Field::new("calls over", self.answered()),
        ];
        match self.config() {
            Some(config) => fields.extend(config_fields(config)),
            None => fields.push(Field { name: "configuration", value: Value::Absent }),
        }
        NodeView { role: "client", fields }
    }
}

fn clerk_view(number: ClerkNumber, it: &Clerk) -> Value {
    let mut row = vec![
        Field::new("clerk", u64::from(number) + 1),
        Field::new("session", it.session),
        Field::new("sequence", it.sequence),
    ];
    if let Some(current) = &it.current {
        let call = Bytes::from(current.command.to_text().as_str());
        row.extend(text_fields("call", &call));
        row.push(Field::new("attempt", u64::from(current.attempt)));
        let asks = (current.group != NOBODY)
            .then(|| format!("g{}.n{}", current.group, current.server + 1));
        row.push(Field::new("asks", asks.as_deref()));
        row.push(Field::new("waits", current.waits));
    }
    Value::Record(row)
}
