//! The first body of links. Frozen: no field, variant or number here is ever
//! changed, moved or reused; what is new comes as a variant at the end of an
//! enum, or as another body.

mod words;

use netsplit_core::time::Time;
use serde::{Deserialize, Serialize};

use super::problem::{Problem, Remark};
use super::{Link, What, limits, note_from_text};
use crate::moment::{Moment, micros_from_text};
use crate::script::TimeText;
use crate::verb::Verb;

use words::{verb, verb_v1};

/// The body.
#[derive(Serialize, Deserialize)]
struct LinkV1 {
    what: WhatV1,
    overrides: Vec<(u32, ValueV1)>,
    seed: u64,
    acts: Vec<ActV1>,
    moment: MomentV1,
    fingerprint: Option<[u8; 8]>,
    note: String,
    selected: String,
}

#[derive(Serialize, Deserialize)]
enum WhatV1 {
    Listed(u32),
    Course(u32, u32),
    Written(String),
}

/// An option's value, short where its text is one of the usual forms.
#[derive(Serialize, Deserialize)]
enum ValueV1 {
    Text(String),
    Off,
    On,
    Number(u64),
    Time(u64),
    Times(u64, u64),
}

#[derive(Serialize, Deserialize)]
struct ActV1 {
    /// Microseconds since the act before.
    later: u64,
    /// 0 for none, else the step plus one.
    step: u32,
    verb: VerbV1,
}

/// Microseconds, and the step as in [`ActV1`].
type MomentV1 = (u64, u32);

#[derive(Serialize, Deserialize)]
enum SelectorV1 {
    One(u32),
    Leader,
    Followers,
    All,
    Down,
    Several(Vec<u32>),
    Servers,
    Clients,
    Group(u32),
    LeaderOf(u32),
}

/// From, to, number, copy.
type EnvelopeV1 = (u32, u32, u32, u8);
/// From and to, or every link.
type ScopeV1 = Option<(u32, u32)>;

#[derive(Serialize, Deserialize)]
enum VerbV1 {
    Crash(SelectorV1),
    CrashKeeping(SelectorV1, u32, u32),
    Restart(SelectorV1),
    Pause(SelectorV1),
    Resume(SelectorV1),
    Wipe(SelectorV1),
    Stall(SelectorV1),
    Unstall(SelectorV1),
    Lie(SelectorV1),
    Honest(SelectorV1),
    Clock(SelectorV1, u32, u32),
    Offset(SelectorV1, i64),
    Isolate(SelectorV1),
    CutOneWay(SelectorV1, SelectorV1),
    CutBothWays(SelectorV1, SelectorV1),
    MendOneWay(SelectorV1, SelectorV1),
    MendBothWays(SelectorV1, SelectorV1),
    MendAll(SelectorV1),
    Deliver(EnvelopeV1),
    Drop(EnvelopeV1),
    Duplicate(EnvelopeV1),
    Hold(EnvelopeV1),
    Release(EnvelopeV1),
    ReleaseAll,
    Delay(EnvelopeV1, u64),
    Fire(SelectorV1, u32),
    PutOff(SelectorV1, u32, u64),
    Persist(SelectorV1),
    Rule(RuleV1),
    Lift(u32),
    LiftAll,
    SetDelay(ScopeV1, DelayV1),
    SetLoss(ScopeV1, u32),
    SetDuplicate(ScopeV1, u32),
    SetReorder(ScopeV1, u32, u64),
    SetBandwidth(ScopeV1, u64),
    SetSave(Option<u32>, u64),
    SetUnreliable(bool),
    SetLongReordering(bool),
    Ask(SelectorV1, String),
}

#[derive(Serialize, Deserialize)]
struct RuleV1 {
    action: RuleActionV1,
    from: Option<u32>,
    to: Option<u32>,
    kind: Option<u8>,
    /// 0 for all.
    left: u32,
}

#[derive(Serialize, Deserialize)]
enum RuleActionV1 {
    Hold,
    Drop,
    Delay(u64),
    Duplicate,
}

#[derive(Serialize, Deserialize)]
enum DelayV1 {
    Fixed(u64),
    Uniform(u64, u64),
    Quantiles(Vec<u64>),
}

