//! How a controller shows itself: the latest configuration, shard by shard and group by group, and
//! those before it.

use crate::replicated::view::{ROWS_SHOWN, text_fields};
use crate::view::{Field, Value};

use super::config::{Config, Gid};
use super::controller::Controller;
use super::invariants;
use super::message::Reply;
use crate::bytes::Bytes;

impl Controller {
    /// The controller as fields.
    pub fn view(&self) -> Vec<Field> {
        let last = self.configs().last();
        let groups = last.groups.keys().take(ROWS_SHOWN).map(|gid| group_view(last, *gid));
        let all: Vec<&Config> = self.configs().iter().collect();
        let rows = all.iter().rev().take(ROWS_SHOWN).map(|config| config_view(&all, config));
        vec![
            Field::new("configuration", last.number),
            Field { name: "shards", value: Value::Content(shards_text(last)) },
            Field { name: "groups", value: Value::List(groups.collect()) },
            Field::new("group count", last.groups.len() as u64),
            Field { name: "configurations", value: Value::List(rows.collect()) },
            Field::new("configuration count", self.configs().len()),
        ]
    }
}

fn group_view(config: &Config, gid: Gid) -> Value {
    let shards: Vec<String> = config.shards_of(gid).map(|shard| shard.to_string()).collect();
    let names = config.groups[&gid].iter().map(|name| name.text().into_owned());
    let names = names.collect::<Vec<String>>().join(",");
    let mut row = vec![Field::new("group", u64::from(gid))];
    row.extend(text_fields("shards", &Bytes::from(shards.join(",").as_str())));
    row.extend(text_fields("servers", &Bytes::from(names.as_str())));
    Value::Record(row)
}

/// A configuration, and how many shards it moved.
fn config_view(all: &[&Config], config: &Config) -> Value {
    let before = config.number.checked_sub(1).and_then(|number| all.get(number as usize));
    let moved = before.map_or(0, |before| invariants::moved(before, config));
    let text = Reply::Config(config.clone()).to_string();
    let mut row = text_fields("configuration", &Bytes::from(text.as_str()));
    row.push(Field::new("moved", u64::from(moved)));
    Value::Record(row)
}

fn shards_text(config: &Config) -> Bytes {
    let shards: Vec<String> = config.shards.iter().map(Gid::to_string).collect();
    Bytes::from(shards.join(",").as_str())
}
