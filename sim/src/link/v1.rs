//! The first body of links. Frozen: no field, variant or number here is ever
//! changed, moved or reused; what is new comes as a variant at the end of an
//! enum, or as another body.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::time::{Span, Time};
use serde::{Deserialize, Serialize};

use super::problem::{Problem, Remark};
use super::{Link, What, limits, note_from_text};
use crate::choice::{Dial, EnvelopeId, LinkScope, Rate, Rule, RuleAction};
use crate::moment::{Moment, micros_from_text};
use crate::network::Delay;
use crate::script::TimeText;
use crate::verb::{Selector, Verb};

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

/// Where the numbers of clients begin.
const CLIENTS_FROM: u32 = 1 << 10;

/// Where the numbers of servers in groups begin, and how many a group has.
const GROUPS_FROM: u32 = 1 << 11;
const GROUP: u32 = 1 << 6;

fn node_v1(node: NodeId) -> u32 {
    match node.group() {
        Some(group) => GROUPS_FROM + group * GROUP + node.number(),
        None => node.number() + if node.is_client() { CLIENTS_FROM } else { 0 },
    }
}

/// A client or a server in a group gets its place when the acts are compared with the cluster.
fn node(number: u32) -> Option<NodeId> {
    if let Some(member) = number.checked_sub(GROUPS_FROM) {
        return NodeId::from_name(&format!("g{}.n{}", member / GROUP, member % GROUP));
    }
    match number.checked_sub(CLIENTS_FROM) {
        Some(client) => NodeId::from_name(&format!("c{client}")),
        None => NodeId::from_number(number),
    }
}

/// A node that may be left out: the outer `None` is a node that cannot be.
fn maybe_node(number: Option<u32>) -> Option<Option<NodeId>> {
    match number {
        Some(number) => node(number).map(Some),
        None => Some(None),
    }
}

fn selector_v1(who: &Selector) -> SelectorV1 {
    match who {
        Selector::Nodes(nodes) => match &nodes[..] {
            [only] => SelectorV1::One(node_v1(*only)),
            several => SelectorV1::Several(several.iter().map(|node| node_v1(*node)).collect()),
        },
        Selector::Leader => SelectorV1::Leader,
        Selector::Followers => SelectorV1::Followers,
        Selector::All => SelectorV1::All,
        Selector::Down => SelectorV1::Down,
        Selector::Servers => SelectorV1::Servers,
        Selector::Clients => SelectorV1::Clients,
        Selector::Group(group) => SelectorV1::Group(*group),
        Selector::LeaderOf(group) => SelectorV1::LeaderOf(*group),
    }
}

fn selector(who: SelectorV1) -> Option<Selector> {
    Some(match who {
        SelectorV1::One(number) => Selector::node(node(number)?),
        SelectorV1::Several(numbers) => {
            Selector::Nodes(numbers.into_iter().map(node).collect::<Option<Vec<NodeId>>>()?)
        }
        SelectorV1::Leader => Selector::Leader,
        SelectorV1::Followers => Selector::Followers,
        SelectorV1::All => Selector::All,
        SelectorV1::Down => Selector::Down,
        SelectorV1::Servers => Selector::Servers,
        SelectorV1::Clients => Selector::Clients,
        SelectorV1::Group(group) => Selector::Group(group),
        SelectorV1::LeaderOf(group) => Selector::LeaderOf(group),
    })
}

fn envelope_v1(id: EnvelopeId) -> EnvelopeV1 {
    (node_v1(id.from), node_v1(id.to), id.number, id.copy)
}

fn envelope((from, to, number, copy): EnvelopeV1) -> Option<EnvelopeId> {
    Some(EnvelopeId { from: node(from)?, to: node(to)?, number, copy })
}

fn scope_v1(scope: LinkScope) -> ScopeV1 {
    scope.map(|(from, to)| (node_v1(from), node_v1(to)))
}

/// The outer `None` is a link that cannot be.
fn scope(scope: ScopeV1) -> Option<LinkScope> {
    match scope {
        Some((from, to)) => Some(Some((node(from)?, node(to)?))),
        None => Some(None),
    }
}

fn delay_v1(delay: &Delay) -> DelayV1 {
    match delay {
        Delay::Fixed(span) => DelayV1::Fixed(span.micros()),
        Delay::Uniform(low, high) => DelayV1::Uniform(low.micros(), high.micros()),
        Delay::Quantiles(table) => {
            DelayV1::Quantiles(table.iter().map(|span| span.micros()).collect())
        }
    }
}

fn delay(delay: DelayV1) -> Delay {
    let span = Span::from_micros;
    match delay {
        DelayV1::Fixed(micros) => Delay::Fixed(span(micros)),
        DelayV1::Uniform(low, high) => Delay::Uniform(span(low), span(high)),
        DelayV1::Quantiles(table) => Delay::Quantiles(table.into_iter().map(span).collect()),
    }
}

