//! What the page has for the key/value store, from the model.

use netsplit_core::id::NodeId;
use netsplit_core::replicated::options::Reading;
use netsplit_core::view::Value;
use netsplit_sim::scene::Deed;
use netsplit_sim::verb::{Selector, Verb};
use yew::prelude::*;

use crate::components::kv::{Asks, Reads};
use crate::state::action::Action;
use crate::state::model::Model;

/// A client is asked for something.
pub fn asks(model: &Model, client: NodeId, on: &Callback<Action>) -> Html {
    let acts = model.play.run.acts();
    let said = acts.iter().filter_map(|act| match &act.deed {
        Deed::Verb(Verb::Ask(Selector::Nodes(nodes), words)) if nodes[..] == [client] => {
            Some(AttrValue::from(words.to_string()))
        }
        _ => None,
    });
    let mut before: Vec<AttrValue> = said.collect();
    before.dedup();
    let (lab, look) = (model.play.run.lab(), model.look());
    let example = AttrValue::from(format!("{} {}", look.ask, (look.command)(1)));
    html! { <Asks key={client.to_string()} {lab} {client} {example} cast={model.view().cast()} {before} {on} /> }
}

/// How queries are answered.
pub fn reads(model: &Model, on: &Callback<Action>) -> Html {
    let loading = model.slow_opening().is_some();
    html! { <Reads now={reads_now(model)} {loading} {on} /> }
}

/// How all servers that run read; `None` where they differ.
fn reads_now(model: &Model) -> Option<Reading> {
    let servers = model.view().nodes.iter().filter(|node| node.up && !node.id.is_client());
    let mut ways = servers.filter_map(|node| match node.view.get("reads by")? {
        Value::Text(word) => Reading::from_word(word),
        _ => None,
    });
    let first = ways.next()?;
    ways.all(|other| other == first).then_some(first)
}
