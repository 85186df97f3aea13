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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kv::message::Call;
    use crate::replicated::service::Service;

    #[test]
    fn what_is_long_is_cut_and_says_so() {
        let mut store = Store::default();
        for number in 0..60 {
            let key = Bytes::from(format!("k{number:02}").as_str());
            let value = Bytes::from("v".repeat(number * 10).as_str());
            store.apply(Call::Put { key, value });
        }
        let [rows, count] = &store.view()[..] else { panic!("two fields") };
        let Value::List(rows) = &rows.value else { panic!("a list") };
        assert_eq!((rows.len(), &count.value), (50, &Value::Number(60)));
        let Value::Record(row) = &rows[49] else { panic!("a record") };
        let names: Vec<&str> = row.iter().map(|field| field.name).collect();
        assert_eq!(names, ["key", "value", "bytes left out", "version"]);
        assert_eq!(row[2].value, Value::Number(290));
    }
}
