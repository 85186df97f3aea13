//! Reading a whole script: its head, then its lines.

use crate::order::by_rank;
use netsplit_core::id::{Cast, Groups};

use super::cursor::{Cursor, Trouble, number_from_text, short};
use super::values::{delay_from_text, parts_from_text, span_from_text, switch_from_text};
use super::verbs::{nearest, one_of};
use super::{ScriptError, limits};
use crate::choice::Dial;
use crate::labs::{LABS, WORLD_OPTIONS, lab};
use crate::moment::Moment;
use crate::network::NetworkOptions;
use crate::scenario::{Line, Script, Setup};

/// The networks by name.
pub(super) const PRESETS: &[&str] = &["calm", "lan", "wan", "lossy", "course"];

/// Reads a script.
pub(super) fn script(text: &str) -> Result<Script, ScriptError> {
    let whole = |message: &str| ScriptError { line: 1, column: 1, message: message.to_owned() };
    if text.len() > limits::TEXT_BYTES {
        return Err(whole("the script is longer than 64 KiB"));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut script: Option<Script> = None;
    let mut last = 0;
    for (number, line) in (1..).zip(text.lines()) {
        if number > limits::LINES as u32 {
            let message = "the script has more than 2,000 lines".to_owned();
            return Err(ScriptError { line: number, column: 1, message });
        }
        last = number;
        let read = match &mut script {
            None => head(line).map(|setup| {
                script = setup.map(|setup| Script { setup, lines: Vec::new() });
            }),
            Some(script) => body(line, number, script),
        };
        read.map_err(|trouble| trouble.at_line(line, number))?;
    }
    let mut script = script.ok_or_else(|| ScriptError {
        line: last.max(1),
        column: 1,
        message: "expected a first line like `scenario raft nodes=5 seed=7`".to_owned(),
    })?;
    script.setup.name_code().map_err(|why| whole(&why))?;
    Ok(script)
}

/// `scenario raft nodes=3 seed=4 …`; `None` for an empty line.
fn head(line: &str) -> Result<Option<Setup>, Trouble> {
    let mut cursor = Cursor::new(line, LABS[0], Cast::default())?;
    if cursor.is_done() {
        return Ok(None);
    }
    if !cursor.accept("scenario") {
        return Err(cursor.expected("a first line like `scenario raft nodes=5 seed=7`"));
    }
    let names: Vec<&str> = LABS.iter().map(|lab| lab.name).collect();
    let named = cursor.peek().map_or(0, |word| word.start);
    cursor.lab = cursor.read(&format!("a lab: {}", one_of(&names)), lab)?;
    if !cursor.lab.is_here() {
        let message = format!("the lab `{}` has not come yet", cursor.lab.name);
        return Err(Trouble::new(named, message));
    }
    let mut setup = Setup::of(cursor.lab);
    // The network's preset comes before what changes it, wherever it stands.
    let mut changes: Vec<(&str, &str, usize)> = Vec::new();
    let mut given: Vec<(String, String)> = Vec::new();
    let mut places = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let mut groups_at = 0;
    while let Some(word) = cursor.peek() {
        let Some((key, value)) = word.text.split_once('=') else {
            return Err(cursor.expected("an option like seed=7"));
        };
        cursor.take("an option")?;
        let at = word.start + key.len() + 1;
        let own = cursor.lab.options.iter().any(|(name, _)| *name == key);
        if !own && key != "seed" && !WORLD_OPTIONS.iter().any(|(name, _)| *name == key) {
            return Err(unknown_key(&cursor, key, word.start));
        }
        if value.is_empty() || value.len() > 16 * limits::NAME_BYTES {
            return Err(Trouble::new(at, format!("expected a value for `{key}`")));
        }
        if seen.contains(&key) && key != "mistake" {
            return Err(Trouble::new(word.start, format!("`{key}` is set twice")));
        }
        seen.push(key);
        let expected =
            |what: &str| Trouble::new(at, format!("expected {what}, found `{}`", short(value)));
        match key {
            _ if own => {
                given.push((key.to_owned(), value.to_owned()));
                places.push(at);
            }
            "nodes" => {
                let grouped = cursor.lab.cast.groups.servers() > 0;
                let most = if grouped { limits::GROUPED } else { limits::NODES };
                let nodes = number_from_text(value).filter(|n| (1..=most).contains(n));
                setup.nodes = nodes.ok_or_else(|| expected(&format!("1 to {most} nodes")))?;
            }
            "groups" if cursor.lab.cast.groups.servers() > 0 => {
                let groups = value.split_once('x').and_then(|(count, size)| {
                    let (count, size) = (number_from_text(count)?, number_from_text(size)?);
                    Some(Groups { count, size }).filter(|_| count > 0 && size > 0)
                });
                let fits = |it: &Groups| {
                    it.count <= limits::GROUPED && it.size <= limits::GROUPED && it.servers() > 0
                };
                setup.groups = groups
                    .filter(fits)
                    .ok_or_else(|| expected("groups like 3x3: three groups of three servers"))?;
                groups_at = at;
            }
            "clients" if cursor.lab.cast.clients > 0 => {
                let clients = number_from_text(value).filter(|n| (1..=limits::CLIENTS).contains(n));
                setup.clients = clients.ok_or_else(|| expected("1 to 24 clients"))?;
            }
            "clients" | "groups" => {
                let message = format!("a cluster of the lab `{}` has no {key}", setup.lab);
                return Err(Trouble::new(word.start, message));
            }
            "seed" => {
                let seed = number_from_text(value);
                setup.seed = seed.ok_or_else(|| expected("a number below 2^64"))?;
            }
            "network" => {
                let preset = PRESETS.iter().find(|name| **name == value);
                setup.preset = preset.ok_or_else(|| expected(&one_of(PRESETS)))?;
                setup.network =
                    NetworkOptions::preset(value).expect("all names in PRESETS are presets");
            }
            "save" => {
                let span = span_from_text(value).filter(|span| *span <= Dial::DELAY_MOST);
                setup.save_takes = span.ok_or_else(|| expected("a time of a minute at most"))?;
            }
            _ => changes.push((key, value, at)),
        }
    }
    if setup.groups.servers() >= setup.nodes && setup.groups.servers() > 0 {
        let (nodes, grouped) = (setup.nodes, setup.groups.servers());
        let message = format!(
            "expected fewer servers in groups than the {nodes} nodes there are, found {grouped}"
        );
        return Err(Trouble::new(groups_at, message));
    }
    for (key, value, at) in changes {
        change_network(&mut setup.network, key, value)
            .map_err(|what| Trouble::new(at, format!("{what}, found `{}`", short(value))))?;
    }
    setup.options = (cursor.lab.reading().set_options)(&given)
        .map_err(|(place, why)| Trouble::new(places.get(place).copied().unwrap_or(0), why))?;
    Ok(Some(setup))
}

fn unknown_key(cursor: &Cursor<'_>, key: &str, start: usize) -> Trouble {
    let options = WORLD_OPTIONS.iter().chain(cursor.lab.options).map(|(name, _)| *name);
    let known: Vec<&str> = options.chain(["seed"]).collect();
    let message = match nearest(key, known.iter().copied()) {
        Some(near) => format!("there is no option `{}`; did you mean `{near}`?", short(key)),
        None => format!("there is no option `{}`; there are {}", short(key), one_of(&known)),
    };
    Trouble::new(start, message)
}

/// Changes one thing of a preset.
fn change_network(
    network: &mut NetworkOptions,
    key: &str,
    value: &str,
) -> Result<(), &'static str> {
    const SHARE: &str = "expected a share from 0% to 100%, like 0.5%";
    let links = &mut network.links;
    match key {
        "delay" => {
            links.delay = delay_from_text(value)
                .ok_or("expected a delay like 8ms, 8ms..16ms or table:1ms,2ms,40ms")?;
        }
        "loss" => links.loss = parts_from_text(value).ok_or(SHARE)?,
        "duplicate" => links.duplicate = parts_from_text(value).ok_or(SHARE)?,
        "reorder" => {
            const REORDER: &str = "expected a share and a time, like 10%/200ms";
            let (parts, by) = value.split_once('/').ok_or(REORDER)?;
            links.reorder = parts_from_text(parts).ok_or(REORDER)?;
            let by = span_from_text(by).filter(|by| *by <= Dial::DELAY_MOST);
            links.reorder_by = by.ok_or(REORDER)?;
        }
        "bandwidth" => {
            let bytes = if value == "unlimited" { Some(0) } else { number_from_text(value) };
            links.bandwidth = bytes
                .filter(|bytes| *bytes <= 1 << 40)
                .ok_or("expected bytes a second, or `unlimited`")?;
        }
        other => {
            let on = switch_from_text(value).ok_or("expected `on` or `off`")?;
            let course = network.course.as_mut().ok_or("this belongs to network=course")?;
            if other == "unreliable" {
                course.unreliable = on;
            } else {
                course.long_reordering = on;
            }
        }
    }
    Ok(())
}

