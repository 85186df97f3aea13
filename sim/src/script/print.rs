//! Printing scripts in their one canonical form.

use std::fmt;

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use super::values::{TimeText, delay_text, parts_text, span_text, switch_text};
use super::verbs::is_selector;
use crate::choice::{Dial, LinkScope, Rule, RuleAction};
use crate::labs::{LABS, LabWords, lab};
use crate::moment::Moment;
use crate::network::NetworkOptions;
use crate::scenario::{Line, Script, Setup};
use crate::verb::{Condition, Selector, Verb};

/// Something of a script, ready to be printed in the words of its lab.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a, T> {
    value: &'a T,
    lab: &'static LabWords,
}

impl LabWords {
    /// A line, an act or a condition as a script writes it.
    pub fn show<'a, T>(&'static self, value: &'a T) -> Shown<'a, T> {
        Shown { value, lab: self }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lab = lab(&self.setup.lab).unwrap_or(LABS[0]);
        write!(f, "{}", self.setup)?;
        for (_, line) in &self.lines {
            writeln!(f, "{}", lab.show(line))?;
        }
        Ok(())
    }
}

/// The head of a script, ending with a line break.
impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scenario {} nodes={}", self.lab, self.nodes)?;
        if self.groups.servers() > 0 {
            write!(f, " groups={}x{}", self.groups.count, self.groups.size)?;
        }
        if self.clients > 0 {
            write!(f, " clients={}", self.clients)?;
        }
        write!(f, " seed={}", self.seed)?;
        if self.preset != "calm" {
            write!(f, " network={}", self.preset)?;
        }
        self.network_changes(f)?;
        if self.save_takes != Span::from_millis(1) {
            write!(f, " save={}", span_text(self.save_takes))?;
        }
        for (key, value) in &self.options {
            write!(f, " {key}={value}")?;
        }
        writeln!(f)?;
        for line in self.code.lines() {
            writeln!(f, "code {}", Quoted(line))?;
        }
        for (node, disk) in &self.disks {
            writeln!(f, "disk {node} {disk}")?;
        }
        for (node, label) in &self.labels {
            writeln!(f, "label {node} {}", Quoted(label))?;
        }
        if !self.order.is_empty() {
            writeln!(f, "order {}", Selector::Nodes(self.order.clone()))?;
        }
        Ok(())
    }
}

impl Setup {
    /// What differs from the preset.
    fn network_changes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(preset) = NetworkOptions::preset(self.preset) else { return Ok(()) };
        let (links, before) = (&self.network.links, &preset.links);
        if links.delay != before.delay {
            write!(f, " delay={}", delay_text(&links.delay))?;
        }
        if links.loss != before.loss {
            write!(f, " loss={}", parts_text(links.loss))?;
        }
        if links.duplicate != before.duplicate {
            write!(f, " duplicate={}", parts_text(links.duplicate))?;
        }
        if (links.reorder, links.reorder_by) != (before.reorder, before.reorder_by) {
            write!(f, " reorder={}/{}", parts_text(links.reorder), span_text(links.reorder_by))?;
        }
        if links.bandwidth != before.bandwidth {
            write!(f, " bandwidth={}", Bandwidth(links.bandwidth))?;
        }
        if let (Some(course), Some(before)) = (&self.network.course, &preset.course) {
            if course.unreliable != before.unreliable {
                write!(f, " unreliable={}", switch_text(course.unreliable))?;
            }
            if course.long_reordering != before.long_reordering {
                write!(f, " long-reordering={}", switch_text(course.long_reordering))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_, Line> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |f: &mut fmt::Formatter<'_>, at: &Option<Moment>| match at {
            Some(moment) => write!(f, "at {moment} "),
            None => Ok(()),
        };
        match self.value {
            Line::Act { at: when, verb } => {
                at(f, when)?;
                write!(f, "{}", self.lab.show(verb))
            }
            Line::RunFor(span) => write!(f, "run for {}", span_text(*span)),
            Line::RunUntil { condition, within } => {
                write!(f, "run until {condition}")?;
                match within {
                    Some(span) => write!(f, " within {}", span_text(*span)),
                    None => Ok(()),
                }
            }
            Line::Expect { condition, holds } => {
                write!(f, "expect {}{condition}", if *holds { "" } else { "not " })
            }
            Line::Note { at: when, text } => {
                at(f, when)?;
                write!(f, "note {}", Quoted(text))
            }
            Line::Try { label, verb } => {
                write!(f, "try {} {}", Quoted(label), self.lab.show(verb))
            }
        }
    }
}

