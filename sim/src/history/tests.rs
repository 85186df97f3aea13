//! What is written is read back, what is wrong is told with its place, and
//! nothing that comes from outside brings anything down.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{History, Outcome};
use netsplit_core::kv as kv_spec;
use netsplit_core::rng::Rng;
use netsplit_core::transaction::{Access, Results};

use super::made::{self, Plan};
use super::*;

const PLAN: Plan = Plan {
    clients: 4,
    ops: 30,
    keys: 2,
    values: 3,
    unknown: 150,
    failed: 150,
    reads: 40,
    dependent: 50,
};

fn known(seed: u64) -> Known {
    match seed % 3 {
        0 => Known::Kv(made::kv(&PLAN, seed)),
        1 => Known::Append(made::append(&PLAN, seed)),
        _ => Known::Register(made::register(&PLAN, seed)),
    }
}

#[test]
fn what_is_written_is_read_back() {
    for seed in 0..50 {
        let known = known(seed);
        assert_eq!(read(known.json_lines().as_bytes(), None), Ok(known.clone()), "seed {seed}");
        assert_eq!(read(known.edn().as_bytes(), None), Ok(known.clone()), "seed {seed}");
        let vector = format!("[{}]", known.edn());
        assert_eq!(read(vector.as_bytes(), None), Ok(known), "seed {seed}");
    }
}

#[test]
fn bytes_that_are_no_text_are_written_too() {
    let mut history = History::new();
    for content in [&[0, 255, 34][..], b"\"\\\n\x7f", "ä\u{1F600}".as_bytes(), b""] {
        let (key, value) = (Bytes::from(content), Bytes::from(content));
        let session = netsplit_core::history::Session(7);
        let node = netsplit_core::id::NodeId::from_index(2);
        let at = netsplit_core::time::Time::from_micros(5);
        history.invoke(session, node, at, kv_spec::Call::Put { key: key.clone(), value });
        let id = netsplit_core::history::OpId::from_index(history.len() as u32 - 1);
        history.returned(id, at, Outcome::Ok(kv_spec::Reply::Done));
        let id = history.invoke(session, node, at, kv_spec::Call::Get { key });
        history.returned(id, at, Outcome::Ok(kv_spec::Reply::Value(content.into())));
    }
    let known = Known::Kv(history);
    assert_eq!(read(known.json_lines().as_bytes(), None), Ok(known.clone()));
    assert_eq!(read(known.edn().as_bytes(), None), Ok(known));
}

/// Every word of the store, each with an answer that it can have.
#[test]
fn all_words_of_the_store_are_written_and_read() {
    use netsplit_core::history::Session;
    use netsplit_core::id::NodeId;
    use netsplit_core::replicated::service::Text as _;
    use netsplit_core::time::Time;
    let words = [
        ("get x", "= 1"),
        ("version x", "= 1 3"),
        ("version x", "ErrNoKey"),
        ("put x 1", "done"),
        ("append x 1", "done"),
        ("append-get x 1", "= \"a b\""),
        ("put-if x 3 1", "done"),
        ("put-if x 3 1", "ErrVersion"),
        ("put-if x 3 1", "ErrMaybe"),
        ("swap x 1 2", "done"),
        ("swap x 1 2", "ErrDiffers"),
        ("delete x", "done"),
    ];
    let mut history = History::new();
    for (call, reply) in words {
        let call = kv_spec::Call::from_text(call).unwrap_or_else(|| panic!("{call}"));
        let reply = kv_spec::Reply::from_text(reply).unwrap_or_else(|| panic!("{reply}"));
        let id = history.invoke(Session(1), NodeId::from_index(0), Time::ZERO, call);
        history.returned(id, Time::ZERO, Outcome::Ok(reply));
    }
    let known = Known::Kv(history);
    assert_eq!(read(known.json_lines().as_bytes(), None), Ok(known.clone()));
    assert_eq!(read(known.edn().as_bytes(), None), Ok(known));
    for wrong in ["\"a\"", "[1]", "[-1, \"a\"]"] {
        let line = format!(
            "{{\"process\":0,\"type\":\"invoke\",\"f\":\"put-if\",\"key\":\"x\",\"value\":{wrong}}}"
        );
        assert!(read(line.as_bytes(), Some(Service::Kv)).is_err(), "{wrong}");
    }
}

