//! How the store shows itself: its keys in order, with what they hold.

use crate::bytes::Bytes;
use crate::replicated::view::{ROWS_SHOWN, text_fields};
use crate::view::{Field, Value};

use super::spec::Held;
use super::store::Store;

impl Store {
    /// The store as fields: keys with values and versions, the first so many by name, and how many
    /// there are.
    pub fn view(&self) -> Vec<Field> {
        let mut keys: Vec<(&Bytes, &Held)> = self.iter().collect();
        keys.sort_unstable_by_key(|(key, _)| *key);
        let row = |(key, held): &(&Bytes, &Held)| {
            let mut row = text_fields("key", key);
            row.extend(text_fields("value", &held.value));
            row.push(Field::new("version", held.version));
            Value::Record(row)
        };
        let rows = keys.iter().take(ROWS_SHOWN).map(row).collect();
        vec![Field { name: "store", value: Value::List(rows) }, Field::new("key count", self.len())]
    }
}
