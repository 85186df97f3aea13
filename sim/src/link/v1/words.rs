//! Between the words of a link and those of the engine, which may change.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use crate::choice::{Dial, EnvelopeId, LinkScope, Rate, Rule, RuleAction};
use crate::network::Delay;
use crate::verb::{Selector, Verb};

use super::{DelayV1, EnvelopeV1, RuleActionV1, RuleV1, ScopeV1, SelectorV1, VerbV1};

/// Where the numbers of clients begin.
const CLIENTS_FROM: u32 = 1 << 10;

/// Where the numbers of servers in groups begin, and how many a group has.
const GROUPS_FROM: u32 = 1 << 11;
const GROUP: u32 = 1 << 6;

pub(super) fn node_v1(node: NodeId) -> u32 {
    match node.group() {
        Some(group) => GROUPS_FROM + group * GROUP + node.number(),
        None => node.number() + if node.is_client() { CLIENTS_FROM } else { 0 },
    }
}

/// A client or a server in a group gets its place when the acts are compared with the cluster.
pub(super) fn node(number: u32) -> Option<NodeId> {
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

pub(super) fn verb_v1(verb: &Verb) -> VerbV1 {
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
pub(super) fn verb(verb: VerbV1) -> Option<Verb> {
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
