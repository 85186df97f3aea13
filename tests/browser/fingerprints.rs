//! The same run is the same run here as on the host: fixed runs and published links.

use std::fmt::Write as _;

use netsplit_sim::open::{self, Claim};
use netsplit_sim::swarm;
use netsplit_sim::timeline::Progress;
use wasm_bindgen_test::wasm_bindgen_test;

/// Fingerprints as the host writes them: a line has one and its run's name.
const GOLDEN: &str = include_str!("../golden/fingerprints.txt");

/// Links of the present generation, each behind its fingerprint.
const LINKS: &str = include_str!("../links/generation-1.txt");

#[wasm_bindgen_test]
fn fixed_runs_have_the_fingerprints_of_the_host() {
    let mut here = String::new();
    for (name, fingerprint) in swarm::fingerprints(GOLDEN.lines().count() as u32) {
        writeln!(here, "{fingerprint:016x} {name}").expect("a text takes it all");
    }
    assert!(GOLDEN.lines().count() >= 20);
    assert_eq!(here, GOLDEN);
}

#[wasm_bindgen_test]
fn links_have_the_fingerprints_of_the_host() {
    let lines = LINKS.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for (fingerprint, link) in lines.filter_map(|line| line.split_once(' ')) {
        count += 1;
        let mut opened = open::link(link).unwrap_or_else(|error| panic!("{link}: {error}"));
        assert_eq!(opened.advance(200_000), Progress::Reached, "{link}");
        assert_eq!(opened.run.fingerprint().to_string(), fingerprint, "{link}");
        assert_eq!(opened.claim(), Claim::Holds, "{link}");
    }
    assert!(count >= 20, "{count} links");
}
