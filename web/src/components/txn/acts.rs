//! A transaction is begun by hand: a transfer, a look at all, or a write.

use netsplit_core::id::{Cast, NodeId};
use netsplit_sim::labs::lab;
use netsplit_sim::script::parse_verb;
use netsplit_sim::words;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::state::action::Action;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lab whose words are meant.
    pub lab: &'static str,
    /// Who there is.
    pub cast: Cast,
    /// The keys, or accounts, that there are.
    pub keys: Vec<AttrValue>,
    /// Where on the page it stands, for the names of its fields.
    pub place: &'static str,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// What is chosen and written; nothing stands for the first, or for what is usual.
#[derive(Clone, Debug, Default, PartialEq)]
struct Chosen {
    client: Option<AttrValue>,
    from: Option<AttrValue>,
    to: Option<AttrValue>,
    amount: Option<AttrValue>,
    deed: Option<AttrValue>,
    key: Option<AttrValue>,
    value: Option<AttrValue>,
    /// Why the last was refused.
    trouble: Option<AttrValue>,
}

/// Ways to write.
const DEEDS: [&str; 3] = ["put", "append", "add"];

impl Chosen {
    fn client(&self, cast: Cast) -> AttrValue {
        let first = cast.clients().next().map_or_else(String::new, |it| it.to_string());
        self.client.clone().unwrap_or_else(|| first.into())
    }

    fn key(chosen: &Option<AttrValue>, keys: &[AttrValue], place: usize) -> AttrValue {
        let known = chosen.clone().filter(|key| keys.contains(key));
        known.or_else(|| keys.get(place).cloned()).unwrap_or_default()
    }

    fn transfer(&self, cast: Cast, keys: &[AttrValue]) -> String {
        let (from, to) = (Chosen::key(&self.from, keys, 0), Chosen::key(&self.to, keys, 1));
        let amount = self.amount.as_deref().unwrap_or("10");
        format!("{} transfer {from} {to} {amount}", self.client(cast))
    }

    fn sum(&self, cast: Cast, keys: &[AttrValue]) -> String {
        let keys: Vec<&str> = keys.iter().map(AttrValue::as_str).collect();
        format!("{} sum {}", self.client(cast), keys.join(" "))
    }

    fn write(&self, cast: Cast, keys: &[AttrValue]) -> String {
        let deed = self.deed.as_deref().unwrap_or(DEEDS[0]);
        let value = self.value.as_deref().unwrap_or("100");
        let key = Chosen::key(&self.key, keys, 0);
        format!("{} txn {deed} {key} {value}", self.client(cast))
    }
}