impl fmt::Display for Shown<'_, Verb> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Verb::Crash { who, kept: 0, torn: 0 } => write!(f, "crash {who}"),
            Verb::Crash { who, kept, torn } => {
                let saves = if *kept == 1 { "save" } else { "saves" };
                write!(f, "crash {who} keeping {kept} {saves}")?;
                match torn {
                    0 => Ok(()),
                    1 => f.write_str(" and 1 part"),
                    torn => write!(f, " and {torn} parts"),
                }
            }
            Verb::Restart(who) => write!(f, "restart {who}"),
            Verb::Pause(who) => write!(f, "pause {who}"),
            Verb::Resume(who) => write!(f, "resume {who}"),
            Verb::Wipe(who) => write!(f, "wipe {who}"),
            Verb::Stall(who) => write!(f, "stall {who}"),
            Verb::Unstall(who) => write!(f, "unstall {who}"),
            Verb::Lie(who) => write!(f, "lie {who}"),
            Verb::Honest(who) => write!(f, "honest {who}"),
            Verb::Clock(who, rate) => write!(f, "clock {who} {}/{}", rate.local, rate.real),
            Verb::Offset(who, by) => {
                let sign = if *by < 0 { '-' } else { '+' };
                write!(f, "offset {who} {sign}{}", TimeText(by.unsigned_abs()))
            }
            Verb::Isolate(who) => write!(f, "isolate {who}"),
            Verb::Cut { from, to, both } => write!(f, "cut {from} {} {to}", arrow(*both)),
            Verb::Mend { from, to, both } => write!(f, "mend {from} {} {to}", arrow(*both)),
            Verb::MendAll(who) => write!(f, "mend {who}"),
            Verb::Deliver(id) => write!(f, "deliver {id}"),
            Verb::Drop(id) => write!(f, "drop {id}"),
            Verb::Duplicate(id) => write!(f, "duplicate {id}"),
            Verb::Hold(id) => write!(f, "hold {id}"),
            Verb::Release(id) => write!(f, "release {id}"),
            Verb::ReleaseAll => f.write_str("release all"),
            Verb::Delay(id, by) => write!(f, "delay {id} by {}", span_text(*by)),
            Verb::Fire(who, timer) => write!(f, "fire {who} {}", self.timer(*timer)),
            Verb::PutOff(who, timer, by) => {
                write!(f, "put off {who} {} by {}", self.timer(*timer), span_text(*by))
            }
            Verb::Persist(who) => write!(f, "persist {who}"),
            Verb::Rule(rule) => write!(f, "{}", self.lab.show(rule)),
            Verb::Lift(id) => write!(f, "lift {id}"),
            Verb::LiftAll => f.write_str("lift all"),
            Verb::Set(dial) => write!(f, "set {dial}"),
            Verb::Ask(who, words) => {
                // Without `ask`, a name after the verb says who is asked.
                let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
                let first = rest.split(' ').next().unwrap_or("");
                let clients = |nodes: &[NodeId]| nodes.iter().all(|node| node.is_client());
                if self.lab.calls.contains(&verb) {
                    match who {
                        Selector::Nodes(nodes) if clients(nodes) => write!(f, "{who} {words}"),
                        _ => write!(f, "ask {who} {words}"),
                    }
                } else if !self.lab.verbs.contains(&verb) || is_selector(first) {
                    write!(f, "ask {who} {words}")
                } else if *who == Selector::Leader {
                    f.write_str(words)
                } else {
                    // Of some words the first is all: `stop n1`.
                    let blank = if rest.is_empty() { "" } else { " " };
                    write!(f, "{verb} {who}{blank}{rest}")
                }
            }
        }
    }
}

impl Shown<'_, Verb> {
    fn timer(&self, code: u32) -> String {
        let named = self.lab.timers.iter().find(|(_, other)| *other == code);
        named.map_or_else(|| format!("timer#{code}"), |(name, _)| (*name).to_owned())
    }
}

