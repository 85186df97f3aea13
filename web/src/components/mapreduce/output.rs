//! What a job has written: all its files in order, searched, and saved.

use std::rc::Rc;

use netsplit_sim::run::{JobOutput, JobPart};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::counted;
use crate::browser;

/// Rows that are shown at most.
const ROWS: usize = 200;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The output.
    pub output: Rc<JobOutput>,
    /// What a file of it is called.
    pub name: AttrValue,
    /// Where on the page it stands, for the name of its field.
    pub place: &'static str,
    /// Whether it is right, and what is said of it, where that is not the output's own matter.
    #[prop_or_default]
    pub said: Option<(Option<bool>, AttrValue)>,
}

/// A line of the output.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    part: usize,
    key: String,
    value: String,
}

/// The first lines that a word is in, and how many there are.
fn found(output: &JobOutput, word: &str) -> (Vec<Line>, usize) {
    let (mut lines, mut count) = (Vec::new(), 0);
    for (part, text) in output.parts.iter().enumerate() {
        let text = text.text.as_deref().unwrap_or_default();
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            if !has(line, word.as_bytes()) {
                continue;
            }
            count += 1;
            if lines.len() < ROWS {
                let line = String::from_utf8_lossy(line);
                let (key, value) = line.split_once(' ').unwrap_or((&line, ""));
                lines.push(Line { part, key: key.to_owned(), value: value.to_owned() });
            }
        }
    }
    (lines, count)
}

/// Whether a line has a word in it, whatever the size of its letters.
fn has(line: &[u8], word: &[u8]) -> bool {
    word.is_empty() || line.windows(word.len()).any(|it| it.eq_ignore_ascii_case(word))
}

/// How much is there, and whether it is right.
fn verdict(output: &JobOutput) -> (Option<bool>, String) {
    let there: Vec<&JobPart> = output.parts.iter().filter(|it| it.text.is_some()).collect();
    let (count, all) = (there.len(), output.parts.len());
    let files = match count {
        0 => return (None, "Nothing is written yet. Each reduce task writes a file.".to_owned()),
        1 if all == 1 => "The only file is there".to_owned(),
        count if count == all => format!("All {all} files are there"),
        count => format!("{count} of {all} files are there"),
    };
    match there.iter().find(|it| !it.right) {
        _ if !output.compared => {
            (None, format!("{files}. What a sequential run writes is not known."))
        }
        Some(wrong) => {
            (Some(false), format!("{files}; {} is not what a sequential run writes.", wrong.name))
        }
        None if count == all && all > 1 => {
            (Some(true), format!("{files}, equal to those of a sequential run."))
        }
        None if all == 1 => (Some(true), format!("{files}, equal to that of a sequential run.")),
        None => (Some(true), format!("{files}, each equal to that of a sequential run.")),
    }
}

/// All files, one behind the other, to the byte: a job may write what is no text.
fn whole(output: &JobOutput) -> Vec<u8> {
    let texts = output.parts.iter().filter_map(|part| part.text.as_deref());
    texts.collect::<Vec<&[u8]>>().concat()
}