fn rule_v1(rule: &Rule) -> RuleV1 {
    RuleV1 {
        action: match rule.action {
            RuleAction::Hold => RuleActionV1::Hold,
            RuleAction::Drop => RuleActionV1::Drop,
            RuleAction::Delay(by) => RuleActionV1::Delay(by.micros()),
            RuleAction::Duplicate => RuleActionV1::Duplicate,
        },
        from: rule.from.map(node_v1),
        to: rule.to.map(node_v1),
        kind: rule.kind,
        left: rule.left.unwrap_or(0),
    }
}

fn rule(rule: RuleV1) -> Option<Rule> {
    Some(Rule {
        action: match rule.action {
            RuleActionV1::Hold => RuleAction::Hold,
            RuleActionV1::Drop => RuleAction::Drop,
            RuleActionV1::Delay(by) => RuleAction::Delay(Span::from_micros(by)),
            RuleActionV1::Duplicate => RuleAction::Duplicate,
        },
        from: maybe_node(rule.from)?,
        to: maybe_node(rule.to)?,
        kind: rule.kind,
        left: Some(rule.left).filter(|left| *left > 0),
    })
}

fn dial_v1(dial: &Dial) -> VerbV1 {
    match dial {
        Dial::Delay(scope, delay) => VerbV1::SetDelay(scope_v1(*scope), delay_v1(delay)),
        Dial::Loss(scope, parts) => VerbV1::SetLoss(scope_v1(*scope), *parts),
        Dial::Duplicate(scope, parts) => VerbV1::SetDuplicate(scope_v1(*scope), *parts),
        Dial::Reorder(scope, parts, by) => {
            VerbV1::SetReorder(scope_v1(*scope), *parts, by.micros())
        }
        Dial::Bandwidth(scope, bytes) => VerbV1::SetBandwidth(scope_v1(*scope), *bytes),
        Dial::Save(node, takes) => VerbV1::SetSave(node.map(node_v1), takes.micros()),
        Dial::Unreliable(on) => VerbV1::SetUnreliable(*on),
        Dial::LongReordering(on) => VerbV1::SetLongReordering(*on),
    }
}

fn verb_v1(verb: &Verb) -> VerbV1 {
    let who_v1 = selector_v1;
    match verb {
        Verb::Crash { who, kept: 0, torn: 0 } => VerbV1::Crash(who_v1(who)),
        Verb::Crash { who, kept, torn } => VerbV1::CrashKeeping(who_v1(who), *kept, *torn),
        Verb::Restart(who) => VerbV1::Restart(who_v1(who)),
        Verb::Pause(who) => VerbV1::Pause(who_v1(who)),
        Verb::Resume(who) => VerbV1::Resume(who_v1(who)),
        Verb::Wipe(who) => VerbV1::Wipe(who_v1(who)),
        Verb::Stall(who) => VerbV1::Stall(who_v1(who)),
        Verb::Unstall(who) => VerbV1::Unstall(who_v1(who)),
        Verb::Lie(who) => VerbV1::Lie(who_v1(who)),
        Verb::Honest(who) => VerbV1::Honest(who_v1(who)),
        Verb::Clock(who, rate) => VerbV1::Clock(who_v1(who), rate.local, rate.real),
        Verb::Offset(who, by) => VerbV1::Offset(who_v1(who), *by),
        Verb::Isolate(who) => VerbV1::Isolate(who_v1(who)),
        Verb::Cut { from, to, both: false } => VerbV1::CutOneWay(who_v1(from), who_v1(to)),
        Verb::Cut { from, to, both: true } => VerbV1::CutBothWays(who_v1(from), who_v1(to)),
        Verb::Mend { from, to, both: false } => VerbV1::MendOneWay(who_v1(from), who_v1(to)),
        Verb::Mend { from, to, both: true } => VerbV1::MendBothWays(who_v1(from), who_v1(to)),
        Verb::MendAll(who) => VerbV1::MendAll(who_v1(who)),
        Verb::Deliver(id) => VerbV1::Deliver(envelope_v1(*id)),
        Verb::Drop(id) => VerbV1::Drop(envelope_v1(*id)),
        Verb::Duplicate(id) => VerbV1::Duplicate(envelope_v1(*id)),
        Verb::Hold(id) => VerbV1::Hold(envelope_v1(*id)),
        Verb::Release(id) => VerbV1::Release(envelope_v1(*id)),
        Verb::ReleaseAll => VerbV1::ReleaseAll,
        Verb::Delay(id, by) => VerbV1::Delay(envelope_v1(*id), by.micros()),
        Verb::Fire(who, timer) => VerbV1::Fire(who_v1(who), *timer),
        Verb::PutOff(who, timer, by) => VerbV1::PutOff(who_v1(who), *timer, by.micros()),
        Verb::Persist(who) => VerbV1::Persist(who_v1(who)),
        Verb::Rule(rule) => VerbV1::Rule(rule_v1(rule)),
        Verb::Lift(id) => VerbV1::Lift(*id),
        Verb::LiftAll => VerbV1::LiftAll,
        Verb::Set(dial) => dial_v1(dial),
        Verb::Ask(who, words) => VerbV1::Ask(who_v1(who), words.to_string()),
    }
}

