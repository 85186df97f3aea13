//! The plain objects of a moment, field for field as `types.ts` describes them.

use netsplit_core::id::NodeId;
use netsplit_sim::labs::LabWords;
use netsplit_sim::property::{Property, Violation};
use netsplit_sim::run::{Flying, LogShown, NodeShown, OpShown, Run, Told, WorldView};
use netsplit_sim::scenario::Scenario;
use netsplit_sim::scene::{Act, Deed, Planned, Skipped};
use netsplit_sim::words;
use serde::Serialize;

use crate::value::{Count, Fields};

/// `Scenario` in `types.ts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioShown {
    id: &'static str,
    lab: String,
    part: &'static str,
    title: &'static str,
    question: &'static str,
    look_for: &'static str,
    section: &'static str,
    switches: Vec<SwitchShown>,
}

/// `Switch` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct SwitchShown {
    label: &'static str,
    id: &'static str,
}

impl ScenarioShown {
    /// A scenario of the list.
    pub fn of(scenario: &'static Scenario) -> ScenarioShown {
        let switches = scenario.switches.iter();
        ScenarioShown {
            id: scenario.id,
            lab: scenario.parse().setup.lab,
            part: scenario.part,
            title: scenario.title,
            question: scenario.question,
            look_for: scenario.look_for,
            section: scenario.section,
            switches: switches
                .map(|switch| SwitchShown { label: switch.label, id: switch.shows.id })
                .collect(),
        }
    }
}

/// `View` in `types.ts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    moment: String,
    at: Count,
    steps: Count,
    fingerprint: String,
    edge: String,
    at_edge: bool,
    caption: String,
    next: String,
    nodes: Vec<NodeView>,
    messages: Vec<MessageView>,
    cuts: Vec<Direction>,
    rules: Vec<RuleView>,
    broken: Vec<Broken>,
    skipped: Vec<SkippedView>,
}

/// `NodeView` in `types.ts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    name: String,
    role: &'static str,
    up: bool,
    paused: bool,
    leads: bool,
    term: Count,
    last_index: Count,
    committed: Count,
    answered: Count,
    incarnation: u32,
    fields: Fields,
    disk: Fields,
    log: LogView,
    timers: Vec<TimerView>,
    saves_pending: u32,
    messages_waiting: u32,
    inputs_waiting: u32,
}

/// `LogView` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct LogView {
    start: Count,
    entries: Vec<EntryView>,
    committed: Count,
    applied: Count,
    durable: Count,
}

/// `EntryView` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct EntryView {
    index: Count,
    term: Count,
    command: String,
}

/// `TimerView` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct TimerView {
    name: String,
    at: Count,
}

/// `MessageView` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct MessageView {
    id: String,
    from: String,
    to: String,
    kind: &'static str,
    reply: bool,
    positive: bool,
    term: Count,
    quiet: bool,
    news: bool,
    sent: Count,
    arrives: Count,
    held: bool,
    lost: bool,
    fields: Fields,
}

/// `Direction` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct Direction {
    from: String,
    to: String,
}

/// `RuleView` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct RuleView {
    number: u32,
    text: String,
}

/// `Broken` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct Broken {
    property: &'static str,
    title: &'static str,
    source: &'static str,
    nodes: Vec<String>,
    index: Option<Count>,
    term: Option<Count>,
    moment: String,
    sentence: String,
}

/// `Skipped` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct SkippedView {
    moment: String,
    what: String,
    why: Option<String>,
}

/// `Told` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct ToldView {
    node: String,
    matters: bool,
    text: String,
}

/// `Operation` in `types.ts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    number: u32,
    client: String,
    clerk: u32,
    call: String,
    key: Option<String>,
    query: bool,
    called: Count,
    tries: Vec<Try>,
    returned: Option<Count>,
    outcome: &'static str,
    reply: Option<String>,
    from: Option<String>,
    read_by: Option<&'static str>,
    index: Option<Count>,
}

/// `Try` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct Try {
    at: Count,
    server: String,
}

/// The run at the moment shown.
pub fn view(run: &mut dyn Run, lab: &'static LabWords) -> View {
    let view = run.view();
    let caption = words::caption(lab, &view);
    let acts = run.acts();
    View {
        moment: view.moment.to_string(),
        at: view.moment.at.into(),
        steps: view.steps.into(),
        fingerprint: view.fingerprint.to_string(),
        edge: view.edge.to_string(),
        at_edge: view.at_edge,
        caption: caption.text,
        next: caption.next,
        nodes: view.nodes.iter().map(|node| node_view(node)).collect(),
        messages: messages(&view),
        cuts: view.cuts.iter().map(|(from, to)| direction(*from, *to)).collect(),
        rules: view
            .rules
            .iter()
            .map(|(number, rule)| RuleView { number: *number, text: lab.show(rule).to_string() })
            .collect(),
        broken: view.broken.iter().map(|broken| Broken::of(run.properties(), broken)).collect(),
        skipped: view.skipped.iter().map(|it| skipped(it, run, &acts, lab)).collect(),
    }
}