/// Reads a register's history and prints it in few words.
fn outcomes(text: &str) -> String {
    match read(text.as_bytes(), Some(Service::Register)) {
        Ok(Known::Register(history)) => {
            let ops = history.iter().map(|(_, op)| {
                let outcome = match &op.outcome {
                    Outcome::Ok(reply) => reply.to_string(),
                    Outcome::Failed => "failed".to_owned(),
                    Outcome::Unknown => "unknown".to_owned(),
                };
                format!("{}: {outcome}", op.call)
            });
            ops.collect::<Vec<String>>().join("; ")
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn every_form_says_the_same() {
    let said = "write 3: done; cas 3 4: not swapped; cas 3 5: failed; read: 3; write 9: unknown";
    let log = "\u{feff}INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - 0\t:ok\t:write\t3

INFO  jepsen.util - 0\t:invoke\t:cas\t[3 4]
INFO  jepsen.util - 0\t:fail\t:cas\t[3 4]
INFO  jepsen.util - 0\t:invoke\t:cas\t[3 5]
INFO  jepsen.util - 0\t:fail\t:cas\t:timed-out
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:ok\t:read\t3
INFO  jepsen.util - 1\t:invoke\t:write\t9
INFO  jepsen.util - 1\t:info\t:write\t:timed-out
";
    assert_eq!(outcomes(log), said);
    let edn = "; a comment
#jepsen.history.Op{:index 0, :time 12, :process 0, :type :invoke, :f :write, :value 3}
{:process 0, :type :ok, :f :write, :value 3} {:process :nemesis, :type :info, :f :kill}
{:process 0, :type :invoke, :f :cas, :value [3 4]} {:process 0, :type :fail, :f :cas, :value [3 4]}
{:process 0, :type :invoke, :f :cas, :value [3 5]}
{:process 0, :type :fail, :f :cas, :value [3 5], :error :unavailable}
{:process 1, :type :invoke, :f :read, :value nil} {:process 1, :type :ok, :f :read, :value 3}
{:process 1, :type :invoke, :f :write, :value 9} {:process 1, :type :info, :f :write, :value 9}";
    assert_eq!(outcomes(edn), said);
    let keyed = "{:process 0, :type :invoke, :f :cas, :value [7 [1 2]]}
{:process 0, :type :ok, :f :cas, :value [7 [1 2]]}
{:process 0, :type :invoke, :f :read, :value [8 nil]}
{:process 0, :type :ok, :f :read, :value [8 1]}";
    assert_eq!(outcomes(keyed), "cas 7 1 2: swapped; read 8: 1");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |text: &str, told: &str| {
        let error = read(text.as_bytes(), Some(Service::Register)).expect_err(text);
        assert_eq!(error.to_string(), told, "{text}");
    };
    check("{:process 0", "1:1: expected a `}` for this");
    check("\n  7", "2:3: expected an event: `{` and its fields, or `INFO`");
    check("{:process 0 :type}", "1:18: expected a value for this key");
    check("{\"process\" 0}", "1:12: expected a `:` behind this key");
    check("{:process 0 :f :read}", "1:1: expected a field `type` in this event");
    let expected = "1:19: expected invoke, ok, fail or info, found `oik`";
    check("{:process 0 :type :oik :f :read}", expected);
    check("{:process -1 :type :ok, :f :read}", "1:11: expected the number of a process");
    check(
        "{:process 0 :type :ok :f :read}",
        "1:1: expected that process 0 asks for something first",
    );
    let twice = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :invoke :f :read}";
    check(twice, "2:1: expected the return of what process 0 asked before");
    let other = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :write}";
    check(other, "2:26: expected `read`, which process 0 asked for");
    check(
        "{:process 0 :type :invoke :f :get}",
        "1:30: expected a function of `register`, one of read, write, cas, found `get`",
    );
    check(
        "{:process 0 :type :invoke :f :write :value \"ä\\q\"}",
        "1:46: expected one of \\n \\t \\r \\b \\f \\\" \\\\ \\/ \\u",
    );
    check(
        "{:process 0 :type :invoke :f :cas :value [1]}",
        "1:42: expected two whole numbers, as in [1 2]",
    );
    check("INFO jepsen.util - 0 :invoke", "1:29: expected a function, found the end of the line");
    check("[{:process 0 :type :invoke :f :read}", "1:37: expected a `]`, found the end");
    check(&"[".repeat(100), "1:19: expected no more than 16 values inside of each other");
    let error = read(b"{\xff}", None).expect_err("it is no text");
    assert_eq!(error.to_string(), "1:2: expected UTF-8");
    let error = read(b"{:process 0 :type :ok :f :enqueue}", None).expect_err("nobody knows it");
    let all = "get, version, put, append, append-get, put-if, swap, delete, read, write, cas, txn";
    assert_eq!(error.to_string(), format!("1:26: expected one of {all}, found `enqueue`"));
}

#[test]
fn what_is_too_much_is_refused() {
    let large = vec![b' '; limits::TEXT_BYTES + 1];
    let error = read(&large, None).expect_err("it is too large");
    assert_eq!(error.message, "expected no more than 67108864 bytes");
    let many = format!("[{}", "{:a [".to_owned() + &"1 ".repeat(limits::VALUES));
    let error = read(many.as_bytes(), None).expect_err("there are too many");
    assert_eq!(error.message, "expected no more than 100000 values in one event");
    let many = (0..=limits::PROCESSES)
        .map(|process| format!("{{:process {process} :type :invoke :f :read}}\n"));
    let error = read(many.collect::<String>().as_bytes(), None).expect_err("there are too many");
    assert_eq!(error.to_string(), "100001:1: expected no more than 100000 processes");
}

/// Any text is read or refused, and a place is in the text.
#[test]
fn nothing_brings_it_down() {
    let log =
        "INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]\nINFO  jepsen.util - 0\t:ok\t:cas\t[1 2]\n";
    let mut rng = Rng::new(11);
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        "(",
        "#",
        ":",
        "\"",
        "\\",
        "\\u",
        "nil",
        ";",
        "\n",
        "-",
        "INFO",
        " - ",
        "\u{feff}",
        "9999999999999999999",
        "\u{0}",
        "é",
    ];
    let mut read_well = 0;
    for round in 0..20_000_u64 {
        let mut text: Vec<u8> = match round % 4 {
            0 => known(round / 4 % 8).json_lines().into_bytes(),
            1 | 2 => known(round / 4 % 8).edn().into_bytes(),
            _ => log.repeat(3).into_bytes(),
        };
        // Whole lines, so that some can still be read.
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        text = lines.take(16).flatten().copied().collect();
        for _ in 0..rng.between(0, 4) {
            let at = rng.below(text.len() as u64 + 1) as usize;
            let to = (at + rng.below(30) as usize).min(text.len());
            match rng.below(4) {
                0 => drop(text.drain(at..to)),
                1 => {
                    let piece = pieces[rng.below(pieces.len() as u64) as usize];
                    text.splice(at..at, piece.bytes());
                }
                2 => text.truncate(at),
                _ => {
                    if let Some(byte) = text.get_mut(at) {
                        *byte = rng.next_u64() as u8;
                    }
                }
            }
        }
        let service = [None, Some(Service::Kv), Some(Service::Register)][rng.below(3) as usize];
        match read(&text, service) {
            Ok(known) => {
                read_well += 1;
                // What is open in the end is not written as anything else.
                assert_eq!(read(known.edn().as_bytes(), service), Ok(known), "round {round}");
            }
            Err(error) => {
                let lines = text.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
                assert!((1..=lines).contains(&error.line) && error.column >= 1, "{error}");
                assert!(error.message.starts_with("expected "), "{error}");
            }
        }
    }
    assert!(read_well > 1_000, "only {read_well} texts could be read");
}

