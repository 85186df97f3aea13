//! Reading acts and selectors.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use super::cursor::{Cursor, Trouble, number_from_text, short};
use super::limits;
use super::values::span_from_text;
use super::vocabulary::VERBS;
use crate::choice::{EnvelopeId, Rate, Rule, RuleAction, TimerCode};
use crate::verb::{Selector, Verb};

impl Cursor<'_> {
    /// One act: all that is left of the line.
    pub(super) fn verb(&mut self) -> Result<Verb, Trouble> {
        let verb = self.take("an act, such as `crash leader`")?;
        Ok(match verb.text {
            "crash" => {
                let who = self.selector()?;
                let (kept, torn) = self.kept()?;
                Verb::Crash { who, kept, torn }
            }
            "restart" => Verb::Restart(self.selector()?),
            "pause" => Verb::Pause(self.selector()?),
            "resume" => Verb::Resume(self.selector()?),
            "wipe" => Verb::Wipe(self.selector()?),
            "stall" => Verb::Stall(self.selector()?),
            "unstall" => Verb::Unstall(self.selector()?),
            "lie" => Verb::Lie(self.selector()?),
            "honest" => Verb::Honest(self.selector()?),
            "clock" => Verb::Clock(
                self.selector()?,
                self.read("a pace like 11/10: its time in the world's", rate_from_text)?,
            ),
            "offset" => Verb::Offset(
                self.selector()?,
                self.read("a shift like +5ms or -200us, an hour at most", offset_from_text)?,
            ),
            "isolate" => Verb::Isolate(self.selector()?),
            "cut" => {
                let (from, to, both) = self.sides()?;
                Verb::Cut { from, to, both }
            }
            "mend" => self.mend()?,
            "deliver" => Verb::Deliver(self.envelope()?),
            "release" if self.accept("all") => Verb::ReleaseAll,
            "release" => Verb::Release(self.envelope()?),
            "drop" if self.names_envelope() => Verb::Drop(self.envelope()?),
            "duplicate" if self.names_envelope() => Verb::Duplicate(self.envelope()?),
            "hold" if self.names_envelope() => Verb::Hold(self.envelope()?),
            "delay" if self.names_envelope() => {
                let id = self.envelope()?;
                self.expect("by")?;
                Verb::Delay(id, self.span()?)
            }
            "drop" => Verb::Rule(self.rule(|_| Ok(RuleAction::Drop))?),
            "duplicate" => Verb::Rule(self.rule(|_| Ok(RuleAction::Duplicate))?),
            "hold" => Verb::Rule(self.rule(|_| Ok(RuleAction::Hold))?),
            "delay" => Verb::Rule(self.rule(|line| {
                line.expect("by")?;
                Ok(RuleAction::Delay(line.span()?))
            })?),
            "fire" => Verb::Fire(self.selector()?, self.timer()?),
            // A store is asked for `put x 1`.
            "put" if !self.lab.calls.contains(&"put") || self.says("off") => {
                self.expect("off")?;
                let (who, timer) = (self.selector()?, self.timer()?);
                self.expect("by")?;
                Verb::PutOff(who, timer, self.span()?)
            }
            "persist" => Verb::Persist(self.selector()?),
            "lift" if self.accept("all") => Verb::LiftAll,
            "lift" => Verb::Lift(self.read("the number of a rule, or `all`", number_from_text)?),
            "set" => Verb::Set(self.dial()?),
            "ask" => {
                let who = self.selector()?;
                let word = self.peek().map_or("", |word| word.text);
                if !self.lab.verbs.contains(&word) && !self.lab.calls.contains(&word) {
                    return Err(self.expected(&one_of(&[self.lab.verbs, self.lab.calls].concat())));
                }
                Verb::Ask(who, self.request()?)
            }
            // `c1 get x`, and `get x` of the first client.
            name if self.cast.clients > 0 && is_client(name) => {
                self.next -= 1;
                let who = Selector::Nodes(self.nodes_list()?);
                let word = self.peek().map_or("", |word| word.text);
                if !self.lab.calls.contains(&word) {
                    return Err(self.expected(&one_of(self.lab.calls)));
                }
                Verb::Ask(who, self.request()?)
            }
            other if self.lab.calls.contains(&other) => {
                let first = self.cast.clients().next();
                let missing = || Trouble::new(verb.start, "there is no client");
                self.next -= 1;
                Verb::Ask(Selector::node(first.ok_or_else(missing)?), self.request()?)
            }
            other if self.lab.verbs.contains(&other) => {
                let start = verb.start;
                let who = match self.peek() {
                    Some(word) if is_selector(word.text) => self.selector()?,
                    _ => Selector::Leader,
                };
                let rest = self.rest(limits::REQUEST_BYTES)?;
                let words =
                    if rest.is_empty() { other.to_owned() } else { [other, &rest].join(" ") };
                Verb::Ask(who, self.understood(words, start)?)
            }
            other => return Err(Trouble::new(verb.start, self.unknown_verb(other))),
        })
    }

    fn says(&self, text: &str) -> bool {
        self.peek().is_some_and(|word| word.text == text)
    }

    /// The lab's words that are left.
    fn request(&mut self) -> Result<Rc<str>, Trouble> {
        let start = self.start();
        let words = self.rest(limits::REQUEST_BYTES)?;
        self.understood(words, start)
    }

    fn understood(&self, words: String, start: usize) -> Result<Rc<str>, Trouble> {
        if words.len() > limits::REQUEST_BYTES {
            return Err(Trouble::new(start, "this request is longer than 1,024 bytes"));
        }
        if !(self.lab.reading().understands)(&words, self.cast) {
            let message = format!("the lab does not understand `{}`", short(&words));
            return Err(Trouble::new(start, message));
        }
        Ok(words.into())
    }

    fn unknown_verb(&self, word: &str) -> String {
        let verbs: Vec<&str> = VERBS.iter().map(|verb| verb.text).collect();
        let own = [self.lab.verbs, self.lab.calls].concat();
        let known = verbs.iter().chain(&own).copied();
        let others = ["at", "run", "expect", "note", "try"];
        if others.contains(&word) {
            return format!("`{word}` is no act; an act begins with {}", {
                one_of(&[&verbs[..], &own].concat())
            });
        }
        match nearest(word, known.chain(others)) {
            Some(near) => format!("there is no `{}`; did you mean `{near}`?", short(word)),
            None => format!("there is no `{}`; an act begins with {}", short(word), {
                one_of(&[&verbs[..], &own].concat())
            }),
        }
    }

    // ── Who ────────────────────────────────────────────────────────────────

    /// `leader`, `followers`, `servers`, `clients`, `all`, `down`, or names of nodes.
    pub(super) fn selector(&mut self) -> Result<Selector, Trouble> {
        let word = self.peek().map_or("", |word| word.text);
        let clients = self.cast.clients > 0;
        let grouped = self.cast.groups.servers() > 0;
        let selector = match word {
            "leader" => {
                self.take("a selector")?;
                return match grouped && self.accept("of") {
                    true => self.group().map(Selector::LeaderOf),
                    false => Ok(Selector::Leader),
                };
            }
            _ if grouped && group_from_text(word).is_some() => {
                return self.group().map(Selector::Group);
            }
            "followers" => Selector::Followers,
            "servers" if clients => Selector::Servers,
            "clients" if clients => Selector::Clients,
            "all" => Selector::All,
            "down" => Selector::Down,
            _ if NodeId::from_name(word).is_some() => {
                return self.nodes_list().map(Selector::Nodes);
            }
            _ => return Err(self.expected("leader, followers, all, down or nodes like n1 n2")),
        };
        self.take("a selector")?;
        Ok(selector)
    }

    /// `g2`: a group that there is; `g0` is those that are in none.
    pub(super) fn group(&mut self) -> Result<u32, Trouble> {
        let start = self.start();
        let group = self.read("a group like g1", group_from_text)?;
        let count = self.cast.groups.count;
        let missing = format!("there is no g{group}: the groups are g1 to g{count}, and g0");
        if group > count { Err(Trouble::new(start, missing)) } else { Ok(group) }
    }

    /// `n1 n2 …`, at least one.
    pub(super) fn nodes_list(&mut self) -> Result<Vec<NodeId>, Trouble> {
        let mut nodes = vec![self.node()?];
        while self.peek().is_some_and(|word| NodeId::from_name(word.text).is_some()) {
            if nodes.len() == limits::SELECTED {
                return Err(self.expected("at most 64 nodes"));
            }
            nodes.push(self.node()?);
        }
        Ok(nodes)
    }

    /// `n1 -> n2 n3`, `n1 | n2 n3`.
    fn sides(&mut self) -> Result<(Selector, Selector, bool), Trouble> {
        self.split_at_links();
        let from = self.selector()?;
        let both = self.direction("`->` for one way or `|` for both")?;
        Ok((from, self.selector()?, both))
    }

    fn direction(&mut self, expected: &str) -> Result<bool, Trouble> {
        self.read(expected, |text| match text {
            "->" => Some(false),
            "|" => Some(true),
            _ => None,
        })
    }

    /// `n1 -> n2`, `n1 | n2`, or `n1` for all links of n1.
    fn mend(&mut self) -> Result<Verb, Trouble> {
        self.split_at_links();
        let from = self.selector()?;
        if self.is_done() {
            return Ok(Verb::MendAll(from));
        }
        let both = self.direction("`->`, `|` or the end of the line")?;
        Ok(Verb::Mend { from, to: self.selector()?, both })
    }

    /// `keeping 2 saves and 3 parts`, or nothing.
    fn kept(&mut self) -> Result<(u32, u32), Trouble> {
        if !self.accept("keeping") {
            return Ok((0, 0));
        }
        let kept = self.read("how many saves", number_from_text)?;
        self.read("`saves`", |text| ["saves", "save"].contains(&text).then_some(()))?;
        if !self.accept("and") {
            return Ok((kept, 0));
        }
        let torn = self.read("how many parts", number_from_text)?;
        self.read("`parts`", |text| ["parts", "part"].contains(&text).then_some(()))?;
        Ok((kept, torn))
    }

    // ── What ───────────────────────────────────────────────────────────────

    /// A span of an hour at most.
    pub(super) fn span(&mut self) -> Result<Span, Trouble> {
        self.read("a time like 150ms or 1.5s, an hour at most", span_from_text)
    }

    /// A timer of the lab, by name.
    fn timer(&mut self) -> Result<TimerCode, Trouble> {
        let timers = self.lab.timers;
        let names: Vec<&str> = timers.iter().map(|(name, _)| *name).collect();
        self.read(&format!("a timer: {}", one_of(&names)), |text| {
            let named = timers.iter().find(|(name, _)| *name == text).map(|(_, code)| *code);
            named.or_else(|| number_from_text(text.strip_prefix("timer#")?))
        })
    }

    /// A message by name: `n1>n3#57`.
    fn envelope(&mut self) -> Result<EnvelopeId, Trouble> {
        let start = self.start();
        let id = self.read("a message like n1>n3#57", envelope_from_text)?;
        let (from, to) = (self.placed(id.from, start)?, self.placed(id.to, start)?);
        Ok(EnvelopeId { from, to, ..id })
    }

    fn names_envelope(&self) -> bool {
        self.peek().is_some_and(|word| envelope_from_text(word.text).is_some())
    }

    /// `next 3 AppendEntries from n1 to n2`, `n1 -> n2`, `all`; then the action.
    fn rule(
        &mut self,
        action: impl FnOnce(&mut Self) -> Result<RuleAction, Trouble>,
    ) -> Result<Rule, Trouble> {
        self.split_at_links();
        let start = self.start();
        let mut rule =
            Rule { action: RuleAction::Drop, from: None, to: None, kind: None, left: None };
        let mut named = false;
        if self.accept("next") {
            named = true;
            rule.left = Some(1);
            if let Some(count) = self.peek().and_then(|word| number_from_text::<u32>(word.text)) {
                if count == 0 {
                    return Err(self.expected("a count from 1"));
                }
                self.take("a count")?;
                rule.left = Some(count);
            }
        }
        if self.accept("all") {
            named = true;
        } else if let Some(kind) = self.peek().and_then(|word| self.kind_from_text(word.text)) {
            self.take("a kind of message")?;
            (named, rule.kind) = (true, Some(kind));
        }
        if self.peek().is_some_and(|word| NodeId::from_name(word.text).is_some()) {
            named = true;
            rule.from = Some(self.node()?);
            self.expect("->")?;
            rule.to = Some(self.node()?);
        } else {
            if self.accept("from") {
                (named, rule.from) = (true, Some(self.node()?));
            }
            if self.accept("to") {
                (named, rule.to) = (true, Some(self.node()?));
            }
        }
        if !named {
            let found = self.expected("");
            let message = format!(
                "expected a message like n1>n3#57, a direction like n1 -> n3, `next`, `all`, or {}{}",
                one_of(self.lab.kinds),
                found.message.trim_start_matches("expected "),
            );
            return Err(Trouble::new(start, message));
        }
        rule.action = action(self)?;
        Ok(rule)
    }

    fn kind_from_text(&self, text: &str) -> Option<u8> {
        let place = self.lab.kinds.iter().position(|kind| *kind == text);
        place
            .and_then(|place| u8::try_from(place).ok())
            .or_else(|| number_from_text(text.strip_prefix("kind#")?))
    }
}