/// The fields and buttons.
#[component]
pub fn Acts(props: &Props) -> Html {
    let Props { lab: name, cast, keys, place, on } = props;
    let chosen = use_state(Chosen::default);
    let (name, cast) = (*name, *cast);
    let act = |line: String| {
        let (on, chosen) = (on.clone(), chosen.clone());
        Callback::from(move |_: MouseEvent| {
            let lab = lab(name).expect("a run of it is open");
            let trouble = match parse_verb(&line, lab, cast) {
                Ok(verb) => {
                    on.emit(Action::Act(verb));
                    None
                }
                Err(error) => Some(format!("{}.", words::capital(&error.message)).into()),
            };
            chosen.set(Chosen { trouble, ..(*chosen).clone() });
        })
    };
    let choose = |set: fn(&mut Chosen, AttrValue)| {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let list = event.target_dyn_into::<HtmlSelectElement>().map(|list| list.value());
            let field = event.target_dyn_into::<HtmlInputElement>().map(|field| field.value());
            let Some(value) = list.or(field) else { return };
            let mut next = Chosen { trouble: None, ..(*chosen).clone() };
            set(&mut next, value.into());
            chosen.set(next);
        })
    };
    let option = |value: &AttrValue, now: &AttrValue| {
        html! { <option value={value.clone()} selected={value == now}>{ value }</option> }
    };
    let list = |id: &str, name: &'static str, now: AttrValue, set: fn(&mut Chosen, AttrValue)| {
        html! {
            <select id={format!("txn-{place}-{id}")} class="value" aria-label={name} onchange={choose(set)}>
                { for keys.iter().map(|key| option(key, &now)) }
            </select>
        }
    };
    let number = |id: &str,
                  name: &'static str,
                  now: Option<&str>,
                  usual: &'static str,
                  set: fn(&mut Chosen, AttrValue)| {
        html! {
            <input id={format!("txn-{place}-{id}")} class="value txn-number" aria-label={name} onchange={choose(set)}
                value={now.unwrap_or(usual).to_owned()} autocomplete="off" spellcheck="false" />
        }
    };
    let client = chosen.client(cast);
    let clients: Vec<AttrValue> = cast.clients().map(|id: NodeId| id.to_string().into()).collect();
    let deed: AttrValue = chosen.deed.clone().unwrap_or_else(|| DEEDS[0].into());
    let deeds = DEEDS.map(AttrValue::from);
    html! {
        <div class="txn-acts" role="group" aria-label="Begin a transaction">
            <select id={format!("txn-{place}-client")} class="value" aria-label="At which client" onchange={choose(|it, to| it.client = Some(to))}>
                { for clients.iter().map(|it| option(it, &client)) }
            </select>
            <span class="txn-act">
                <button id={format!("txn-{place}-transfer")} onclick={act(chosen.transfer(cast, keys))}>{ "Transfer" }</button>
                { number("amount", "Amount", chosen.amount.as_deref(), "10", |it, to| it.amount = Some(to)) }
                { " from " }
                { list("from", "From which account", Chosen::key(&chosen.from, keys, 0), |it, to| it.from = Some(to)) }
                { " to " }
                { list("to", "To which account", Chosen::key(&chosen.to, keys, 1), |it, to| it.to = Some(to)) }
            </span>
            <span class="txn-act">
                <button id={format!("txn-{place}-sum")} onclick={act(chosen.sum(cast, keys))}>{ "Read all" }</button>
            </span>
            <span class="txn-act">
                <button id={format!("txn-{place}-write")} onclick={act(chosen.write(cast, keys))}>{ "Write" }</button>
                <select class="value" aria-label="How" onchange={choose(|it, to| it.deed = Some(to))}>
                    { for deeds.iter().map(|it| option(it, &deed)) }
                </select>
                { list("key", "Which key", Chosen::key(&chosen.key, keys, 0), |it, to| it.key = Some(to)) }
                { number("value", "What", chosen.value.as_deref(), "100", |it, to| it.value = Some(to)) }
            </span>
            if let Some(why) = &chosen.trouble { <p class="dial-trouble" role="alert">{ why }</p> }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use netsplit_core::id::Groups;

    use super::*;

    #[test]
    fn what_is_chosen_is_said_in_the_words_of_the_lab() {
        let cast = Cast { groups: Groups { count: 2, size: 3 }, ..Cast::new(9, 2) };
        let keys: Vec<AttrValue> = ["1", "2", "3"].map(AttrValue::from).to_vec();
        let usual = Chosen::default();
        let chosen = Chosen {
            client: Some("c2".into()),
            from: Some("3".into()),
            to: Some("9".into()),
            amount: Some("25".into()),
            deed: Some("append".into()),
            ..Chosen::default()
        };
        let lab = lab("txn").expect("it is in the list");
        let shown = |line: String| {
            let verb = parse_verb(&line, lab, cast).unwrap_or_else(|why| panic!("{line}: {why:?}"));
            lab.show(&verb).to_string()
        };
        assert_eq!(shown(usual.transfer(cast, &keys)), "c1 transfer 1 2 10");
        assert_eq!(shown(chosen.transfer(cast, &keys)), "c2 transfer 3 2 25", "9 is not there");
        assert_eq!(shown(usual.sum(cast, &keys)), "c1 sum 1 2 3");
        assert_eq!(shown(usual.write(cast, &keys)), "c1 txn put 1 100");
        assert_eq!(shown(chosen.write(cast, &keys)), "c2 txn append 1 100");
        assert!(parse_verb(&chosen.transfer(cast, &[]), lab, cast).is_err());
    }
}