/// A line after the head.
fn body(line: &str, number: u32, script: &mut Script) -> Result<(), Trouble> {
    let lab = lab(&script.setup.lab).expect("the head named a lab that exists");
    let nodes = script.setup.nodes;
    let mut cursor = Cursor::new(line, lab, script.setup.cast())?;
    if cursor.is_done() {
        return Ok(());
    }
    let first = cursor.peek().map_or("", |word| word.text);
    if !["code", "disk", "label", "order", "scenario"].contains(&first) {
        let read = cursor.line()?;
        cursor.done()?;
        script.lines.push((number, read));
        return Ok(());
    }
    let start = cursor.start();
    if first == "scenario" {
        return Err(Trouble::new(start, "the scenario is named already"));
    }
    if !script.lines.is_empty() {
        let message = format!("`{first}` belongs to the start: before anything happens");
        return Err(Trouble::new(start, message));
    }
    cursor.take(first)?;
    let setup = &mut script.setup;
    let twice = |name| Trouble::new(start, format!("{name} has a `{first}` already"));
    match first {
        "code" => {
            if lab.reading().with_code.is_none() {
                let message = format!("the lab `{}` runs no code of a reader's own", lab.name);
                return Err(Trouble::new(start, message));
            }
            setup.code.push_str(&cursor.quoted("a line in quotes", limits::TEXT_BYTES)?);
            setup.code.push('\n');
            cursor.done()?;
        }
        "disk" => {
            let at = cursor.start();
            let node = cursor.node()?;
            if node.is_client() {
                return Err(Trouble::new(at, "a client has no disk"));
            }
            if setup.disks.iter().any(|(other, _)| *other == node) {
                return Err(twice(node.to_string()));
            }
            let from = cursor.start();
            // The lab reads the line as it stands, so that places stay true.
            let raw = line.get(from..).unwrap_or("");
            let end = cursor.rest(limits::TEXT_BYTES).map(|_| raw)?;
            let disk = (lab.reading().set_disk)(end, nodes)
                .map_err(|(at, why)| Trouble::new(from + at, why))?;
            let place = setup.disks.partition_point(|(other, _)| *other < node);
            setup.disks.insert(place, (node, disk));
        }
        "label" => {
            let node = cursor.node()?;
            if setup.labels.iter().any(|(other, _)| *other == node) {
                return Err(twice(node.to_string()));
            }
            let label = cursor.quoted("a label in quotes", limits::NAME_BYTES)?;
            cursor.done()?;
            let place = setup.labels.partition_point(|(other, _)| *other < node);
            setup.labels.insert(place, (node, label));
        }
        _ => {
            if !setup.order.is_empty() {
                return Err(twice("the scenario".to_owned()));
            }
            let order = cursor.nodes_list()?;
            cursor.done()?;
            let mut once = order.clone();
            by_rank(&mut once, |node| u128::from(node.word()));
            once.dedup();
            let servers = once.iter().filter(|node| !node.is_client()).count();
            if servers != nodes as usize || order.len() != servers {
                let message = format!("expected each of n1 to n{nodes} once");
                return Err(Trouble::new(start, message));
            }
            setup.order = order;
        }
    }
    Ok(())
}

