/** A virtual time or a length of time, in whole microseconds. */
export type Micros = number;

/**
 * A moment or a length of time that is handed in: microseconds, or text as scripts write it:
 * `"1.2s"`, `"300ms"`; for a moment also `"1.2s +3"`, after three steps of that time.
 */
export type When = Micros | string;

/** The name of a node: `n1`, `n2`, … of a server, `c1`, … of a client. */
export type NodeName = string;

/** A value of a field. A length of time is in microseconds, a node is its name. */
export type FieldValue = null | boolean | number | string | readonly FieldValue[] | Fields;

/** Named values, in the paper's words: `currentTerm`, `votedFor`, `commitIndex`, … */
export interface Fields {
  readonly [name: string]: FieldValue;
}

/** What is thrown: `name` is `"NetsplitError"`, `message` a sentence to be shown. */
export interface NetsplitError extends Error {
  /** The line of the text in which something is wrong, from 1, where it is about a text. */
  readonly line?: number;
  /** The character in that line, from 1. */
  readonly column?: number;
}

/** A scenario of the gallery. */
export interface Scenario {
  /** Opens it: `Run.open(id)`. */
  readonly id: string;
  readonly lab: string;
  /** The part of the course's lab: `2A`. */
  readonly part: string;
  readonly title: string;
  /** What it answers. */
  readonly question: string;
  /** One sentence: what to look for. */
  readonly lookFor: string;
  /** Where the paper says so. */
  readonly section: string;
  /** Scenarios that show the opposite. */
  readonly switches: readonly Switch[];
}

/** The same story with one thing changed. */
export interface Switch {
  readonly label: string;
  /** Opens it, as any scenario. */
  readonly id: string;
}

/** What was opened. */
export interface About {
  readonly of: "scenario" | "course" | "script";
  /** The scenario's id, if it is one. */
  readonly id: string | null;
  readonly title: string;
  readonly lookFor: string | null;
  readonly lab: string;
  /** How many of the nodes are servers: `n1`, … */
  readonly servers: number;
  /** How many are clients: `c1`, … */
  readonly clients: number;
  /** The number the run grows from; text, since it may have 64 bits. */
  readonly seed: string;
  /** The line of whoever sent the link. */
  readonly note: string;
  /** Whether the run is the one the link was made of: its fingerprint, compared. */
  readonly claim: "holds" | "differs" | "none";
  /** What else is to be said about the link, in sentences. */
  readonly remarks: readonly string[];
  /** What a test of the course said. */
  readonly verdict: string | null;
  /** What is checked after every step. */
  readonly properties: readonly Property[];
}

/** A property that is checked after every step. */
export interface Property {
  readonly id: string;
  readonly title: string;
  /** Where it is stated. */
  readonly source: string;
}

/** The run at a moment. All of it is to be read only: listeners share it. */
export interface View {
  /** The moment, as `seek` and `runTo` take it: `"0.412s +3"`. */
  readonly moment: string;
  /** Its time. */
  readonly at: Micros;
  /** Steps since the start. */
  readonly steps: number;
  /** Everything that happened, folded into 64 bits: 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** The latest moment that the branch has been run to. */
  readonly edge: string;
  /** The moment shown is that. */
  readonly atEdge: boolean;
  /** What is to be said of the moment. */
  readonly caption: string;
  /** What comes next if nobody acts. */
  readonly next: string;
  readonly nodes: readonly NodeView[];
  /** Messages under way. */
  readonly messages: readonly MessageView[];
  /** Directions that are cut. */
  readonly cuts: readonly Direction[];
  /** Rules that stand. */
  readonly rules: readonly RuleView[];
  /** Properties broken so far, first of each. */
  readonly broken: readonly Broken[];
  /** What could not be done so far. */
  readonly skipped: readonly Skipped[];
}

/** A node. */
export interface NodeView {
  readonly name: NodeName;
  /** `follower`, `candidate`, `leader`, …; `down` while it is crashed. */
  readonly role: string;
  readonly up: boolean;
  readonly paused: boolean;
  /** It takes itself for the leader. */
  readonly leads: boolean;
  readonly term: number;
  readonly lastIndex: number;
  /** Committed up to here, as the node knows. */
  readonly committed: number;
  /** How many of its calls were answered, if it is a client. */
  readonly answered: number;
  /** How many times it was started. */
  readonly incarnation: number;
  /** Its state in memory; empty while it is down. */
  readonly fields: Fields;
  /** What its disk holds, under the same names. */
  readonly disk: Fields;
  readonly log: LogView;
  /** Timers that run. */
  readonly timers: readonly TimerView[];
  /** Saves not on the disk yet. */
  readonly savesPending: number;
  /** Messages that wait for the disk. */
  readonly messagesWaiting: number;
  /** Inputs that wait because it is paused. */
  readonly inputsWaiting: number;
}

/** A log. */
export interface LogView {
  /** Index before the first entry: what a snapshot covers. */
  readonly start: number;
  readonly entries: readonly EntryView[];
  readonly committed: number;
  readonly applied: number;
  /** On the node's own disk up to here. */
  readonly durable: number;
}

/** An entry of a log. */
export interface EntryView {
  readonly index: number;
  readonly term: number;
  readonly command: string;
}