/// What the world and the acting node told in the step just made.
pub fn told(told: Vec<Told>) -> Vec<ToldView> {
    let shown =
        |Told { node, matters, text, .. }| ToldView { node: node.to_string(), matters, text };
    told.into_iter().map(shown).collect()
}

/// What clients asked up to the moment shown and were told.
pub fn operations(run: &dyn Run) -> Vec<Operation> {
    let shown = |op: OpShown| Operation {
        number: op.id.number(),
        client: op.client.to_string(),
        clerk: op.clerk,
        call: op.call,
        key: op.key,
        query: op.query,
        called: op.called.into(),
        tries: op
            .tries
            .into_iter()
            .map(|(at, server)| Try { at: at.into(), server: server.to_string() })
            .collect(),
        returned: op.returned.map(Count::from),
        outcome: op.outcome.word(),
        reply: op.reply,
        from: op.from.map(|node| node.to_string()),
        read_by: op.read_by,
        index: op.index.map(Count),
    };
    run.operations(0).changed.into_iter().map(shown).collect()
}

fn node_view(node: &NodeShown) -> NodeView {
    NodeView {
        name: node.id.to_string(),
        role: node.view.role,
        up: node.up,
        paused: node.paused,
        leads: node.glance.leads,
        term: node.glance.term.into(),
        last_index: node.glance.last_index.into(),
        committed: node.glance.committed.into(),
        answered: node.glance.answered.into(),
        incarnation: node.incarnation,
        fields: Fields(node.view.fields.clone()),
        disk: Fields(node.disk.clone()),
        log: log_view(&node.log),
        timers: node
            .timers
            .iter()
            .map(|(name, _, at)| TimerView { name: name.clone(), at: (*at).into() })
            .collect(),
        saves_pending: node.pending.0,
        messages_waiting: node.waiting,
        inputs_waiting: node.backlog,
    }
}

fn log_view(log: &LogShown) -> LogView {
    let entries = (log.start + 1..).zip(&log.entries);
    LogView {
        start: log.start.into(),
        entries: entries
            .map(|(index, (term, command))| EntryView {
                index: index.into(),
                term: (*term).into(),
                command: command.clone(),
            })
            .collect(),
        committed: log.committed.into(),
        applied: log.applied.into(),
        durable: log.durable.into(),
    }
}

fn messages(view: &WorldView) -> Vec<MessageView> {
    let shown = |(flying, news): (&std::rc::Rc<Flying>, &bool)| MessageView {
        id: flying.id.to_string(),
        from: flying.id.from.to_string(),
        to: flying.id.to.to_string(),
        kind: flying.kind,
        reply: flying.reply,
        positive: flying.positive,
        term: flying.term.into(),
        quiet: flying.quiet,
        news: *news,
        sent: flying.sent.into(),
        arrives: flying.arrives.into(),
        held: flying.held,
        lost: flying.lost,
        fields: Fields(flying.fields.clone()),
    };
    view.flying.iter().zip(&view.news).map(shown).collect()
}

fn direction(from: NodeId, to: NodeId) -> Direction {
    Direction { from: from.to_string(), to: to.to_string() }
}

impl Broken {
    /// A property that did not hold, of those a lab checks.
    pub(crate) fn of(properties: &[Property], violation: &Violation) -> Broken {
        let property = properties.iter().find(|property| property.id == violation.property);
        Broken {
            property: violation.property,
            title: property.map_or(violation.property, |property| property.title),
            source: property.map_or("", |property| property.source),
            nodes: violation.nodes.iter().map(NodeId::to_string).collect(),
            index: violation.index.map(Count),
            term: violation.term.map(Count),
            moment: violation.moment.to_string(),
            sentence: format!("{}.", words::capital(&words::violation(violation))),
        }
    }
}

fn skipped(skipped: &Skipped, run: &dyn Run, acts: &[Act], lab: &'static LabWords) -> SkippedView {
    let what = match skipped.what {
        Planned::Line(number) => {
            run.script().get(number as usize).map(|line| lab.show(line).to_string())
        }
        Planned::Act(number) => acts.get(number as usize).map(|act| match &act.deed {
            Deed::Verb(verb) => lab.show(verb).to_string(),
            Deed::Choice(choice) => words::choice(lab, choice),
        }),
    };
    SkippedView {
        moment: skipped.moment.to_string(),
        what: what.unwrap_or_default(),
        why: skipped.why.as_ref().map(|why| words::not_possible(lab, why)),
    }
}
