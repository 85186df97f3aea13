//! The pace of made-up things and of the first scenario.

use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};
use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::scenarios;

use super::{HORIZON, Pace, Unknown};
use crate::state::history::Kind;
use crate::state::play::Play;
use crate::state::things::{RATES, Thing, Things};

fn at(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

/// Things at some milliseconds: from and to, the same for an instant.
fn things(list: &[(u64, u64)]) -> Things {
    let mut things = Things::default();
    for (number, (from, to)) in list.iter().enumerate() {
        match from == to {
            true => things.happens(at(*from), number as u64),
            false => things.flies(at(*from), at(*to), number as u64),
        }
    }
    things
}

fn whole(things: &Things) -> Pace<'_> {
    Pace::new(things.list(), Time::from_micros(u64::MAX))
}

/// A scenario run for so long.
fn ran(id: &str, millis: u64) -> Play {
    let scenario = scenarios::by_id(id).unwrap_or_else(|| panic!("there is no scenario {id}"));
    let what = What::Listed { number: scenario.number };
    let mut play = Play::new(what, scenario.parse(), Vec::new()).expect("it can be opened");
    play.advance(Moment::after(at(millis)), u64::MAX);
    play
}

#[test]
fn a_message_that_matters_takes_nine_tenths_of_a_second() {
    let alone = things(&[(100, 112)]);
    let screen = whole(&alone).screen(at(100), at(112)).expect("all is known");
    assert!((screen - 0.9).abs() < 1e-3, "{screen}");
    let play = ran("first-election", 2_000);
    let pace = whole(&play.history().things);
    let flights: Vec<&Thing> =
        play.history().things.list().iter().filter(|it| it.to > it.from).collect();
    assert!(flights.len() > 20, "{}", flights.len());
    for flight in flights {
        let screen = pace.screen(flight.from, flight.to).expect("all is known");
        assert!((0.899..2.5).contains(&screen), "{flight:?}: {screen} s");
    }
}

#[test]
fn a_stretch_in_which_nothing_matters_takes_two_seconds_at_most() {
    for millis in [1, 5, 20, 50, 100, 200, 500, 1_000, 3_000, 8_000, 15_000] {
        let things = things(&[(100, 112), (112 + millis, 120 + millis)]);
        let screen = whole(&things).screen(at(112), at(112 + millis)).expect("all is known");
        assert!(screen <= 2.0 + 1e-9, "{millis} ms take {screen} s");
        assert!(millis < 240 || screen > 1.5, "{millis} ms pass in {screen} s");
    }
    let play = ran("leader-crash", 3_000);
    let (list, pace) = (play.history().things.list(), whole(&play.history().things));
    for pair in list.windows(2).filter(|pair| pair[1].from > pair[0].reach) {
        let screen = pace.screen(pair[0].reach, pair[1].from).expect("all is known");
        assert!(screen <= 2.0 + 1e-9, "{pair:?}: {screen} s");
    }
}

#[test]
fn it_slows_down_before_the_thing_happens_and_never_leaps() {
    let play = ran("two-leaders", 2_000);
    let pace = whole(&play.history().things);
    let (mut time, mut before) = (0.0, pace.at(Time::ZERO).expect("all is known"));
    while time < 1_900_000.0 {
        time = pace.after(time, 0.016).expect("all is known");
        let now = pace.at(Time::from_micros(time as u64)).expect("all is known");
        assert!((RATES.0..=RATES.1).contains(&now));
        let ratio = now.max(before) as f64 / now.min(before) as f64;
        assert!(ratio < 1.5, "from {before} to {now} in a frame at {time}");
        before = now;
    }
    let things = things(&[(0, 12), (500, 512)]);
    let pace = whole(&things);
    let fastest = pace.at(at(256)).expect("all is known");
    assert!(fastest > 300_000, "{fastest}");
    assert!(pace.at(at(499)).expect("all is known") < fastest / 10);
}

#[test]
fn a_wide_gap_is_crossed_at_ten_seconds_a_second() {
    let things = things(&[(100, 112), (60_000, 60_012)]);
    let pace = whole(&things);
    assert_eq!(pace.at(at(30_000)), Ok(RATES.1));
    assert!(pace.at(at(59_900)).expect("all is known") < 3_000_000);
    assert!(pace.screen(at(112), at(60_000)).expect("all is known") < 8.0);
}

