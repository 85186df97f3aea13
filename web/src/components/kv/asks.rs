//! Asking at a client: a line in the service's words, at any server or one of them.

use netsplit_core::id::{Cast, NodeId};
use netsplit_sim::labs::{LabWords, lab};
use netsplit_sim::script::parse_verb;
use netsplit_sim::script::vocabulary::{Completion, completions};
use netsplit_sim::verb::Verb;
use netsplit_sim::words;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::state::action::Action;

/// Continuations shown at most.
const COMPLETIONS_MOST: usize = 8;
/// Kinds of calls that are named at most to whoever has written none.
const CALLS_NAMED: usize = 4;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lab whose words are understood.
    pub lab: &'static str,
    /// The client.
    pub client: NodeId,
    /// What can be asked, for example.
    pub example: AttrValue,
    /// Who there is.
    pub cast: Cast,
    /// What was asked there before, oldest first.
    pub before: Vec<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// What is written, and which of what was asked before it is.
#[derive(Clone, Debug, Default, PartialEq)]
struct Written {
    text: String,
    /// So many back from the newest; 0 for a new one.
    back: usize,
    /// Why it was refused.
    trouble: Option<String>,
}

/// The line, the server, and how the line may go on.
#[component]
pub fn Asks(props: &Props) -> Html {
    let Props { lab: name, client, example, cast, before, on } = props;
    let lab = lab(name).expect("a run of it is open");
    let written = use_state(Written::default);
    let server = use_state(|| None::<NodeId>);
    let field = use_node_ref();
    let set = {
        let written = written.clone();
        Callback::from(move |next: Written| written.set(next))
    };
    let oninput = set.reform(|event: InputEvent| {
        let field = event.target_dyn_into::<HtmlInputElement>();
        Written { text: field.map(|it| it.value()).unwrap_or_default(), ..Written::default() }
    });
    let send = {
        let (client, cast, server) = (*client, *cast, *server);
        let (written, set, on) = (written.clone(), set.clone(), on.clone());
        Callback::from(move |()| match asked(lab, client, cast, &written.text, server) {
            Ok(verb) => {
                on.emit(Action::Act(verb));
                set.emit(Written::default());
            }
            Err(why) => set.emit(Written { trouble: Some(why), ..(*written).clone() }),
        })
    };
    let onkeydown = {
        let (written, set, before, send) =
            (written.clone(), set.clone(), before.clone(), send.clone());
        Callback::from(move |event: KeyboardEvent| {
            let back = match event.key().as_str() {
                "Enter" => {
                    event.prevent_default();
                    return send.emit(());
                }
                "ArrowUp" => (written.back + 1).min(before.len()),
                "ArrowDown" => written.back.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            let text = before.iter().nth_back(back.wrapping_sub(1));
            let text = text.filter(|_| back > 0).map(|text| text.to_string()).unwrap_or_default();
            set.emit(Written { text, back, trouble: None });
        })
    };
    let choose = {
        let server = server.clone();
        Callback::from(move |event: Event| {
            let list = event.target_dyn_into::<HtmlSelectElement>();
            server.set(list.and_then(|list| NodeId::from_name(&list.value())));
        })
    };
    let next = |next: &Completion| {
        let text = format!("{} ", next.line);
        let (set, field) = (set.clone(), field.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            set.emit(Written { text: text.clone(), ..Written::default() });
            if let Some(field) = field.cast::<HtmlInputElement>() {
                // It is there, and what was not to be had is no loss.
                let _ = field.focus();
            }
        });
        html! { <li key={next.word.clone()}><button class="value" {onclick} title={next.about.clone()}>{ &next.word }</button></li> }
    };
    let option = |id: NodeId| {
        html! { <option value={id.to_string()} selected={*server == Some(id)}>{ id.to_string() }</option> }
    };
    let (id, trouble) = (format!("ask-{client}"), format!("ask-{client}-trouble"));
    html! {
        <div class="asks">
            <label for={id.clone()} class="value">{ format!("{client}:") }</label>
            <input {id} ref={field.clone()} class="asks-line value" value={written.text.clone()} placeholder={example}
                {oninput} {onkeydown} autocomplete="off" spellcheck="false" autocapitalize="off"
                aria-invalid={written.trouble.is_some().to_string()}
                aria-describedby={written.trouble.is_some().then(|| trouble.clone())} />
            <label class="asks-at">{ "at " }
                <select onchange={choose} aria-label="At which server">
                    <option value="" selected={server.is_none()}>{ "any server" }</option>
                    { for cast.servers().map(option) }
                </select>
            </label>
            <button class="asks-send" onclick={send.reform(|_: MouseEvent| ())}>{ "Ask " }<kbd>{ "Enter" }</kbd></button>
            if let Some(why) = &written.trouble { <p class="dial-trouble" role="alert" id={trouble}>{ why }</p> }
            <ul class="asks-next" aria-label="How it may go on">{ for going_on(lab, *cast, &written.text).iter().map(next) }</ul>
        </div>
    }
}

/// The act that a line is.
fn asked(
    lab: &'static LabWords,
    client: NodeId,
    cast: Cast,
    text: &str,
    server: Option<NodeId>,
) -> Result<Verb, String> {
    let text = text.trim();
    if text.is_empty() {
        let words: Vec<&str> = lab.calls.iter().take(CALLS_NAMED).copied().collect();
        return Err(format!("Write what to ask: {}.", words.join(", ")));
    }
    let at = server.map(|server| format!(" at {server}")).unwrap_or_default();
    parse_verb(&format!("{client} {text}{at}"), lab, cast)
        .map_err(|error| format!("{}.", words::capital(&error.message)))
}

/// How a line may go on; the server is chosen beside it.
fn going_on(lab: &'static LabWords, cast: Cast, text: &str) -> Vec<Completion> {
    let known = completions(&format!("c1 {}", text.trim_start()), lab, cast, &[]);
    let own = known.into_iter().filter_map(|next| {
        let line = next.line.strip_prefix("c1 ")?.to_owned();
        let names_node = NodeId::from_name(&next.word).is_some();
        (!names_node && next.word != "at").then_some(Completion { line, ..next })
    });
    own.take(COMPLETIONS_MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAST: Cast = Cast::new(3, 2);

    fn check(text: &str, expected: &[&str]) {
        let lab = lab("kv").expect("it is in the list");
        let found = going_on(lab, CAST, text);
        let words: Vec<&str> = found.iter().map(|next| &*next.word).collect();
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn a_line_goes_on_in_the_words_of_the_store() {
        check("p", &["put", "put-if"]);
        check("put ", &["x"]);
        check("put x ", &["1"]);
        check("get x ", &[]);
        check("del", &["delete"]);
    }

    #[test]
    fn a_line_is_an_act_of_its_client() {
        let client = CAST.clients().nth(1).expect("there are two");
        let lab = lab("kv").expect("it is in the list");
        let said = |text, server| {
            asked(lab, client, CAST, text, server).map(|verb| lab.show(&verb).to_string())
        };
        assert_eq!(said("put x 1", None).as_deref(), Ok("c2 put x 1"));
        let first = NodeId::from_index(0);
        assert_eq!(said(" get x ", Some(first)).as_deref(), Ok("c2 get x at n1"));
        assert!(said("fly", None).is_err_and(|why| why.contains("fly")));
        assert!(said("", None).is_err_and(|why| why.contains("get, put")));
    }
}