#[test]
fn transactions_are_read_as_elle_cli_writes_them() {
    let text = "
        {:type :invoke, :f :txn, :value [[:append :x 1] [:r :y nil]], :process 0, :index 0, :time 1000}
        {:type :invoke, :f :txn, :value [[:r 5 nil]], :process 1, :index 1}
        {:type :ok, :f :txn, :value [[:append :x 1] [:r :y [1 2]]], :process 0, :index 2, :time 9000}
        {:type :info, :f :txn, :value [[:r 5 nil]], :process 1, :index 3, :error :timeout}";
    let Ok(Known::Append(history)) = read(text.as_bytes(), None) else { panic!("{text}") };
    let ops: Vec<_> = history.iter().map(|(_, op)| op).collect();
    let key = Bytes::from("x");
    let asked = [Access::Append { key, value: 1 }, Access::Read { key: "y".into() }];
    assert_eq!(ops[0].call.0, asked);
    assert_eq!(ops[0].reply(), Some(&Results(vec![vec![1, 2]])));
    assert_eq!((&*ops[1].call.0[0].key().text(), &ops[1].outcome), ("5", &Outcome::Unknown));

    let written = Known::Append(history).edn();
    let lines: Vec<&str> = written.lines().collect();
    let first = "{:index 0, :process 0, :node 1, :time 1000, :type :invoke, :f :txn, \
                 :value [[:append \"x\" 1] [:r \"y\" nil]]}";
    let third = "{:index 2, :process 0, :node 1, :time 9000, :type :ok, :f :txn, \
                 :value [[:append \"x\" 1] [:r \"y\" [1 2]]]}";
    assert_eq!((lines[0], lines[2]), (first, third));
}

#[test]
fn what_is_wrong_with_a_transaction_is_told() {
    let event = |kind: &str, value: &str| {
        format!("{{:process 0, :type :{kind}, :f :txn, :value {value}}}\n")
    };
    let wrong = |text: &str| read(text.as_bytes(), None).expect_err("it is wrong").to_string();
    for (value, message) in [
        ("7", "1:45: expected a list of accesses, as in [[:append :x 1] [:r :y nil]]"),
        ("[[:append :x]]", "1:45: expected each access as [:append key value] or [:r key list]"),
        ("[[:w :x 1]]", "1:45: expected each access as [:append key value] or [:r key list]"),
        ("[[:append :x -1]]", "1:45: expected an appended value of 0 or more"),
        ("[[:r nil nil]]", "1:45: expected a key: a text or a number"),
    ] {
        assert_eq!(wrong(&event("invoke", value)), message);
    }
    let asked = event("invoke", "[[:r :x nil]]");
    let other = wrong(&(asked.clone() + &event("ok", "[[:r :y []]]")));
    assert_eq!(other, "2:41: expected the accesses that were asked for");
    let list = wrong(&(asked + &event("ok", "[[:r :x [a]]]")));
    assert_eq!(list, "2:41: expected what was read: a list of whole numbers, or nil");
}