fn is_client(text: &str) -> bool {
    NodeId::from_name(text).is_some_and(NodeId::is_client)
}

/// Whether a word begins a selector.
pub(super) fn is_selector(text: &str) -> bool {
    ["leader", "followers", "servers", "clients", "all", "down"].contains(&text)
        || NodeId::from_name(text).is_some()
        || group_from_text(text).is_some()
}

/// `g2`, and `g0` for those in none.
pub(super) fn group_from_text(text: &str) -> Option<u32> {
    number_from_text(text.strip_prefix('g')?)
}

/// `n1>n3#57`, with a `'` for each copy.
pub fn envelope_from_text(text: &str) -> Option<EnvelopeId> {
    let name = text.trim_end_matches('\'');
    let copy = u8::try_from(text.len() - name.len()).ok()?;
    let (from, rest) = name.split_once('>')?;
    let (to, number) = rest.split_once('#')?;
    let number = number_from_text(number).filter(|number| *number > 0)?;
    Some(EnvelopeId { from: NodeId::from_name(from)?, to: NodeId::from_name(to)?, number, copy })
}

fn rate_from_text(text: &str) -> Option<Rate> {
    let (local, real) = text.split_once('/')?;
    let rate = Rate { local: number_from_text(local)?, real: number_from_text(real)? };
    (rate.local > 0 && rate.real > 0).then_some(rate)
}

fn offset_from_text(text: &str) -> Option<i64> {
    let (sign, span) = match text.strip_prefix('-') {
        Some(span) => (-1, span),
        None => (1, text.strip_prefix('+')?),
    };
    Some(sign * i64::try_from(span_from_text(span)?.micros()).ok()?)
}

/// `a, b or c`.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", most.join(", "))
        }
    }
}

/// The word that is at most two slips away.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > limits::NAME_BYTES || word.len() < 3 {
        return None;
    }
    let near = known.map(|other| (slips(word, other), other)).min()?;
    (near.0 <= 2 && near.0 < word.len()).then_some(near.1)
}

/// How many letters must change, come or go between two words.
fn slips(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in two.iter().enumerate() {
            let change = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[two.len()]
}
