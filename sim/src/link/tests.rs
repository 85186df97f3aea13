//! Links there and back, hostile ones, and what each piece of one is in bytes.

use netsplit_core::rng::Rng;
use netsplit_core::time::Time;

use super::problem::{Problem, Remark};
use super::{Link, What, note_from_text, v1};
use crate::labs::LABS;
use crate::moment::Moment;
use crate::script::parse_verb;
use crate::script::random::Random;
use crate::verb::Verb;

fn verb(text: &str) -> Verb {
    parse_verb(text, LABS[0], 15).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn at(text: &str) -> Moment {
    text.parse().expect("the tests write moments that can be read")
}

/// A link as most are: a scenario, three acts, a moment and a fingerprint.
fn typical() -> Link {
    Link {
        acts: vec![
            (at("0.412s"), verb("crash n4")),
            (at("0.91234s +3"), verb("drop n2>n3#57")),
            (at("1.2s"), verb("propose n2 x=3")),
        ],
        moment: at("12.345678s +3"),
        fingerprint: Some(0x0123_4567_89AB_CDEF),
        ..Link::to(What::Listed { number: 1 }, 7)
    }
}

/// A link with anything that can be in one.
fn random_link(seed: u64) -> Link {
    let mut random = Random::of_seed(seed);
    let mut rng = Rng::new(seed);
    let what = match rng.below(4) {
        0 => What::Course { lab: 1, test: rng.below(40) as u32 },
        1 => What::Written("scenario raft nodes=5 seed=9\nrun until leader\n".to_owned()),
        _ => What::Listed { number: 1 + rng.below(2) as u32 },
    };
    let values: &[(u32, &str)] = &[
        (1, "5"),
        (2, "lossy"),
        (3, "8ms..16ms"),
        (4, "10%"),
        (10, "0ms"),
        (65, "150ms..1500ms"),
        (67, "on"),
        (68, "off"),
        (74, "EL01"),
    ];
    let overrides = values.iter().filter(|_| rng.below(3) == 0);
    let overrides = overrides.map(|(number, value)| (*number, (*value).to_owned())).collect();
    let mut acts: Vec<(Moment, Verb)> =
        (0..rng.below(6)).map(|_| (random.moment(), random.verb())).collect();
    acts.sort_by_key(|(moment, _)| *moment);
    Link {
        overrides,
        acts,
        moment: random.moment(),
        fingerprint: (rng.below(2) == 0).then(|| rng.next_u64()),
        note: note_from_text(&random.text()),
        selected: (rng.below(2) == 0).then(|| "n1>n3#57".to_owned()),
        ..Link::to(what, if rng.below(2) == 0 { rng.below(10_000) } else { rng.next_u64() })
    }
}

#[test]
fn links_read_back_as_written() {
    for seed in 0..2_000 {
        let link = random_link(seed);
        let text = link.to_string();
        let (read, remarks) = Link::read(&text).unwrap_or_else(|error| {
            let lab = LABS[0];
            let acts: Vec<String> =
                link.acts.iter().map(|(_, verb)| lab.show(verb).to_string()).collect();
            panic!("seed {seed}: {error}\n{link:?}\n{acts:#?}")
        });
        assert_eq!(read, link, "seed {seed}: {text}");
        assert_eq!(remarks, [], "seed {seed}: {text}");
        assert_eq!(read.to_string(), text, "seed {seed}");
    }
}

#[test]
fn a_typical_link_is_short() {
    let text = typical().to_string();
    assert!(text.len() < 120, "{} characters: {text}", text.len());
    let alone = Link::to(What::Listed { number: 1 }, 7).to_string();
    assert!(alone.len() < 40, "{} characters: {alone}", alone.len());
}

#[test]
fn no_text_makes_the_reader_panic() {
    for seed in 0..3_000 {
        let mut rng = Rng::new(seed);
        let mut bytes = random_link(seed).to_string().into_bytes();
        for _ in 0..=rng.below(4) {
            let place = rng.below(bytes.len() as u64 + 1) as usize;
            match rng.below(3) {
                0 => bytes.insert(place, rng.below(256) as u8),
                1 => bytes.truncate(place.max(1)),
                _ if place < bytes.len() => bytes[place] = rng.below(128) as u8,
                _ => {}
            }
        }
        check_canonical(&String::from_utf8_lossy(&bytes));
        // Behind a right checksum everything still has to be looked at.
        let mut body = v1::encode(&random_link(seed));
        for _ in 0..=rng.below(4) {
            let place = rng.below(body.len() as u64) as usize;
            body[place] = rng.below(256) as u8;
        }
        check_canonical(&format!("#s1:{}", super::text::payload(&body)));
        let noise: Vec<u8> = (0..rng.below(80)).map(|_| rng.below(256) as u8).collect();
        check_canonical(&format!("#s1:{}", super::text::payload(&noise)));
        check_canonical(&String::from_utf8_lossy(&noise));
    }
}

/// What opens prints in a form that opens as the same and prints as the same.
fn check_canonical(text: &str) {
    let Ok((link, _)) = Link::read(text) else { return };
    let printed = link.to_string();
    let again = Link::read(&printed).unwrap_or_else(|error| panic!("{text}: {printed}: {error}"));
    assert_eq!(again.0, link, "{text}");
    assert_eq!(again.0.to_string(), printed, "{text}");
}

#[test]
fn links_are_found_in_what_people_paste() {
    let link = typical();
    let bare = link.to_string();
    let code = bare.trim_start_matches('#');
    for text in [
        format!("https://example.org/some/path/?q=1{bare}"),
        format!("  look at <http://127.0.0.1:8080/{bare}>, please"),
        format!("(see https://example.org/{bare}).\n"),
        format!("https://example.org/{bare}&v=ring&speed=2&unknown=%20"),
        format!("[Split vote](https://example.org/{bare})"),
        code.to_owned(),
        bare.replace(':', "%3A").replace('=', "%3D").replace('+', "%2B"),
        bare.replace('&', "&amp;"),
        bare.replace("&t=12.345678s+3", ""),
        bare.replace("&t", "==&t"),
    ] {
        assert_eq!(Link::read(&text), Ok((link.clone(), Vec::new())), "{text}");
    }
}

#[test]
fn the_moment_edited_by_hand_wins() {
    let text = typical().to_string().replace("12.345678s+3", "0.5s");
    let (link, remarks) = Link::read(&text).expect("it is whole");
    assert_eq!((link.moment, link.fingerprint), (at("0.5s"), None));
    assert_eq!(remarks, [Remark::MomentEdited]);
    let text = typical().to_string().replace("12.345678s+3", "soon");
    let (link, remarks) = Link::read(&text).expect("it is whole");
    assert_eq!((link.moment, remarks), (typical().moment, vec![Remark::NotAMoment("soon".into())]));
}

#[test]
fn what_is_wrong_is_said() {
    let check = |text: &str, problem: Problem| {
        assert_eq!(Link::read(text), Err(problem.into()), "{text}");
    };
    let bare = typical().to_string();
    check("", Problem::NotALink);
    check("https://example.org/", Problem::NotALink);
    check("#s1:", Problem::Damaged);
    check(&bare[..60], Problem::Damaged);
    check(&bare.replacen("s1:A", "s1:B", 1), Problem::Damaged);
    check("#s1:AA~A", Problem::Letter('~', 3));
    check(&format!("#s1:{}", "A".repeat(20_000)), Problem::TooLong(20_000));
    let older = bare.replace("#s1:", "#s0:");
    assert_eq!(Link::read(&older).map(|(_, remarks)| remarks), Ok(vec![Remark::Generation(0)]));
    let number = 4_000;
    let unknown = Link::to(What::Listed { number }, 7).to_string();
    check(&unknown, Problem::Unknown(What::Listed { number }));
    let wrong = Link {
        overrides: vec![(1, "99".to_owned()), (2, "slow".to_owned())],
        acts: vec![(at("1s"), verb("crash n9"))],
        ..Link::to(What::Listed { number: 1 }, 7)
    };
    let problems = Link::read(&wrong.to_string()).expect_err("there are no 99 nodes");
    assert_eq!(problems.0.len(), 1, "{problems}");
}

#[test]
fn a_bomb_is_refused() {
    let zeros = miniz_oxide::deflate::compress_to_vec(&vec![0; 1_000_000], 9);
    let mut bytes = vec![1];
    bytes.extend(zeros);
    let code = super::text::sealed(bytes);
    assert_eq!(Link::read(&format!("#s1:{code}")), Err(Problem::TooLarge.into()));
}

#[test]
fn a_later_codec_asks_for_a_newer_page() {
    let code = super::text::sealed(vec![2, 1, 2, 3]);
    assert_eq!(Link::read(&format!("#s1:{code}")), Err(Problem::Codec(1).into()));
}

#[test]
fn notes_are_one_plain_line() {
    assert_eq!(note_from_text(" a\nb\u{202E}c\u{2066} "), "a bc");
    assert_eq!(note_from_text(&"é".repeat(200)).chars().count(), 140);
}

/// Every number of the codec, for ever: a line here never changes.
#[test]
fn the_numbers_of_verbs_are_frozen() {
    for (text, bytes) in [
        ("crash n4", "00 00 04"),
        ("crash leader keeping 2 saves and 1 part", "01 01 02 01"),
        ("restart followers", "02 02"),
        ("pause all", "03 03"),
        ("resume down", "04 04"),
        ("wipe n1 n2", "05 05 02 01 02"),
        ("stall n1", "06 00 01"),
        ("unstall n1", "07 00 01"),
        ("lie n1", "08 00 01"),
        ("honest n1", "09 00 01"),
        ("clock n1 11/10", "0a 00 01 0b 0a"),
        ("offset n1 -5us", "0b 00 01 09"),
        ("isolate n1", "0c 00 01"),
        ("cut n1 -> n2", "0d 00 01 00 02"),
        ("cut n1 | n2", "0e 00 01 00 02"),
        ("mend n1 -> n2", "0f 00 01 00 02"),
        ("mend n1 | n2", "10 00 01 00 02"),
        ("mend all", "11 03"),
        ("deliver n1>n3#57", "12 01 03 39 00"),
        ("drop n1>n3#57'", "13 01 03 39 01"),
        ("duplicate n1>n3#57", "14 01 03 39 00"),
        ("hold n1>n3#57", "15 01 03 39 00"),
        ("release n1>n3#57", "16 01 03 39 00"),
        ("release all", "17"),
        ("delay n1>n3#57 by 1us", "18 01 03 39 00 01"),
        ("fire n2 heartbeat", "19 00 02 01"),
        ("put off n2 election by 2us", "1a 00 02 00 02"),
        ("persist n1", "1b 00 01"),
        ("hold all", "1c 00 00 00 00 00"),
        ("drop next 2 AppendEntries from n1", "1c 01 01 01 00 01 02 02"),
        ("delay RequestVote to n2 by 3us", "1c 02 03 00 01 02 01 00 00"),
        ("duplicate all", "1c 03 00 00 00 00"),
        ("lift 2", "1d 02"),
        ("lift all", "1e"),
        ("set delay 1us on n1 -> n2", "1f 01 01 02 00 01"),
        ("set delay 1us..2us", "1f 00 01 01 02"),
        ("set delay table:1us,2us", "1f 00 02 02 01 02"),
        ("set loss 0.01%", "20 00 01"),
        ("set duplicate 0.01%", "21 00 01"),
        ("set reorder 0.01% by 2us", "22 00 01 02"),
        ("set bandwidth 9", "23 00 09"),
        ("set save 1us on n2", "24 01 02 01"),
        ("set unreliable on", "25 01"),
        ("set long-reordering off", "26 00"),
        ("propose x", "27 01 09 70 72 6f 70 6f 73 65 20 78"),
    ] {
        let written = v1::verb_bytes(&verb(text));
        let written: Vec<String> = written.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written.join(" "), bytes, "{text}");
    }
}

/// A whole link of the first codec, as it was first published.
#[test]
fn the_first_codec_opens_for_ever() {
    assert_eq!(typical().to_string(), TYPICAL);
    let start = Link::to(What::Listed { number: 1 }, 7);
    assert_eq!(start.moment, Moment::exact(Time::ZERO, 0));
}

const TYPICAL: &str = "#s1:AAABAAcD4JIZAAAABPTEHgQTAgM5AKzHEQAnAAILcHJvcG9zZSB4PTPOwvEFBAHvzauJZ0UjAQAA1rM\
                       &t=12.345678s+3";
