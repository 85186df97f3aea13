//! What a script makes of a sample, and what two checks say of it.

use netsplit_script::{Deterministic, Insensitive, Sampled};
use yew::prelude::*;

/// Rows of each table at most.
const ROWS: usize = 8;

/// Letters of a value in a sentence at most.
const LETTERS: usize = 80;

/// It.
pub fn sampled(found: &Sampled) -> Html {
    let (same, said) = deterministic(&found.deterministic);
    let (minds, order) = insensitive(&found.insensitive);
    html! {
        <div class="mr-sampled" role="status" id="mr-sampled">
            <ul class="mr-checks">
                { check(Some(same), said) }
                { check(minds, order) }
                { for found.bad.iter().map(|(text, line, why)| check(Some(false), format!("Line {line} of {text} cannot be mapped: {why}. A job leaves such lines out (4.6)."))) }
                { for found.counters.iter().map(|(name, sum)| check(None, format!("Counter {name}: {sum}."))) }
            </ul>
            <div class="mr-beside">
                { table("map emits", &found.pairs, found.pairs_left) }
                { table("reduce writes", &found.output, found.output_left) }
            </div>
        </div>
    }
}

fn check(holds: Option<bool>, words: String) -> Html {
    let sign = match holds {
        Some(true) => "✓ ",
        Some(false) => "✗ ",
        None => "",
    };
    html! { <li class={classes!((holds == Some(false)).then_some("wrong"))}><b aria-hidden="true">{ sign }</b>{ words }</li> }
}

/// Whether a script does the same each time, in a sentence.
fn deterministic(found: &Deterministic) -> (bool, String) {
    match found {
        Deterministic::Same => (true, "It does the same each time.".to_owned()),
        Deterministic::Differs { first, second } => (
            false,
            format!(
                "It does not do the same each time: of one input it made {first}, and then {second}."
            ),
        ),
    }
}

/// Whether the order of values matters, in a sentence.
fn insensitive(found: &Insensitive) -> (Option<bool>, String) {
    match found {
        Insensitive::Same { keys: 0 } => {
            (None, "No key has two values here: their order was not tried.".to_owned())
        }
        Insensitive::Same { keys } => (
            Some(true),
            format!("The order of values makes no difference; {keys} keys have more than one."),
        ),
        Insensitive::Differs(it) => {
            let [first, second] = [&it.first, &it.second].map(|values| cut(&values.join(", ")));
            let how = if it.combined { "combined in portions" } else { "in another order" };
            let [key, one, other] =
                [&it.key, &it.first_result, &it.second_result].map(|it| cut(it));
            (
                Some(false),
                format!(
                    "Values of “{key}” {how} make a difference: of {first} it makes {one}, of {second} it makes {other}. A job gets values in any order."
                ),
            )
        }
    }
}

/// The beginning of what may be long.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn table(title: &'static str, rows: &[(String, String)], left: u64) -> Html {
    let more = left + rows.len().saturating_sub(ROWS) as u64;
    html! {
        <table class="mr-table">
            <thead><tr><th scope="col" colspan="2">{ title }</th></tr></thead>
            <tbody>
                { for rows.iter().take(ROWS).map(|(key, value)| html! {
                    <tr><th scope="row" class="value">{ key }</th><td class="value mr-value">{ value }</td></tr>
                }) }
                if more > 0 { <tr><td colspan="2">{ format!("and {more} more") }</td></tr> }
                if rows.is_empty() { <tr><td colspan="2">{ "nothing" }</td></tr> }
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use netsplit_script::Sensitive;

    use super::*;

    #[test]
    fn a_script_that_minds_the_order_is_told_with_both_orders() {
        let words = |values: [&str; 2]| values.map(str::to_owned).to_vec();
        let found = Insensitive::Differs(Sensitive {
            key: "a".to_owned(),
            combined: false,
            first: words(["1", "2"]),
            first_result: "12".to_owned(),
            second: words(["2", "1"]),
            second_result: "21".to_owned(),
        });
        let (holds, said) = insensitive(&found);
        assert_eq!(holds, Some(false));
        assert!(said.starts_with("Values of “a” in another order make a difference: of 1, 2 it makes 12, of 2, 1 it makes 21."), "{said}");
        assert_eq!(insensitive(&Insensitive::Same { keys: 0 }).0, None, "nothing was tried");
        assert_eq!(cut(&"é".repeat(100)).chars().count(), LETTERS + 1);
    }
}
