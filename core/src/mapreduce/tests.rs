//! Tests of the jobs, of files, and of the machines by themselves.

use std::collections::BTreeSet;

use super::file::{Content, Durable, FileName, Files};
use super::functions::{BUILT_IN, built_in};
use super::job::{MapAsk, by_hash, map, sequential};
use super::task::Task;
use crate::bytes::Bytes;
use crate::machine::{Change, Disk};

fn texts(texts: &[&str]) -> Vec<(String, Vec<Bytes>)> {
    let named = |(number, text): (usize, &&str)| (format!("t{number}"), vec![Bytes::from(*text)]);
    texts.iter().enumerate().map(named).collect()
}

fn output(job: &str, from: &[&str], parts: u32, combine: bool) -> String {
    let functions = (built_in(job).expect("it is in the list").functions)();
    let made = sequential(&*functions, &texts(from), parts, combine);
    let mut lines: Vec<String> = made
        .iter()
        .flat_map(|it| it.text.text().lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    lines.sort();
    lines.join("\n")
}

#[test]
fn built_in_jobs_do_what_they_are_for() {
    let check = |job: &str, from: &[&str], wanted: &str| {
        for parts in [1, 3, 10] {
            for combine in [false, true] {
                assert_eq!(output(job, from, parts, combine), wanted, "{job} in {parts}");
            }
        }
    };
    check("wc", &["a b a", "b, b\nc'a"], "a 3\nb 3\nc 1");
    check("indexer", &["a b a", "b c"], "a 1 t0\nb 2 t0,t1\nc 1 t1");
    check("grep", &["by the sea\nno", "seal"], "t0:000001 by the sea\nt1:000001 seal");
    check("url-count", &["x /a 200\ny /b 200\n", "x /a 404"], "/a 2\n/b 1");
    check("reverse-links", &["p q r\nq r", "r p"], "p r\nq p\nr p,q");
    check("sort", &["zz 1\naa 2\n", "mm 3"], "aa 2\nmm 3\nzz 1");
    check("page-rank", &["p q r\nq r\nr p"], "p 1000000 q r\nq 575000 r\nr 1425000 p");
    check("fragile-wc", &["a b\n!! a\na", "!! b\n!! c"], "a 2\nb 1");
}

#[test]
fn the_partition_is_the_courses() {
    // The letters a to j go to these of ten parts.
    let parts: Vec<u32> = (b'a'..=b'j').map(|key| by_hash(&[key], 10)).collect();
    assert_eq!(parts, [2, 9, 0, 5, 6, 3, 4, 3, 4, 1]);
}

#[test]
fn names_of_jobs_are_theirs() {
    for job in BUILT_IN {
        assert_eq!((job.functions)().name(), job.name);
    }
}

#[test]
fn a_combiner_changes_what_crosses_the_network_and_nothing_else() {
    let functions = (built_in("wc").expect("it is in the list").functions)();
    let text = [Bytes::from("the the the the end of the end")];
    let skip = BTreeSet::new();
    let ask = MapAsk { name: "t", text: &text, parts: 1, combine: true, skip: &skip, salt: 0 };
    let (with, without) =
        (map(&*functions, &ask), map(&*functions, &MapAsk { combine: false, ..ask }));
    assert_eq!((with.pairs, without.pairs), (8, 8));
    assert!(with.buckets[0].len() * 2 < without.buckets[0].len());
}

const PART: FileName = FileName::Part { run: 1, task: Task::map(0, 1), attempt: 1, part: 0 };
const BUCKET: FileName = FileName::Bucket { round: 0, map: 1, part: 0 };

fn piece(writer: u64, piece: u32, text: &str) -> Durable {
    let content = Content::new(Bytes::from(text), text.len() as u64);
    Durable::Write { writer, piece, files: vec![(PART, content)] }
}

fn rename(writer: u64) -> Durable {
    Durable::Rename { writer, names: vec![(PART, BUCKET)] }
}

fn held(changes: &[Durable], name: FileName) -> Option<String> {
    let mut disk = Files::default();
    changes.iter().for_each(|change| disk.write(change));
    disk.content(name).map(|content| content.bytes().text().into_owned())
}

#[test]
fn a_file_is_whole_when_it_is_renamed_whatever_comes_twice_or_late() {
    let straight = [piece(7, 0, "ab"), piece(7, 1, "cd"), rename(7)];
    assert_eq!(held(&straight, BUCKET).as_deref(), Some("abcd"));
    let twice = [&straight[..2], &straight[..2], &straight[2..], &straight[..]].concat();
    assert_eq!(held(&twice, BUCKET).as_deref(), Some("abcd"));
    assert_eq!(held(&twice, PART), None);
}

#[test]
fn two_who_write_under_one_name_break_what_they_write() {
    // t1 one writes all of it, t2 another opens the name, t3 the first renames.
    let crossed = [piece(7, 0, "ab"), piece(7, 1, "cd"), piece(8, 0, "ab"), rename(7)];
    assert_eq!(held(&crossed, BUCKET).as_deref(), Some("ab"));
}

#[test]
fn a_crash_leaves_a_part_of_what_is_written() {
    let change = piece(7, 0, "abcd");
    assert_eq!(change.parts(), 2);
    let torn = change.torn(1).expect("a part was written");
    assert_eq!(held(&[torn], PART).as_deref(), Some("ab"));
    assert_eq!(change.torn(0), None);
    assert_eq!(rename(7).torn(0), None);
}
