//! The transactions under way: whose each is, what it does and how far it is, where it has locks or is
//! prepared, and whom it waits for.

use netsplit_core::id::NodeId;
use netsplit_core::view::Value;
use netsplit_sim::run::{NodeShown, WorldView};

use super::rows::{rows, said, word};
use super::shards::most_advanced;

/// A transaction at a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The shard.
    pub shard: String,
    /// The group that has it.
    pub group: u32,
    /// `has locks`, `prepared at 12`, `wounded`.
    pub is: String,
}

/// A transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// Its name.
    pub name: String,
    /// Whose it is; `None` when its client has forgotten it in a crash, or has gone on.
    pub client: Option<NodeId>,
    /// Its operations.
    pub does: String,
    /// How far its client is with it.
    pub step: String,
    /// Shards that know of it.
    pub shards: Vec<At>,
    /// Whom it waits for.
    pub waits_for: Vec<String>,
}

impl Transaction {
    /// Where it has promised to end as is decided, and nobody is there to say how.
    pub fn is_in_doubt(&self) -> bool {
        self.client.is_none() && self.shards.iter().any(|at| at.is.starts_with("prepared"))
    }
}

/// Those of a moment: first those of clients, then those that only shards know.
pub fn transactions(view: &WorldView) -> Vec<Transaction> {
    let nodes = view.nodes.iter().map(|node| &**node);
    let mut all: Vec<Transaction> = nodes.filter_map(of_client).collect();
    for group in 1..=view.cast().groups.count {
        let Some(node) = most_advanced(view, Some(group)) else { continue };
        for row in rows(&node.view, "under way") {
            let at = At { shard: word(row, "shard"), group, is: word(row, "is") };
            named(&mut all, &word(row, "transaction")).shards.push(at);
        }
        for row in rows(&node.view, "waits") {
            let waits = word(row, "waits for");
            let waiter = named(&mut all, &word(row, "transaction"));
            for other in waits.split_whitespace() {
                if !waiter.waits_for.iter().any(|known| known == other) {
                    waiter.waits_for.push(other.to_owned());
                }
            }
        }
    }
    all
}

/// That of a name; put at the end when it is not there yet.
fn named<'a>(all: &'a mut Vec<Transaction>, name: &str) -> &'a mut Transaction {
    let place = all.iter().position(|it| it.name == name).unwrap_or_else(|| {
        all.push(Transaction { name: name.to_owned(), ..Transaction::default() });
        all.len() - 1
    });
    &mut all[place]
}

/// What a client is doing.
fn of_client(node: &NodeShown) -> Option<Transaction> {
    let text = |name: &str| node.view.get(name).map(said).unwrap_or_default();
    let Some(Value::Text(name)) = node.view.get("transaction").filter(|_| node.id.is_client())
    else {
        return None;
    };
    let attempt = match node.view.number("attempt") {
        0 | 1 => String::new(),
        attempt => format!(", attempt {attempt}"),
    };
    Some(Transaction {
        name: name.clone(),
        client: Some(node.id),
        does: text("does"),
        step: format!("{}{attempt}", text("step")),
        ..Transaction::default()
    })
}

#[cfg(test)]
mod tests {
    use netsplit_core::time::Time;
    use netsplit_sim::link::What;
    use netsplit_sim::moment::Moment;
    use netsplit_sim::scenario::Script;

    use super::*;
    use crate::state::play::Play;

    /// Every moment of a script, a millisecond apart.
    fn moments(text: &str, millis: std::ops::Range<u64>) -> Vec<Vec<Transaction>> {
        let script = Script::parse(text).unwrap_or_else(|why| panic!("{why}"));
        let mut play =
            Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened");
        let at = |millis: u64| {
            play.advance(Moment::after(Time::from_micros(millis * 1_000)), u64::MAX);
            transactions(&play.run.view())
        };
        millis.map(at).collect()
    }

    #[test]
    fn the_real_thing_has_the_names_that_are_looked_for() {
        let text = "scenario txn nodes=9 groups=2x3 clients=3 seed=3 work=bank keys=2\n\
                    c1 join 1 2\n\
                    run for 2s\n";
        let all: Vec<Transaction> = moments(text, 600..1_600).concat();
        let any = |is: fn(&Transaction) -> bool| all.iter().any(is);
        assert!(any(|it| it.client.is_some() && !it.does.is_empty() && !it.step.is_empty()));
        assert!(any(|it| it.shards.iter().any(|at| at.is == "has locks")));
        assert!(any(|it| it.shards.iter().any(|at| at.is.starts_with("prepared at"))));
        assert!(any(|it| it.waits_for.iter().any(|other| other.starts_with('T'))));
    }

    #[test]
    fn a_transaction_whose_client_crashed_is_in_doubt() {
        let prepared = At { shard: "3".into(), group: 1, is: "prepared at 9".into() };
        let alone = Transaction { shards: vec![prepared], ..Transaction::default() };
        assert!(alone.is_in_doubt());
        assert!(!Transaction::default().is_in_doubt());
    }
}
