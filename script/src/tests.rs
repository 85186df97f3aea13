//! A script against the jobs that are built in, bombs against the limits, and each check against a
//! script that deserves it.

mod told;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::job::{Functions, sequential};
use rhai::INT;

use crate::check;
use crate::fault::{Fault, Place};
use crate::found::{Deterministic, Insensitive};
use crate::limits;
use crate::program::Program;
use crate::script::Script;

const COUNT: &str = "fn map(name, text) {
    for word in words(text) { emit(word, 1); }
}
fn reduce(key, values) { sum(values) }
";

fn compiled(text: &str) -> Script {
    Script::compile(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

/// Texts with letters of other alphabets, lines that are empty, and no end of the last line.
fn texts() -> Vec<(String, Vec<Bytes>)> {
    let texts = [
        ("a.txt", "The sea, the sea!\n\nNaïve — 'tis naïve; 42 times 007.\nthe end"),
        ("b.txt", "End of the world\nsea-shell\n"),
    ];
    texts.iter().map(|(name, text)| ((*name).to_owned(), vec![Bytes::from(*text)])).collect()
}

fn output(functions: &dyn Functions, parts: u32, combine: bool) -> Vec<String> {
    let parts = sequential(functions, &texts(), parts, combine);
    parts.iter().map(|part| part.text.text().into_owned()).collect()
}

fn built(name: &str) -> Box<dyn Functions> {
    (built_in(name).expect("it is built in").functions)()
}

/// A text as a sample.
fn one(text: &str) -> Vec<(String, String)> {
    vec![("sample".to_owned(), text.to_owned())]
}

/// The fault of a script that is run over a text.
fn fault(text: &str, sample: &str) -> Fault {
    match Script::compile(text) {
        Err(fault) => fault,
        Ok(script) => script.sample(&one(sample)).expect_err(text),
    }
}

#[test]
fn scripts_write_what_built_in_jobs_write() {
    let combined = format!("{COUNT}fn combine(key, values) {{ sum(values) }}\n");
    let indexer = "fn map(name, text) { for word in distinct(words(text)) { emit(word, name); } }
         fn reduce(key, values) { let all = distinct(values); `${all.len()} ${join(all, \",\")}` }";
    for (text, name) in [(COUNT, "wc"), (&*combined, "wc"), (indexer, "indexer")] {
        for (parts, combine) in [(1, true), (7, true), (7, false)] {
            let script = compiled(text);
            assert_eq!(output(&script, parts, combine), output(&*built(name), parts, combine));
            assert_eq!(script.fault(), None);
        }
    }
}

#[test]
fn a_combiner_makes_one_pair_of_many() {
    let plain = compiled(COUNT);
    let combined = compiled(&format!("{COUNT}fn combine(key, values) {{ sum(values) }}\n"));
    let pairs = |script: &Script| {
        let ask = netsplit_core::mapreduce::job::MapAsk {
            name: "a",
            text: &[Bytes::from("to be or not to be")],
            parts: 1,
            combine: true,
            skip: &Default::default(),
            salt: 0,
        };
        let made = netsplit_core::mapreduce::job::map(script, &ask);
        (made.pairs, netsplit_core::mapreduce::emit::pairs_in(&made.buckets[0]).count())
    };
    assert_eq!((pairs(&plain), pairs(&combined)), ((6, 6), (6, 4)));
}

#[test]
fn a_script_may_choose_the_part_of_a_key() {
    let text =
        format!("{COUNT}fn partition(key, parts) {{ if key[0] < 'n' {{ 0 }} else {{ 1 }} }}");
    let parts = output(&compiled(&text), 2, false);
    assert!(parts[0].contains("end 1\n") && !parts[0].contains("the "), "{parts:?}");
    assert!(parts[1].contains("the 3\n") && !parts[1].contains("end "), "{parts:?}");
    let outside = compiled(&format!("{COUNT}fn partition(key, parts) {{ parts }}"));
    output(&outside, 2, false);
    let fault = outside.fault().expect("there are two parts");
    assert!(matches!(fault.place, Place::Partition { .. }), "{fault}");
    assert!(fault.message.contains("a number below 2"), "{fault}");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |text: &str, line: u32, column: u32, place: Place, words: &str| {
        let fault = fault(text, "one\ntwo\nthree\n");
        assert_eq!((fault.line, fault.column, &fault.place), (line, column, &place), "{fault}");
        assert!(fault.message.contains(words), "{fault}");
    };
    let at = |line| Place::Map { split: "sample".to_owned(), line };
    let reduce = "\nfn reduce(key, values) { 1 }";
    check("fn map(name, text) {", 1, 21, Place::Compile, "");
    check("fn map(name, text) { emti(name, 1) }", 0, 0, Place::Compile, "no function `reduce(key");
    check("fn reduce(key, values) {}", 0, 0, Place::Compile, "no function `map(name, text)`");
    check(&format!("fn map(text) {{}}{reduce}"), 1, 1, Place::Compile, "`map` takes 2 arguments");
    check(&format!("fn map(name, text) {{ nmae }}{reduce}"), 1, 22, Place::Compile, "nmae");
    check(&format!("fn map(name, text) {{ emti(name, 1) }}{reduce}"), 1, 22, at(Some(1)), "emti");
    let second =
        "fn map(name, text) {\n  if text.contains(\"two\") { let x = [1]; emit(name, x[3]); }\n}";
    check(&format!("{second}{reduce}"), 2, 55, at(Some(2)), "");
    let nothing = "fn map(name, text) { emit(\"k\", 1) }\nfn reduce(key, values) { }";
    let of_key = Place::Reduce { key: "k".to_owned() };
    check(nothing, 2, 1, of_key.clone(), "returns nothing");
    let emits = "fn map(name, text) { emit(\"k\", 1) }\nfn reduce(key, values) { emit(key, 1); 1 }";
    check(emits, 2, 26, of_key, "only `map` emits");
}

#[test]
fn a_record_that_is_thrown_at_is_left_out() {
    let text = "fn map(name, text) {
        for line in lines(text) {
            if line.starts_with(\"!!\") { throw `what is ${line}`; }
            for word in words(line) { emit(word, 1); }
        }
    }
    fn reduce(key, values) { sum(values) }";
    let (script, fragile) = (compiled(text), built("fragile-wc"));
    let splits = [("x".to_owned(), vec![Bytes::from("a b\n!! c\na\n!! d\nb b\n")])];
    let texts = |functions: &dyn Functions| {
        let parts = sequential(functions, &splits, 2, true);
        parts.iter().map(|part| part.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!((texts(&script), script.fault()), (texts(&*fragile), None));
    let sampled = script.sample(&one("a b\n!! c\na\n")).expect("bad records are no fault");
    assert_eq!(sampled.bad, [("sample".to_owned(), 2, "what is !! c".to_owned())]);
    // No line alone is to blame: then it is the script.
    let whole = "fn map(name, text) { if lines(text).len() > 1 { throw \"two\" } }
        fn reduce(key, values) { 1 }";
    let fault = fault(whole, "a\nb\n");
    assert_eq!(fault.place, Place::Map { split: "sample".to_owned(), line: None });
}

#[test]
fn bombs_are_stopped() {
    let map =
        |body: &str| format!("fn map(name, text) {{ {body} }}\nfn reduce(key, values) {{ 1 }}");
    let deep = format!("emit(name, {}1{})", "(1 + ".repeat(2_000), ")".repeat(2_000));
    let forever = format!("{}\nfn f(n) {{ f(n + 1) }}", map("f(1)"));
    let bombs = [
        (map("loop { }"), "too many steps"),
        (map("let i = 0; while i >= 0 { i += 1; }"), "too many steps"),
        (forever, "call each other"),
        (map("let s = \"ab\"; loop { s += s; }"), "too large"),
        (map("let a = [1, 2]; loop { a += a; }"), "too large"),
        (map("let m = #{}; let i = 0; loop { m[`${i}`] = i; i += 1; }"), "too"),
        (map("loop { emit(\"a long key that is emitted again and again\", text); }"), "too large"),
        (map("let i = 0; loop { count(`a counter with a number, ${i}`); i += 1; }"), "too"),
        (map(&deep), ""),
        (map("eval(\"1\")"), ""),
        (format!("//{}", "x".repeat(limits::TEXT)), "at most 64 KB"),
    ];
    // On a stack as those have on which scripts run.
    let stack = std::thread::Builder::new().stack_size(limits::STACK);
    let run = move || {
        for (text, words) in bombs {
            let fault = fault(&text, "a line\nand another\n");
            println!("{fault}");
            assert!(fault.message.contains(words), "{}: {fault}", &text[..60.min(text.len())]);
        }
    };
    stack.spawn(run).expect("there is room for a thread").join().expect("all were stopped");
}

#[test]
fn what_is_counted_is_never_too_large_for_a_number() {
    let by = |number: INT| COUNT.replace("emit(word, 1)", &format!("count(\"x\", {number})"));
    let fault = fault(&by(INT::MAX), "one two three");
    assert!(fault.message.contains("one call counts is too large"), "{fault}");
    assert_eq!(
        (fault.line, &fault.place),
        (2, &Place::Map { split: "sample".into(), line: Some(1) })
    );
    // Each call may count as much as there is; all together have no more than that.
    let texts: Vec<_> = ["a", "b", "c"].map(|name| (name.to_owned(), "one".to_owned())).into();
    let sampled = compiled(&by(INT::MAX)).sample(&texts).expect("a word in each");
    assert_eq!(sampled.counters, [("x".to_owned(), u64::MAX)]);
}

#[test]
fn a_script_that_fails_is_not_asked_line_by_line() {
    let text = "fn map(name, text) { loop { } }\nfn reduce(key, values) { 1 }";
    let script = compiled(text);
    let lines = "a line\n".repeat(1_000);
    let splits = [("x".to_owned(), vec![Bytes::from(&*lines)])];
    assert_eq!(*sequential(&script, &splits, 1, true)[0].text, *b"");
    let took = script.0.steps.load(std::sync::atomic::Ordering::Relaxed);
    assert!(took < 2 * limits::STEPS, "{took} steps: one call");
    assert!(script.fault().is_some());
}

#[test]
fn what_all_calls_take_together_is_limited() {
    let text = "fn map(name, text) { for word in words(text) { emit(word, 1) } }
        fn reduce(key, values) { let i = 0; while i < 200000 { i += 1; } 1 }";
    let (script, mut calls) = (compiled(text), 0);
    let before = limits::STEPS_OF_RUN - 5 * limits::STEPS;
    script.0.steps.store(before, std::sync::atomic::Ordering::Relaxed);
    while script.fault().is_none() {
        calls += 1;
        assert!(calls < 1_000, "a run would take for ever");
        script.reduce(b"k", &[b"1"]);
    }
    let fault = script.fault().expect("it was looked for");
    assert!(calls > 5 && fault.message.contains("all the steps"), "{fault}");
    assert_eq!(script.fresh().fault(), None);
}

#[test]
fn a_script_has_neither_clock_nor_chance() {
    for call in ["timestamp()", "rand()", "now()", "random()", "import \"x\" as y"] {
        let text = format!("fn map(name, text) {{ {call}; }}\nfn reduce(key, values) {{ 1 }}");
        fault(&text, "a\n");
    }
}

#[test]
fn what_differs_from_run_to_run_is_found() {
    let script = compiled(COUNT);
    let sample = one("to be or not to be");
    assert_eq!(check::deterministic(&script, &sample), Ok(Deterministic::Same));
    // No script can do it, so an engine that has a clock shows that it would be seen.
    let text = "fn map(name, text) { emit(\"at\", clock()); } fn reduce(key, values) { values[0] }";
    let (text, clock): (Arc<str>, Rc<Cell<INT>>) = (text.into(), Rc::default());
    let fresh = || {
        let clock = Rc::clone(&clock);
        let add = move |engine: &mut rhai::Engine| {
            engine.register_fn("clock", move || {
                clock.set(clock.get() + 1);
                clock.get()
            });
        };
        Program::with_more(&text, add).expect("it is right")
    };
    let script = compiled(&text);
    let found = check::deterministic_in(&script, &sample, fresh);
    let (first, second) = ("at 1".to_owned(), "at 2".to_owned());
    assert_eq!(found, Ok(Deterministic::Differs { first, second }));
}

#[test]
fn who_minds_the_order_of_values_is_found() {
    let insensitive = |text: &str| check::insensitive(&compiled(text), &one("c a b\na d\n"), 7);
    assert_eq!(insensitive(COUNT), Ok(Insensitive::Same { keys: 1 }));
    let map = "fn map(name, text) { let i = 0; for word in words(text) { i += 1; emit(\"all\", word); } }";
    let joins = format!("{map}\nfn reduce(key, values) {{ join(values, \",\") }}");
    let Ok(Insensitive::Differs(it)) = insensitive(&joins) else { panic!("it joins as they come") };
    assert_eq!((&*it.key, it.combined, &*it.first_result), ("all", false, "c,a,b,a,d"));
    assert_eq!((it.first.join(","), it.second.join(",")), (it.first_result, it.second_result));
    let sorts = format!("{map}\nfn reduce(key, values) {{ join(sorted(values), \",\") }}");
    assert_eq!(insensitive(&sorts), Ok(Insensitive::Same { keys: 1 }));
}

#[test]
fn a_combiner_that_changes_the_result_is_found() {
    let insensitive = |combine: &str| {
        let text = format!("{COUNT}fn combine(key, values) {{ {combine} }}");
        check::insensitive(&compiled(&text), &one("c a b\na d a\n"), 7)
    };
    assert_eq!(insensitive("sum(values)"), Ok(Insensitive::Same { keys: 1 }));
    // It counts portions, not values: right for those that hold one.
    let Ok(Insensitive::Differs(it)) = insensitive("values.len()  - values.len() + 1") else {
        panic!("portions are no values")
    };
    assert_eq!((&*it.key, it.combined, &*it.first_result), ("a", true, "3"));
    // Also where a value alone is changed, of which there is no order.
    let Ok(Insensitive::Differs(it)) = insensitive("sum(values) + 1") else { panic!("one more") };
    assert!(it.combined);
}

#[test]
fn a_sample_is_shown_in_part() {
    let text = COUNT.replace("emit(word, 1)", "emit(word, 1); count(\"words\")");
    let many: String = (0..300).map(|i| format!("w{} ", "x".repeat(i))).collect();
    let sampled = compiled(&text).sample(&one(&many)).expect("it is right");
    assert_eq!((sampled.pairs.len(), sampled.pairs_left), (200, 100));
    assert_eq!((sampled.output.len(), sampled.output_left), (200, 100));
    assert_eq!(sampled.counters, [("words".to_owned(), 300)]);
    assert_eq!(sampled.deterministic, Deterministic::Same);
    assert!(sampled.output.iter().all(|(key, _)| key.chars().count() <= 201));
}

#[test]
fn numbers_are_numbers_and_nothing_else_is() {
    let check = |text: &str, number: Option<INT>| {
        assert_eq!(crate::helpers::number_from(text), number, "{text}");
    };
    check("0", Some(0));
    check("42", Some(42));
    check("-7", Some(-7));
    check("9223372036854775807", Some(INT::MAX));
    for text in ["", "007", "+1", "-0", "1.5", "1 ", "9223372036854775808", "-"] {
        check(text, None);
    }
}
