//! The same acts under other seeds: drawn the same on every machine, in slices or
//! at once, and summed up in a line.

use super::*;
use crate::link::{Link, What};
use crate::moment::Moment;
use crate::open;
use crate::scenarios;
use crate::verb::{Selector, Verb};
use crate::words;

/// The first scenario, whose leader is crashed after half a second.
fn crash() -> Case {
    let what = What::Listed { number: 1 };
    let seed = scenarios::by_number(1).expect("it is in the list").parse().setup.seed;
    let verb = Verb::Crash { who: Selector::Leader, kept: 0, torn: 0 };
    let acts = vec![(Moment::after(Time::from_micros(500_000)), verb)];
    Case::new(Link { acts, ..Link::to(what, seed) }, Time::ZERO)
}

fn written(text: &str, until: u64) -> Case {
    Case::new(Link::to(What::Written(text.to_owned()), 1), Time::from_micros(until))
}

fn lots(case: &Case, count: u64, slice: u64) -> Vec<Lot> {
    let lot = |seed| {
        let mut draw = Draw::new(case, seed).expect("it can be opened");
        while !draw.advance(slice) {}
        draw.lot().expect("it is at its end")
    };
    case.seeds(count).into_iter().map(lot).collect()
}

#[test]
fn seeds_follow_from_the_first_and_differ() {
    let case = crash();
    let seeds = case.seeds(SEEDS);
    assert_eq!(seeds[0], case.link.seed);
    assert_eq!(seeds, case.seeds(SEEDS));
    assert_eq!(case.seeds(5), seeds[..5]);
    let mut sorted = seeds.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), SEEDS as usize);
    assert!(seeds[1..].iter().all(|seed| (1..=9_999).contains(seed)));
}

#[test]
fn a_crash_leads_to_different_leaders_and_all_of_it_is_summed_up() {
    let case = crash();
    assert_eq!(case.until, Time::from_micros(1_500_000), "a second after the act");
    let lots = lots(&case, SEEDS, 7);
    let groups = groups(&lots);
    assert_eq!(groups.iter().map(|group| group.places.len()).sum::<usize>(), lots.len());
    assert!(groups.len() > 3, "luck decides: {groups:?}");
    let said = words::lots(&lots);
    let first = &groups[0];
    let Outcome::Leads(most) = first.outcome else { panic!("mostly somebody leads: {said}") };
    assert!(said.starts_with(&format!("{most} leads {}, n", first.places.len())), "{said}");
    assert!(said.ends_with("; broken 0"), "{said}");
    for lot in &lots {
        assert_eq!((lot.lanes.len(), lot.end), (5, case.until));
        let down = |(at, it): &(Time, Standing)| !it.up && at.micros() == 500_000;
        let crashed = lot.lanes.iter().any(|lane| lane.iter().any(down));
        assert!(crashed || lot.undone == 1, "seed {}", lot.seed);
    }
}

#[test]
fn slices_make_no_difference_and_a_click_opens_that_very_run() {
    let case = crash();
    let (slow, fast) = (lots(&case, 6, 3), lots(&case, 6, u64::MAX));
    assert!(slow == fast);
    let lot = &fast[3];
    let link = case.link_to(lot.seed, Moment::after(case.until));
    let mut opened = open::link(&link.to_string()).expect("it can be opened");
    opened.advance(u64::MAX);
    assert_eq!(opened.run.fingerprint(), lot.fingerprint);
}

#[test]
fn with_equal_time_outs_votes_split_and_what_breaks_is_counted() {
    let text = "scenario raft nodes=4 seed=1 election=150ms..150ms\n";
    let split = lots(&written(text, 990_000), SEEDS, 100);
    assert!(split.iter().any(|lot| lot.outcome == Outcome::SplitVote), "{}", words::lots(&split));
    let text = "scenario raft nodes=3 seed=1 mistake=EL01 election=150ms..160ms\n";
    let broken = lots(&written(text, 2_000_000), SEEDS, 100);
    let count = broken.iter().filter(|lot| !lot.broken.is_empty()).count();
    assert!(count > 0);
    assert!(words::lots(&broken).ends_with(&format!("; broken {count}")));
}

#[test]
fn a_test_of_the_course_is_directed_under_each_seed() {
    let case = Case::new(Link::to(What::Course { lab: 1, test: 1 }, 1), Time::ZERO);
    let lots = lots(&case, 3, 500);
    let ends: Vec<Time> = lots.iter().map(|lot| lot.end).collect();
    assert!(ends.iter().all(|end| *end > Time::ZERO), "{ends:?}");
    assert!(lots[0].fingerprint != lots[1].fingerprint);
}