/// The bytes of a link's body. Acts are put in the order of their moments.
pub(super) fn encode(link: &Link) -> Vec<u8> {
    let mut acts: Vec<&(Moment, Verb)> = link.acts.iter().collect();
    acts.sort_by_key(|(moment, _)| *moment);
    let mut before = 0;
    let acts = acts.into_iter().map(|(moment, verb)| {
        let at = moment.at.micros();
        let later = at - std::mem::replace(&mut before, at);
        ActV1 { later, step: step_v1(*moment), verb: verb_v1(verb) }
    });
    let body = LinkV1 {
        what: match &link.what {
            What::Listed { number } => WhatV1::Listed(*number),
            What::Course { lab, test } => WhatV1::Course(*lab, *test),
            What::Written(text) => WhatV1::Written(text.clone()),
        },
        overrides: link.overrides.iter().map(|(n, value)| (*n, value_v1(value))).collect(),
        seed: link.seed,
        acts: acts.collect(),
        moment: (link.moment.at.micros(), step_v1(link.moment)),
        fingerprint: link.fingerprint.map(u64::to_le_bytes),
        note: note_from_text(&link.note),
        selected: link.selected.clone().unwrap_or_default(),
    };
    postcard::to_allocvec(&body).expect("a body of plain data can always be written")
}

/// The link of a body.
pub(super) fn decode(
    bytes: &[u8],
    generation: u32,
    remarks: &mut Vec<Remark>,
) -> Result<Link, Problem> {
    let (body, rest): (LinkV1, &[u8]) =
        postcard::take_from_bytes(bytes).map_err(|_| Problem::Body)?;
    if !rest.is_empty() {
        return Err(Problem::Body);
    }
    if body.acts.len() > limits::ACTS {
        return Err(Problem::TooManyActs(body.acts.len()));
    }
    if body.overrides.len() > limits::OVERRIDES {
        return Err(Problem::TooManyOptions(body.overrides.len()));
    }
    let mut at: u64 = 0;
    let mut acts = Vec::with_capacity(body.acts.len());
    for act in body.acts {
        at = at.saturating_add(act.later);
        let verb = verb(act.verb).ok_or(Problem::Body)?;
        acts.push((moment((at, act.step)), verb));
    }
    // Steps of one instant may stand in any order; the moments decide.
    acts.sort_by_key(|(moment, _)| *moment);
    let note = note_from_text(&body.note);
    if note != body.note {
        remarks.push(Remark::NoteCut);
    }
    let selected = Some(body.selected).filter(|name| {
        !name.is_empty() && name.len() <= limits::SELECTED && !name.contains(char::is_control)
    });
    Ok(Link {
        what: match body.what {
            WhatV1::Listed(number) => What::Listed { number },
            WhatV1::Course(lab, test) => What::Course { lab, test },
            WhatV1::Written(text) => What::Written(text),
        },
        overrides: body.overrides.into_iter().map(|(n, value)| (n, value_text(value))).collect(),
        seed: body.seed,
        acts,
        moment: moment(body.moment),
        fingerprint: body.fingerprint.map(u64::from_le_bytes),
        note,
        generation,
        selected,
    })
}

fn step_v1(moment: Moment) -> u32 {
    moment.step.map_or(0, |step| step.saturating_add(1))
}

fn moment((at, step): MomentV1) -> Moment {
    Moment { at: Time::from_micros(at), step: step.checked_sub(1) }
}

/// The shortest form that gives the same text back.
fn value_v1(text: &str) -> ValueV1 {
    let time = |text: &str| {
        let micros = micros_from_text(text)?;
        (TimeText(micros).to_string() == text).then_some(micros)
    };
    let number = || text.parse().ok().filter(|number: &u64| number.to_string() == text);
    let times = || {
        let (low, high) = text.split_once("..")?;
        time(low).zip(time(high))
    };
    match text {
        "off" => ValueV1::Off,
        "on" => ValueV1::On,
        _ => None
            .or_else(|| number().map(ValueV1::Number))
            .or_else(|| time(text).map(ValueV1::Time))
            .or_else(|| times().map(|(low, high)| ValueV1::Times(low, high)))
            .unwrap_or_else(|| ValueV1::Text(text.to_owned())),
    }
}

fn value_text(value: ValueV1) -> String {
    match value {
        ValueV1::Text(text) => text,
        ValueV1::Off => "off".to_owned(),
        ValueV1::On => "on".to_owned(),
        ValueV1::Number(number) => number.to_string(),
        ValueV1::Time(micros) => TimeText(micros).to_string(),
        ValueV1::Times(low, high) => format!("{}..{}", TimeText(low), TimeText(high)),
    }
}

/// The codec's bytes of one act, for the test that pins every number.
#[cfg(test)]
pub(super) fn verb_bytes(verb: &Verb) -> Vec<u8> {
    postcard::to_allocvec(&verb_v1(verb)).expect("a verb can always be written")
}