impl fmt::Display for Shown<'_, Rule> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = self.value;
        f.write_str(match rule.action {
            RuleAction::Hold => "hold",
            RuleAction::Drop => "drop",
            RuleAction::Delay(_) => "delay",
            RuleAction::Duplicate => "duplicate",
        })?;
        match rule.left {
            Some(1) => f.write_str(" next")?,
            Some(left) => write!(f, " next {left}")?,
            None => {}
        }
        match rule.kind {
            Some(kind) => match self.lab.kinds.get(usize::from(kind)) {
                Some(name) => write!(f, " {name}")?,
                None => write!(f, " kind#{kind}")?,
            },
            None if rule.left.is_none() && (rule.from.is_none() || rule.to.is_none()) => {
                f.write_str(" all")?;
            }
            None => {}
        }
        match (rule.from, rule.to) {
            (Some(from), Some(to)) => write!(f, " {from} -> {to}")?,
            (Some(from), None) => write!(f, " from {from}")?,
            (None, Some(to)) => write!(f, " to {to}")?,
            (None, None) => {}
        }
        match rule.action {
            RuleAction::Delay(by) => write!(f, " by {}", span_text(by)),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dial::Delay(scope, delay) => write!(f, "delay {}{}", delay_text(delay), On(*scope)),
            Dial::Loss(scope, parts) => write!(f, "loss {}{}", parts_text(*parts), On(*scope)),
            Dial::Duplicate(scope, parts) => {
                write!(f, "duplicate {}{}", parts_text(*parts), On(*scope))
            }
            Dial::Reorder(scope, parts, by) => {
                write!(f, "reorder {} by {}{}", parts_text(*parts), span_text(*by), On(*scope))
            }
            Dial::Bandwidth(scope, bytes) => {
                write!(f, "bandwidth {}{}", Bandwidth(*bytes), On(*scope))
            }
            Dial::Save(None, takes) => write!(f, "save {}", span_text(*takes)),
            Dial::Save(Some(node), takes) => write!(f, "save {} on {node}", span_text(*takes)),
            Dial::Unreliable(on) => write!(f, "unreliable {}", switch_text(*on)),
            Dial::LongReordering(on) => write!(f, "long-reordering {}", switch_text(*on)),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |f: &mut fmt::Formatter<'_>, who: &Option<Selector>| match who {
            Some(who) => write!(f, " on {who}"),
            None => Ok(()),
        };
        match self {
            Condition::Leader(None) => f.write_str("leader"),
            Condition::Leader(Some(node)) => write!(f, "leader {node}"),
            Condition::LeaderOf(group) => write!(f, "leader of g{group}"),
            Condition::Settled(at, who) => {
                write!(f, "settled {at}")?;
                on(f, who)
            }
            Condition::NoLeader => f.write_str("no leader"),
            Condition::Committed(index, who) => {
                write!(f, "committed {index}")?;
                on(f, who)
            }
            Condition::Term(term, who) => {
                write!(f, "term {term}")?;
                on(f, who)
            }
            Condition::Log(index, who) => {
                write!(f, "log {index}")?;
                on(f, who)
            }
            Condition::Answered(calls, who) => {
                write!(f, "answered {calls}")?;
                on(f, who)
            }
            Condition::Broken(None) => f.write_str("broken"),
            Condition::Broken(Some(property)) => write!(f, "broken {property}"),
            Condition::Quiet => f.write_str("quiet"),
        }
    }
}

fn arrow(both: bool) -> &'static str {
    if both { "|" } else { "->" }
}

/// ` on n1 -> n2`, or nothing for all links.
struct On(LinkScope);

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((from, to)) => write!(f, " on {from} -> {to}"),
            None => Ok(()),
        }
    }
}

/// Bytes a second; 0 is without limit.
struct Bandwidth(u64);

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("unlimited"),
            bytes => write!(f, "{bytes}"),
        }
    }
}

/// A text in quotes. Control characters, which no line can hold, become blanks.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        f.write_char('"')?;
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => write!(f, "\\{letter}")?,
                _ if letter.is_control() => f.write_char(' ')?,
                _ => f.write_char(letter)?,
            }
        }
        f.write_char('"')
    }
}