/// `None` where a node has no name; whether all else exists is found out later.
fn verb(verb: VerbV1) -> Option<Verb> {
    let span = Span::from_micros;
    Some(match verb {
        VerbV1::Crash(who) => Verb::Crash { who: selector(who)?, kept: 0, torn: 0 },
        VerbV1::CrashKeeping(who, kept, torn) => Verb::Crash { who: selector(who)?, kept, torn },
        VerbV1::Restart(who) => Verb::Restart(selector(who)?),
        VerbV1::Pause(who) => Verb::Pause(selector(who)?),
        VerbV1::Resume(who) => Verb::Resume(selector(who)?),
        VerbV1::Wipe(who) => Verb::Wipe(selector(who)?),
        VerbV1::Stall(who) => Verb::Stall(selector(who)?),
        VerbV1::Unstall(who) => Verb::Unstall(selector(who)?),
        VerbV1::Lie(who) => Verb::Lie(selector(who)?),
        VerbV1::Honest(who) => Verb::Honest(selector(who)?),
        VerbV1::Clock(who, local, real) => Verb::Clock(selector(who)?, Rate { local, real }),
        VerbV1::Offset(who, by) => Verb::Offset(selector(who)?, by),
        VerbV1::Isolate(who) => Verb::Isolate(selector(who)?),
        VerbV1::CutOneWay(from, to) => {
            Verb::Cut { from: selector(from)?, to: selector(to)?, both: false }
        }
        VerbV1::CutBothWays(from, to) => {
            Verb::Cut { from: selector(from)?, to: selector(to)?, both: true }
        }
        VerbV1::MendOneWay(from, to) => {
            Verb::Mend { from: selector(from)?, to: selector(to)?, both: false }
        }
        VerbV1::MendBothWays(from, to) => {
            Verb::Mend { from: selector(from)?, to: selector(to)?, both: true }
        }
        VerbV1::MendAll(who) => Verb::MendAll(selector(who)?),
        VerbV1::Deliver(id) => Verb::Deliver(envelope(id)?),
        VerbV1::Drop(id) => Verb::Drop(envelope(id)?),
        VerbV1::Duplicate(id) => Verb::Duplicate(envelope(id)?),
        VerbV1::Hold(id) => Verb::Hold(envelope(id)?),
        VerbV1::Release(id) => Verb::Release(envelope(id)?),
        VerbV1::ReleaseAll => Verb::ReleaseAll,
        VerbV1::Delay(id, by) => Verb::Delay(envelope(id)?, span(by)),
        VerbV1::Fire(who, timer) => Verb::Fire(selector(who)?, timer),
        VerbV1::PutOff(who, timer, by) => Verb::PutOff(selector(who)?, timer, span(by)),
        VerbV1::Persist(who) => Verb::Persist(selector(who)?),
        VerbV1::Rule(laid) => Verb::Rule(rule(laid)?),
        VerbV1::Lift(id) => Verb::Lift(id),
        VerbV1::LiftAll => Verb::LiftAll,
        VerbV1::SetDelay(on, takes) => Verb::Set(Dial::Delay(scope(on)?, delay(takes))),
        VerbV1::SetLoss(on, parts) => Verb::Set(Dial::Loss(scope(on)?, parts)),
        VerbV1::SetDuplicate(on, parts) => Verb::Set(Dial::Duplicate(scope(on)?, parts)),
        VerbV1::SetReorder(on, parts, by) => Verb::Set(Dial::Reorder(scope(on)?, parts, span(by))),
        VerbV1::SetBandwidth(on, bytes) => Verb::Set(Dial::Bandwidth(scope(on)?, bytes)),
        VerbV1::SetSave(at, takes) => Verb::Set(Dial::Save(maybe_node(at)?, span(takes))),
        VerbV1::SetUnreliable(on) => Verb::Set(Dial::Unreliable(on)),
        VerbV1::SetLongReordering(on) => Verb::Set(Dial::LongReordering(on)),
        VerbV1::Ask(who, words) => Verb::Ask(selector(who)?, Rc::from(words)),
    })
}

/// The codec's bytes of one act, for the test that pins every number.
#[cfg(test)]
pub(super) fn verb_bytes(verb: &Verb) -> Vec<u8> {
    postcard::to_allocvec(&verb_v1(verb)).expect("a verb can always be written")
}
