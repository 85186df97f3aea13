//! Texts were dropped where none are read: what they are, and where they can be used.

use yew::prelude::*;

use super::{Dialog, does};
use crate::state::action::Action;

/// Names that are told.
const NAMED: usize = 3;

/// What was dropped.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The names of the files.
    pub names: Vec<String>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// What they are, in a sentence.
fn told(names: &[String]) -> String {
    let first = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len() {
        1 => format!("{first} is no link and no script."),
        count if count > NAMED => {
            format!("{first} and {} more are no links and no scripts.", count - NAMED)
        }
        _ => format!("{first} are no links and no scripts."),
    }
}

/// The question.
#[component]
pub fn Texts(props: &Props) -> Html {
    let Props { names, on } = props;
    html! {
        <Dialog title="Count words?" {on}>
            <p id="texts-told">{ told(names) }{ " The MapReduce lab reads texts: it can count their words, and run map and reduce functions of yours over them. They are read in this browser, and sent nowhere." }</p>
            <div class="dialog-row">
                <button onclick={does(on, Action::Escape)}>{ "Leave it" }</button>
                <button id="texts-count" class="strong" onclick={does(on, Action::CountWords)}>{ "Open MapReduce with it" }</button>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_named_as_long_as_they_are_few() {
        let told_of = |count: usize| {
            told(&(1..=count).map(|number| format!("{number}.txt")).collect::<Vec<_>>())
        };
        assert_eq!(told_of(1), "1.txt is no link and no script.");
        assert_eq!(told_of(2), "1.txt, 2.txt are no links and no scripts.");
        assert_eq!(told_of(5), "1.txt, 2.txt, 3.txt and 2 more are no links and no scripts.");
    }
}