/** A timer that runs. */
export interface TimerView {
  readonly name: string;
  /** When it runs out. */
  readonly at: Micros;
}

/** A message under way. */
export interface MessageView {
  /** Its name, as acts take it: `drop n1>n3#57`. */
  readonly id: string;
  readonly from: NodeName;
  readonly to: NodeName;
  /** The paper's name of its kind: `AppendEntries`. */
  readonly kind: string;
  readonly reply: boolean;
  /** For an answer: whether it grants or agrees. */
  readonly positive: boolean;
  /** The term it carries; 0 where there is none. */
  readonly term: number;
  /** A heartbeat, or the answer to one. */
  readonly quiet: boolean;
  /** It would change something at its receiver as that stands now. */
  readonly news: boolean;
  readonly sent: Micros;
  readonly arrives: Micros;
  /** It waits before its receiver. */
  readonly held: boolean;
  /** The network will lose it half-way. */
  readonly lost: boolean;
  readonly fields: Fields;
}

/** From one node to another. */
export interface Direction {
  readonly from: NodeName;
  readonly to: NodeName;
}

/** A rule that catches messages as they are sent. */
export interface RuleView {
  /** Takes it away: `lift 1`. */
  readonly number: number;
  /** As scripts write it. */
  readonly text: string;
}

/** A property that did not hold, with its witness. */
export interface Broken {
  /** Its id. */
  readonly property: string;
  readonly title: string;
  /** Where it is stated. */
  readonly source: string;
  /** The nodes that show it. */
  readonly nodes: readonly NodeName[];
  readonly index: number | null;
  readonly term: number | null;
  /** The moment after the step that broke it. */
  readonly moment: string;
  readonly sentence: string;
}

/** Something that was to be done and could not be. */
export interface Skipped {
  readonly moment: string;
  /** A line of the script, or an act. */
  readonly what: string;
  /** `null` for a wait that was given up and an expectation that did not hold. */
  readonly why: string | null;
}

/** What a node told in a step. */
export interface Told {
  readonly node: NodeName;
  /** Whether it belongs among what matters. */
  readonly matters: boolean;
  readonly text: string;
}

/** What a client asked, and what it was told. */
export interface Operation {
  /** Its place in the order of calls, from 1. */
  readonly number: number;
  readonly client: NodeName;
  /** Which of its clerks, from 1. */
  readonly clerk: number;
  /** What was asked: `put x 1`. */
  readonly call: string;
  /** What it is about, where the service has keys. */
  readonly key: string | null;
  /** It changes nothing. */
  readonly query: boolean;
  readonly called: Micros;
  /** Each time a server was asked; the first is the call itself. */
  readonly tries: readonly Try[];
  /** When its clerk stopped waiting. */
  readonly returned: Micros | null;
  /** `failed`: surely not done; `unknown`: nobody knows. */
  readonly outcome: "waiting" | "ok" | "failed" | "unknown";
  readonly reply: string | null;
  /** Who answered. */
  readonly from: NodeName | null;
  /** How a query was answered: `lease`. */
  readonly readBy: string | null;
  /** The entry of the log as which a command took effect. */
  readonly index: number | null;
}

/** That a clerk asked a server. */
export interface Try {
  readonly at: Micros;
  readonly server: NodeName;
}

/** One thing that happened; its `kind` says what. */
export type TraceEvent = StepEvent | TextEvent | SkippedEvent | BrokenEvent;

/** What all events have. */
export interface EventBase {
  /** The moment after it. */
  readonly moment: string;
  readonly at: Micros;
  /** Steps by then. */
  readonly step: number;
  /** Whether it belongs among what matters: a heartbeat that changes nothing does not. */
  readonly matters: boolean;
}

/** A step of the world. */
export interface StepEvent extends EventBase {
  readonly kind: "step";
  /** As a script writes it: `deliver n1>n3#57`. */
  readonly choice: string;
  /** The kind of the message it is about. */
  readonly message: string | null;
  /** What became of it: `done`, `lost at the cut`, … */
  readonly outcome: string;
  /** The step that caused it; 0 for an act from outside. */
  readonly cause: number;
  /** The node it is about, as it is after the step. */
  readonly node: NodeAfter | null;
  readonly told: readonly Told[];
  /** Messages that left. */
  readonly sent: readonly Sent[];
}

/** A node after a step. */
export interface NodeAfter {
  readonly name: NodeName;
  readonly role: string;
  readonly term: number;
  /** Index before the first entry of its log. */
  readonly logStart: number;
  readonly lastIndex: number;
  readonly committed: number;
}

/** A message that left. */
export interface Sent {
  readonly id: string;
  readonly kind: string;
}

/** An act, a note of the script, a wait that was given up, or a limit that stopped the run. */
export interface TextEvent extends EventBase {
  readonly kind: "act" | "note" | "gaveUp" | "stopped";
  readonly text: string;
}

/** An act that could not be carried out. */
export interface SkippedEvent extends EventBase {
  readonly kind: "skipped";
  readonly text: string;
  readonly why: string;
}

/** A property was broken. */
export interface BrokenEvent extends EventBase {
  readonly kind: "broken";
  readonly violation: Broken;
}
