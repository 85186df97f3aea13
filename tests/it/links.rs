//! Links kept for ever: each opens, at its moment, with its fingerprint.
//!
//! `tests/links` holds one file a generation; a line is a fingerprint and the
//! link. A link that was published is never changed or taken out: a change that
//! moves a fingerprint raises the generation and begins a file of its own.
//! `REWRITE=1` writes the fingerprints of the present generation anew, which is
//! right only before it is published.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use netsplit_sim::link::{GENERATION, Link};
use netsplit_sim::open::{self, Claim};
use netsplit_sim::timeline::Progress;

use crate::kept;

/// More steps than any link here takes.
const STEPS: u64 = 200_000;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/links"))
}

/// The fingerprint at a link's moment, and whether it is the one it claims.
fn open_link(text: &str) -> (u64, Claim) {
    let mut opened = open::link(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(opened.advance(STEPS), Progress::Reached, "{text}");
    assert_eq!(opened.run.moment().at, opened.link.moment.at, "{text}");
    (opened.run.fingerprint().value(), opened.claim())
}

#[test]
fn the_readme_shows_the_moments_it_tells_of() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"));
    let readme = readme.expect("the project has one");
    let links: Vec<&str> = readme.split('(').filter(|text| text.contains("/#s")).collect();
    assert_eq!(links.len(), 9);
    for link in links {
        let link = link.split(')').next().expect("a text has a first part");
        assert_eq!(open_link(link).1, Claim::Holds, "{link}");
    }
}

#[test]
fn links_of_this_generation_give_their_fingerprints() {
    let path = folder().join(format!("generation-{GENERATION}.txt"));
    let text = fs::read_to_string(&path).expect("there are links of this generation");
    let rewrite = kept::rewrites();
    let mut written = String::new();
    let mut all = BTreeSet::new();
    for line in text.lines() {
        let Some((fingerprint, link)) = line.split_once(' ').filter(|_| !line.starts_with('#'))
        else {
            writeln!(written, "{line}").expect("a text takes it all");
            continue;
        };
        let (value, claim) = open_link(link);
        assert!(all.insert(value), "{link} leads to where another one leads");
        if rewrite {
            let read: Link = link.parse().expect("it was opened just now");
            let fresh = Link { fingerprint: Some(value), generation: GENERATION, ..read };
            writeln!(written, "{value:016x} {fresh}").expect("a text takes it all");
        } else {
            assert_eq!(
                (format!("{value:016x}").as_str(), claim),
                (fingerprint, Claim::Holds),
                "{link}"
            );
        }
    }
    assert!(all.len() >= 20, "{} links", all.len());
    if rewrite {
        fs::write(&path, written).expect("the links can be written");
    }
}

#[test]
fn links_of_every_generation_open() {
    for entry in fs::read_dir(folder()).expect("there are links").flatten() {
        let text = fs::read_to_string(entry.path()).expect("links are text");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (_, link) = line.split_once(' ').expect("a line is a fingerprint and a link");
            open_link(link);
        }
    }
}

#[test]
fn the_same_link_twice_gives_the_same_run() {
    let path = folder().join(format!("generation-{GENERATION}.txt"));
    let text = fs::read_to_string(path).expect("there are links of this generation");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (_, link) = line.split_once(' ').expect("a line is a fingerprint and a link");
        assert_eq!(open_link(link), open_link(link), "{link}");
    }
}