#[test]
fn screen_time_and_playing_agree() {
    let play = ran("first-election", 1_000);
    let pace = whole(&play.history().things);
    let screen = pace.screen(Time::ZERO, at(900)).expect("all is known");
    for frame in [0.016_667, 0.005, 0.1] {
        let (mut time, mut passed) = (0.0, 0.0);
        while passed + frame <= screen {
            time = pace.after(time, frame).expect("all is known");
            passed += frame;
        }
        let time = pace.after(time, screen - passed).expect("all is known");
        assert!((time - 900_000.0).abs() < 200.0, "{frame}: {time}");
    }
}

/// However far the run is known, what is told is the same; and what is not told
/// is told as soon as so much is known as was asked for.
#[test]
fn the_pace_is_a_pure_function_of_the_trace() {
    for id in ["first-election", "two-leaders", "everyone-crashes", "too-far-behind"] {
        let play = ran(id, 3_000);
        let (list, all) = (play.history().things.list(), whole(&play.history().things));
        let mut rng = Rng::new(7);
        let mut told = 0;
        for _ in 0..2_000 {
            let time = Time::from_micros(rng.below(2_000_000));
            let known = Time::from_micros(time.micros() + rng.below(400_000));
            let known_things = list.partition_point(|thing| thing.from < known);
            let some = Pace::new(&list[..known_things], known);
            match some.at(time) {
                Ok(pace) => {
                    told += 1;
                    assert_eq!(Ok(pace), all.at(time), "{id} at {time:?}, known to {known:?}");
                }
                Err(Unknown(more)) => {
                    assert!(more > known, "{id}: it asks for what is known already");
                    assert!(more.since(time) <= HORIZON + HORIZON);
                }
            }
        }
        assert!(told > 200, "{id}: {told} of 2000");
    }
}

/// Frames of any length, few steps or many, looking ahead or not: the same pace.
#[test]
fn playing_in_other_frames_shows_the_same_moments() {
    use crate::state::action::Action;
    use crate::state::model::Model;
    let play = |elapsed: u64, steps: u64| {
        let mut model = Model::new();
        let mut paces = Vec::new();
        while paces.len() < 40 {
            model.update(Action::Frame { elapsed, steps });
            let now = model.view().moment.at;
            if now >= at(160 + paces.len() as u64 * 10) {
                let pace = model.play.pace().at(now);
                paces.push((now, pace.unwrap_or_default()));
            }
        }
        paces
    };
    let all = ran("first-election", 3_000);
    let pace = whole(&all.history().things);
    for (elapsed, steps) in [(16_667, 10_000), (8_333, 60), (33_333, 300)] {
        for (now, told) in play(elapsed, steps) {
            assert_eq!(Ok(told), pace.at(now), "at {now:?} in frames of {elapsed} with {steps}");
        }
    }
}

/// Look.md's first three minutes, from the pace and not from a clock.
#[test]
fn the_first_scenario_begins_as_its_story_says() {
    let play = ran("first-election", 1_000);
    let pace = whole(&play.history().things);
    let first = |part: &str| {
        let mut told = play.history().events.iter().filter(|event| event.kind == Kind::Told);
        let found = told.find(|event| event.text.contains(part));
        found.unwrap_or_else(|| panic!("nothing tells {part}")).moment.at
    };
    let screen = |to: Time| pace.screen(Time::ZERO, to).expect("all is known");
    let time_out = screen(first("asks for votes"));
    let leader = screen(first("leads term 1"));
    assert!((1.0..3.0).contains(&time_out), "the first time-out comes after {time_out} s");
    assert!((3.0..8.0).contains(&leader), "a leader stands after {leader} s");
    let committed = screen(first("committed"));
    assert!(
        (leader..14.0).contains(&committed),
        "the first entry is committed after {committed} s"
    );
}

#[test]
fn an_idle_cluster_is_looked_ahead_of_no_further_than_the_horizon() {
    let none = Things::default();
    let just_after = Time::ZERO + HORIZON + Span::from_micros(1);
    assert_eq!(Pace::new(none.list(), at(100)).at(at(50)), Err(Unknown(just_after)));
    let known = Time::ZERO + HORIZON + Span::from_millis(1);
    assert!(Pace::new(none.list(), known).at(at(50)).is_ok());
}
