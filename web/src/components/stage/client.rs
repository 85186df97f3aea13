//! A client: a small disc with its name, and below it the call that it waits for.

use netsplit_core::id::NodeId;
use netsplit_core::view::{Field, Value};
use netsplit_sim::run::NodeShown;
use yew::prelude::*;

use super::node::role_of;
use crate::browser;
use crate::components::may;
use crate::draw::ring::Point;
use crate::draw::tenths::Tenths;
use crate::state::action::Action;
use crate::state::selection::Selection;

/// How far below the disc its call stands.
const CALL: f64 = 13.0;

/// What is drawn of a client: as little as shows all that can be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// Its name.
    pub id: NodeId,
    /// What it is, in one word.
    pub role: &'static str,
    /// The calls that its clerks wait for, first those of the lowest numbers.
    pub calls: Vec<AttrValue>,
    /// It is selected.
    pub selected: bool,
}

impl Client {
    /// A client as it is drawn.
    pub fn of(node: &NodeShown) -> Client {
        Client { id: node.id, role: role_of(node), calls: calls(node), selected: false }
    }

    /// What stands below it: the call, or of several the first and how many more there are.
    fn words(&self, letters: usize) -> Option<String> {
        let (first, more) = self.calls.split_first()?;
        let end = if more.is_empty() { String::new() } else { format!(" +{}", more.len()) };
        Some(format!("{}{end}", shortened(first, letters.saturating_sub(end.len()))))
    }
}

/// The calls that the clerks of a client wait for.
pub fn calls(node: &NodeShown) -> Vec<AttrValue> {
    let Some(Value::List(clerks)) = node.view.get("clerks") else { return Vec::new() };
    let call = |fields: &[Field]| {
        let field = fields.iter().find(|field| field.name == "call")?;
        match &field.value {
            Value::Content(call) => Some(AttrValue::from(call.to_string())),
            _ => None,
        }
    };
    let of_clerk = |clerk: &Value| match clerk {
        Value::Record(fields) => call(fields),
        _ => None,
    };
    clerks.iter().filter_map(of_clerk).collect()
}

/// At most so many letters of a text.
fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", beginning.trim_end())
}

/// What a client is drawn of.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What it shows.
    pub client: Client,
    /// Its centre.
    pub at: Point,
    /// Its radius.
    pub radius: f64,
    /// How many letters of its call there is room for.
    pub letters: usize,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The client.
#[component]
pub fn ClientDisc(props: &Props) -> Html {
    let Props { client, at, radius, letters, on } = props;
    let Client { id, role, calls, selected } = client;
    let (id, radius) = (*id, *radius);
    let text = |number: f64| Tenths(number).to_string();
    let onfocus = may(on, move |event: FocusEvent| {
        browser::is_reached_by_key(&event).then_some(Action::Select(Selection::Node(id)))
    });
    let words = match *role {
        "down" => format!("{id}, crashed"),
        "paused" => format!("{id}, a client, paused"),
        "unstarted" => format!("{id}, not started yet"),
        _ if *role != "client" => format!("{id}, {role}"),
        _ if calls.is_empty() => format!("{id}, a client, waits for nothing"),
        _ => format!("{id}, a client, waits for {}", calls.join(", ")),
    };
    let mark = match *role {
        "down" => {
            let (to, arm) = (Tenths(-radius * 0.7), Tenths(radius * 0.7));
            html! { <path class="node-cross" d={format!("M{to} {to}L{arm} {arm}M{to} {arm}L{arm} {to}")} /> }
        }
        "paused" => {
            let (side, top) = (Tenths(radius * 0.15), Tenths(-radius * 0.9));
            let long = Tenths(radius * 0.4);
            html! { <path class="client-bars" d={format!("M-{side} {top}v{long}M{side} {top}v{long}")} /> }
        }
        _ => html! {},
    };
    let waits = client.words(*letters).filter(|_| *role != "down");
    html! {
        <g class={classes!("node", "client", format!("role-{role}"), waits.is_some().then_some("waits"), selected.then_some("selected"))}
            transform={format!("translate({} {})", Tenths(at.x), Tenths(at.y))} id={id.to_string()}
            role="button" tabindex="0" aria-pressed={selected.to_string()} {onfocus}>
            <title>{ words }</title>
            <circle class="node-selected" r={text(radius + 6.0)} />
            <circle class="client-shape" r={text(radius)} />
            { mark }
            <text class="client-name">{ id.to_string() }</text>
            if let Some(waits) = waits {
                <text class="client-call" y={text(radius + CALL)}>{ waits }</text>
            }
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(calls: &[&'static str]) -> Client {
        let id = NodeId::client(1, 5).expect("there is room");
        let calls = calls.iter().map(|call| AttrValue::from(*call)).collect();
        Client { id, role: "client", calls, selected: false }
    }

    #[test]
    fn the_call_that_a_client_waits_for_is_cut_short() {
        assert_eq!(client(&[]).words(14), None);
        assert_eq!(client(&["put x 1"]).words(14).as_deref(), Some("put x 1"));
        assert_eq!(client(&["append x abcdefgh"]).words(14).as_deref(), Some("append x abcd…"));
        assert_eq!(client(&["put k0 abcdef"]).words(8).as_deref(), Some("put k0…"));
        assert_eq!(client(&["get x", "get y", "get z"]).words(14).as_deref(), Some("get x +2"));
    }
}