/// The table.
#[component]
pub fn OutputTable(props: &Props) -> Html {
    let Props { output, name, place, said: given } = props;
    let word = use_state(String::new);
    let (lines, count) = found(output, word.trim());
    let (right, words) = match given {
        Some((right, words)) => (*right, words.clone()),
        None => {
            let (right, words) = verdict(output);
            (right, words.into())
        }
    };
    let oninput = {
        let word = word.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                word.set(field.value());
            }
        })
    };
    let save = {
        let (output, name) = (Rc::clone(output), name.clone());
        Callback::from(move |_: MouseEvent| browser::save_file(&name, &whole(&output)))
    };
    let sign = match right {
        Some(true) => "✓ ",
        Some(false) => "✗ ",
        None => "",
    };
    let is_there = right.is_some() || count > 0;
    let said = match (word.trim(), count) {
        ("", 0) => String::new(),
        ("", count) if count > ROWS => format!("The first {ROWS} of {count} lines."),
        ("", count) => format!("{}.", counted(count, "line")),
        (word, 0) => format!("No line has “{word}” in it."),
        (word, count) if count > ROWS => {
            format!("The first {ROWS} of {count} lines with “{word}”.")
        }
        (word, count) => format!("{} with “{word}”.", counted(count, "line")),
    };
    let id = format!("output-{place}-search");
    html! {
        <section class="mr-panel mr-output" tabindex="0" role="region" aria-label="Output of the job">
            <p class={classes!((right == Some(false)).then_some("wrong"))}><b aria-hidden="true">{ sign }</b>{ words }</p>
            if is_there {
                <p class="mr-search">
                    <label for={id.clone()}>{ "Search" }</label>
                    <input {id} class="value" type="search" value={(*word).clone()} {oninput} autocomplete="off" spellcheck="false" />
                    <span role="status">{ said }</span>
                    <button onclick={save}>{ "Save as a file" }</button>
                </p>
                <table class="mr-table">
                    <thead><tr><th scope="col">{ "key" }</th><th scope="col">{ "value" }</th><th scope="col">{ "file" }</th></tr></thead>
                    <tbody>{ for lines.iter().enumerate().map(|(place, line)| row(output, place, line)) }</tbody>
                </table>
            }
        </section>
    }
}

fn row(output: &JobOutput, place: usize, line: &Line) -> Html {
    let file = output.parts.get(line.part).map_or("", |part| &part.name);
    html! {
        <tr key={place}>
            <th scope="row" class="value">{ &line.key }</th>
            <td class="value mr-value">{ &line.value }</td>
            <td>{ file.to_owned() }</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use netsplit_core::bytes::Bytes;

    use super::*;

    fn part(number: u32, text: Option<&str>, right: bool) -> JobPart {
        JobPart { name: format!("mr-out-{number}"), text: text.map(Bytes::from), right }
    }

    fn output(parts: Vec<JobPart>) -> JobOutput {
        JobOutput { parts, compared: true }
    }

    #[test]
    fn all_files_are_searched_in_order_whatever_the_size_of_letters() {
        let it = output(vec![
            part(0, Some("Ann 3\nbe 4\n"), true),
            part(1, None, false),
            JobPart { text: Some(Bytes::from(&b"any \xff\n"[..])), ..part(2, None, true) },
        ]);
        let keys = |word| -> Vec<(usize, String)> {
            found(&it, word).0.into_iter().map(|line| (line.part, line.key)).collect()
        };
        assert_eq!(keys("an"), [(0, "Ann".to_owned()), (2, "any".to_owned())]);
        assert_eq!(found(&it, "").1, 3);
        assert_eq!(keys("anne"), []);
        assert_eq!(whole(&it), b"Ann 3\nbe 4\nany \xff\n");
    }

    #[test]
    fn so_many_rows_are_shown_and_all_are_counted() {
        let text: String = (0..1_000).map(|it| format!("w{it} 1\n")).collect();
        let (lines, count) = found(&output(vec![part(0, Some(&text), true)]), "");
        assert_eq!((lines.len(), count), (ROWS, 1_000));
    }

    #[test]
    fn it_is_said_whether_it_is_what_a_sequential_run_writes() {
        let said = |parts| verdict(&output(parts));
        assert_eq!(said(vec![part(0, None, false)]).0, None);
        let whole = said(vec![part(0, Some("a 1\n"), true)]);
        let equal = "The only file is there, equal to that of a sequential run.";
        assert_eq!(whole, (Some(true), equal.to_owned()));
        let (right, words) = said(vec![part(0, Some("a 1\n"), true), part(1, Some(""), false)]);
        assert_eq!(right, Some(false));
        assert!(words.contains("mr-out-1 is not"), "{words}");
        let (right, words) = said(vec![part(0, Some("a 1\n"), true), part(1, None, false)]);
        assert!(right == Some(true) && words.starts_with("1 of 2 files"), "{words}");
    }
}