/// A reader's own code as a script has it: each line ends with a line break, and blanks stand for
/// what a script cannot hold.
pub fn clean(code: &str) -> String {
    let line = |line: &str| -> String {
        let line = line.replace('\t', "    ");
        let letters = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
        letters.chain(['\n']).collect()
    };
    code.lines().map(line).collect()
}

impl Setup {
    /// The same start with a reader's own code, whose lines lose what a script cannot hold.
    ///
    /// # Errors
    /// The lab runs no such code.
    pub fn with_code(&self, code: &str) -> Result<Setup, ScriptError> {
        let setup = Setup { code: clean(code), ..self.clone() };
        Ok(Script::parse(&setup.to_string())?.setup)
    }

    /// Lets the options say which code is run.
    fn name_code(&mut self) -> Result<(), String> {
        if let Some(with) = lab(&self.lab).and_then(|lab| lab.reading().with_code) {
            self.options = with(&self.code, &self.options)?;
        }
        Ok(())
    }

    /// The same start with some options changed, as a script's head writes them;
    /// the first `mistake` replaces those that were on.
    ///
    /// # Errors
    /// The option that is not as it should be.
    pub fn changed(&self, changes: &[(String, String)]) -> Result<Setup, ScriptError> {
        let one_word = |(_, value): &(String, String)| {
            !value.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        };
        if !changes.iter().all(one_word) {
            let message = "an option's value is one word".to_owned();
            return Err(ScriptError { line: 1, column: 1, message });
        }
        let printed = self.to_string();
        let (first, rest) = printed.split_once('\n').unwrap_or((&printed, ""));
        let stays = |word: &&str| {
            let key = word.split_once('=').map_or("", |(key, _)| key);
            !changes.iter().any(|(other, _)| other == key)
        };
        let mut head: Vec<String> = first.split(' ').filter(stays).map(str::to_owned).collect();
        head.extend(changes.iter().map(|(key, value)| format!("{key}={value}")));
        let read = Script::parse(&format!("{}\n{rest}", head.join(" ")))?;
        Ok(read.setup)
    }
}

