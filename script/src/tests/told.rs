//! What a person is told about a script of theirs: where, when, and what, in a sentence; and what a
//! sample of several texts shows that one text does not.

use super::{compiled, fault, one};
use crate::check;
use crate::found::Insensitive;

const REDUCE: &str = "\nfn reduce(key, values) { 1 }";

fn check(text: &str, sentence: &str) {
    assert_eq!(fault(text, "one\ntwo\n").sentence(), sentence, "{text}");
}

#[test]
fn a_fault_is_a_sentence_with_line_and_column() {
    let map = |body: &str| format!("fn map(name, text) {{\n  {body}\n}}{REDUCE}");
    check(&map("fro x in 1"), "Line 2, column 3 of the code: there is no variable “fro”.");
    check(
        &map("for word in wrods(text) { emit(word, 1); }"),
        "Line 2, column 15 of the code, in map at line 1 of sample: there is no function “wrods” that takes text.",
    );
    check(
        &map("emit(1, 2, 3);"),
        "Line 2, column 3 of the code, in map at line 1 of sample: there is no function “emit” that takes a number, a number, a number.",
    );
    check(
        &map("emit(name, 1 - text);"),
        "Line 2, column 16 of the code, in map at line 1 of sample: “-” is not for a number and text.",
    );
    check(
        "fn map(name, text) { emit(\"a\", 1); }\nfn reduce(key, values) { throw \"no way\" }",
        "Line 2, column 26 of the code, in reduce of “a”: it throws “no way”.",
    );
    check("fn map(name, text) { }", "The code: there is no function “reduce(key, values)”.");
}

#[test]
fn what_has_no_place_in_the_text_is_told_at_its_function() {
    check(
        &format!("// It never ends.\n  fn map (name, text) {{ loop {{ }} }}{REDUCE}"),
        "Line 2, column 3 of the code, in map of sample: it takes too many steps: does a loop never end?",
    );
    check(
        "fn map(name, text) { emit(\"a\", 1); }\nfn reduced() { 1 }\nfn reduce(key, values) { }",
        "Line 3, column 1 of the code, in reduce of “a”: “reduce” is to return text or a whole number, and returns nothing.",
    );
}

#[test]
fn what_is_long_is_told_in_part() {
    let long = "x".repeat(1_000);
    let text = format!(
        "fn map(name, text) {{ emit(\"{long}\", 1); }}\nfn reduce(key, values) {{ throw key }}"
    );
    let sentence = fault(&text, "one\n").sentence();
    assert!(sentence.chars().count() < 450 && sentence.ends_with('…'), "{sentence}");
}

/// The words of one text are all from it: only with another does the order of names show.
#[test]
fn a_sample_of_several_texts_shows_who_minds_their_order() {
    let indexer = "fn map(name, text) { for word in words(text) { emit(word, name); } }
        fn reduce(key, values) { join(values, \",\") }";
    let several = |names: &[&str]| -> Vec<(String, String)> {
        names.iter().map(|name| ((*name).to_owned(), "the sea".to_owned())).collect()
    };
    let of = |sample: &[(String, String)]| check::insensitive(&compiled(indexer), sample, 7);
    assert_eq!(of(&one("the sea the")), Ok(Insensitive::Same { keys: 1 }));
    let Ok(Insensitive::Differs(it)) = of(&several(&["a.txt", "b.txt", "c.txt"])) else {
        panic!("names are joined as they come")
    };
    assert_eq!(it.first_result, "a.txt,b.txt,c.txt");
    let sampled = compiled(indexer).sample(&several(&["a.txt", "b.txt"])).expect("it is right");
    assert_eq!(sampled.pairs.len(), 4);
}

#[test]
fn a_record_that_is_thrown_at_is_told_with_its_text() {
    let fragile =
        format!("fn map(name, text) {{ if text.contains(\"!!\") {{ throw \"what\" }} }}{REDUCE}");
    let texts = [("a.txt", "fine\n"), ("b.txt", "fine\n!!\n")];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let sampled = compiled(&fragile).sample(&texts).expect("bad records are no fault");
    assert_eq!(sampled.bad, [("b.txt".to_owned(), 2, "what".to_owned())]);
}