impl Cursor<'_> {
    /// A line that happens.
    pub(super) fn line(&mut self) -> Result<Line, Trouble> {
        if self.accept("at") {
            let moment = self.moment()?;
            if self.accept("note") {
                return Ok(Line::Note { at: Some(moment), text: self.note()? });
            }
            return Ok(Line::Act { at: Some(moment), verb: self.verb()? });
        }
        if self.accept("note") {
            return Ok(Line::Note { at: None, text: self.note()? });
        }
        if self.accept("expect") {
            let holds = !self.accept("not");
            return Ok(Line::Expect { condition: self.condition()?, holds });
        }
        if self.accept("try") {
            let label = self.quoted("what the button says, in quotes", limits::NAME_BYTES)?;
            return Ok(Line::Try { label, verb: self.verb()? });
        }
        if self.accept("run") {
            if self.accept("for") {
                return Ok(Line::RunFor(self.span()?));
            }
            if !self.accept("until") {
                return Err(self.expected("`for` or `until`"));
            }
            let condition = self.condition()?;
            let within = if self.accept("within") { Some(self.span()?) } else { None };
            return Ok(Line::RunUntil { condition, within });
        }
        Ok(Line::Act { at: None, verb: self.verb()? })
    }

    fn note(&mut self) -> Result<String, Trouble> {
        self.quoted("a sentence in quotes", limits::NOTE_BYTES)
    }

    /// `1.2s`, `1.2s +3`.
    fn moment(&mut self) -> Result<Moment, Trouble> {
        const EXPECTED: &str = "a moment like 1.2s or 1.2s +3, an hour at most";
        let at = self.read(EXPECTED, |text| {
            let moment: Moment = text.parse().ok()?;
            (moment.at.micros() <= limits::SPAN.micros()).then_some(moment)
        })?;
        let step = self.peek().and_then(|word| word.text.strip_prefix('+'));
        match step {
            Some(_) if at.step.is_some() => Err(self.expected("an act")),
            Some(step) => {
                let step = number_from_text(step).filter(|step| *step < u32::MAX);
                let step = step.ok_or_else(|| self.expected("a step like +3"))?;
                self.take("a step")?;
                Ok(Moment::exact(at.at, step))
            }
            None => Ok(at),
        }
    }
}
