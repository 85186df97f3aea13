//! The commands, and what `--help` says of each.

use std::io::Write;

use crate::asked::Asked;
use crate::trouble::{Ending, Trouble, did_you_mean};
use crate::{check, course, links, list, luck, mapreduce, play, swarm};

/// A command.
pub(crate) struct Command {
    /// Its name.
    pub(crate) name: &'static str,
    /// How it is written.
    pub(crate) usage: &'static str,
    /// What it does, in one line.
    about: &'static str,
    /// All the rest of its help.
    more: &'static str,
    /// Its options.
    pub(crate) options: &'static [&'static str],
    /// How many words it needs.
    pub(crate) words_least: usize,
    /// How many it can use.
    pub(crate) words_most: usize,
    /// What it does.
    pub(crate) go: fn(&Asked, &mut dyn Write) -> Result<Ending, Trouble>,
}

/// All commands.
const COMMANDS: &[Command] = &[
    Command {
        name: "labs",
        usage: "netsplit labs",
        about: "list the labs",
        more: "A line a lab: its name first, then how many scenarios and tests it has.\n",
        options: &[],
        words_least: 0,
        words_most: 0,
        go: list::labs,
    },
    Command {
        name: "scenarios",
        usage: "netsplit scenarios [LAB]",
        about: "list the scenarios",
        more: "\
A line a scenario, in the order of their story: its id first, its number, the part of
the course, its title, and what to look for.
",
        options: &[],
        words_least: 0,
        words_most: 1,
        go: list::scenarios,
    },
    Command {
        name: "run",
        usage: "netsplit run WHAT [--seed N] [--mutant ID]... [--pre-vote] [--until T] \
                [--trace FILE [--brief]] [--json]",
        about: "run a scenario, a test of the course, a script or a link",
        more: "\
Prints the notes of the script, what could not be done, what broke, each with its time,
and last one line: lab, seed, steps, virtual time, fingerprint, verdict. Two runs with one
fingerprint are the same run, to the last message.

A run ends when its script is done, the span of its last line included; a script that
waits for nothing runs for 10 s; a test of the course ends when its director does; a link
at its moment. A script that waits for what never comes ends after an hour of its time or
2,000,000 steps, and that counts as a failure.

  --seed N       the number the run grows from; else the scenario's own, for tests 1
  --mutant ID    with this mistake of docs/mutants.md (EL01), in the place of the
                 scenario's own; may be given several times
  --pre-vote     with PreVote and CheckQuorum on
  --until T      end at this moment: 3.5s, 250ms, 3.5s+2 (after two steps of that time)
  --trace FILE   write a line a step to FILE, or to standard output for -
  --brief        only the steps that matter, not every heartbeat
  --json         the trace as JSON lines, with the step that caused each; the last line too

  netsplit run first-election
  netsplit run figure8 --seed 7 --mutant EL04
  netsplit run mine.txt --until 2s --trace - --brief
",
        options: &["--seed", "--mutant", "--pre-vote", "--until", "--trace", "--brief", "--json"],
        words_least: 1,
        words_most: 1,
        go: play::run,
    },
    Command {
        name: "course",
        usage: "netsplit course [LAB|PART|TEST] [--seeds A..B] [--mutant ID]... [--pre-vote] \
                [--jobs N]",
        about: "run the course's tests",
        more: "\
Prints a row a test: the seeds, how many passed, and the mean of their virtual time, RPCs,
bytes and commits; under it the seeds that failed and a command that shows the first. The
last line counts each test under each seed: `N passed, N failed`.

A test is accepted by the names of all editions, and loosely: TestFigure8Unreliable2C,
TestFigure8Unreliable3C, \"figure8 unreliable\". Without one, all tests of the lab or part
(raft, kv, mapreduce, 2B, rsm) run.

  --seed N       this seed alone; without it and --seeds, seed 1
  --seeds A..B   these seeds, both ends included
  --mutant ID    with this mistake of docs/mutants.md; may be given several times
  --pre-vote     with PreVote and CheckQuorum on; the course has both off
  --jobs N       so many runs at a time, by default one a core; it changes no output

  netsplit course raft --seeds 1..20
  netsplit course 2B --mutant EL01
",
        options: &["--seed", "--seeds", "--mutant", "--pre-vote", "--jobs"],
        words_least: 0,
        words_most: 8,
        go: course::run,
    },
    Command {
        name: "link",
        usage: "netsplit link WHAT [--at MOMENT] [--seed N] [--mutant ID]... [--pre-vote] \
                [--address URL]",
        about: "print the link to a moment of a run",
        more: "\
Prints what stands behind a page's address, from # on: what is run, its seed and options,
what a person did, the moment, and the fingerprint there. By default the moment is the
run's end, as `netsplit run` has it. Of a link it makes the link to another moment.

  --at MOMENT    the moment: 3.5s, 250ms, 3.5s+2 (after two steps of that time)
  --seed N       the number the run grows from
  --mutant ID    with this mistake of docs/mutants.md; may be given several times
  --pre-vote     with PreVote and CheckQuorum on
  --address URL  the page's address, to be put before

  netsplit link leader-crash --at 1.2s --address http://localhost:8080/
",
        options: &["--at", "--seed", "--mutant", "--pre-vote", "--address"],
        words_least: 1,
        words_most: 1,
        go: links::link,
    },
    Command {
        name: "show",
        usage: "netsplit show LINK",
        about: "say what a link holds, and whether its fingerprint is that of the run",
        more: "\
Any text that holds a link does; quote it, for & means something to a shell. Prints what
is run, the seed, options and acts, the moment, the fingerprint found against the one
claimed, the script, and what happened up to the moment. Ends with status 1 when the
fingerprints differ.
",
        options: &[],
        words_least: 1,
        words_most: 1,
        go: links::show,
    },
    Command {
        name: "luck",
        usage: "netsplit luck WHAT [--seeds N | --seeds A..B] [--seed N] [--mutant ID]... \
                [--pre-vote] [--until T]",
        about: "run the same acts under other seeds, and sum up who leads",
        more: "\
Prints a row a seed, grouped by who leads in the end: the seed, the fingerprint, who leads
which term, what broke, and how many acts were not possible under that seed. The last line
sums up: `n2 leads 9, n5 8, split vote 3; broken 0`. Ends with status 1 when anything broke.

Each run ends where the one under its own seed does, and not before a second after the last
act; a test of the course ends when its director does.

  --seeds N      so many seeds, by default 24: its own, and others that follow from it
  --seeds A..B   these seeds, both ends included
  --seed N       its own seed, from which the others follow
  --mutant ID    with this mistake of docs/mutants.md; may be given several times
  --pre-vote     with PreVote and CheckQuorum on
  --until T      end at this moment

  netsplit luck leader-crash --seeds 24
",
        options: &["--seeds", "--seed", "--mutant", "--pre-vote", "--until"],
        words_least: 1,
        words_most: 1,
        go: luck::luck,
    },
    Command {
        name: "find",
        usage: "netsplit find [MARK [WHAT]] [--lab raft] [--seed N] [--mutant ID]... [--pre-vote] \
                [--until T] [--address URL]",
        about: "find a run that shows something: a split vote, an overwritten entry",
        more: "\
Without a mark, lists them, each with the sentence that it stands for. With one, tries seeds
until a run shows it, and prints the seed, how many were tried, and the link that opens the
run just before. Without WHAT it looks where anything may go wrong, in 400 runs of the
swarm, which reaches every mark; with it, in that run with its acts under 2,000 seeds, at
least 5 s of each. Ends with status 1 when no run shows it.

  --lab LAB      the lab whose marks and swarm are meant, by default raft
  --seed N       the seed that is tried first
  --mutant ID    with this mistake of docs/mutants.md; may be given several times
  --pre-vote     with PreVote and CheckQuorum on
  --until T      look at each run up to this moment
  --address URL  the page's address, to be put before the link

  netsplit find split-vote first-election
  netsplit find overwritten
",
        options: &["--lab", "--seed", "--mutant", "--pre-vote", "--until", "--address"],
        words_least: 0,
        words_most: 2,
        go: luck::find,
    },
    Command {
        name: "swarm",
        usage: "netsplit swarm [--lab raft] [--seed N [--small | --trace FILE [--brief]] | \
                --seeds A..B] [--mutant ID]... [--jobs N]",
        about: "search for a broken promise with faults drawn from seeds",
        more: "\
Each seed decides a cluster, its options, and everything that goes wrong; in the end a
majority is healed and must elect, commit and stay. A red seed is printed with the command
that repeats it. After several seeds comes how often each fault and state happened; from
200 seeds on, the whole fails when one of them never did. With a mistake it stops at the
first seed that finds it. The last line: `N passed, N failed`.

  --lab LAB      the lab, by default raft
  --seed N       this seed alone, with what happened in it and its fingerprint
  --small        of a red seed, the script of a run with as few acts as still break the
                 same promise; `netsplit run -` takes it
  --trace FILE   of one seed: a line a step to FILE, or to standard output for -; with
                 --brief only what matters
  --seeds A..B   these seeds, both ends included; by default 1..200
  --mutant ID    with this mistake of docs/mutants.md; may be given several times
  --jobs N       so many runs at a time, by default one a core; it changes no output
",
        options: &[
            "--lab", "--seed", "--small", "--trace", "--brief", "--seeds", "--mutant", "--jobs",
        ],
        words_least: 0,
        words_most: 0,
        go: swarm::run,
    },
    Command {
        name: "check",
        usage: "netsplit check FILE [--spec kv|register|append] [--level NAME] [--budget N]",
        about: "say whether a history is linearizable, or has a level of isolation",
        more: "\
Reads what clients asked and were told, as JSON lines, as EDN the way Jepsen writes it, or
as a log of a test of a register; - is standard input. Prints one line: the verdict, and
what it took. When the history is not linearizable, the next line says the first operation
that cannot be placed, and below stand the few that show it. Ends with status 0 when it is
linearizable, 1 when it is not, 2 when that was not decided.

A history of transactions that append to lists and read them is searched for anomalies:
of each kind that breaks the level, one is printed with what shows it.

  --spec NAME    what the operations are of: kv (get, put, append), register (read,
                 write, cas) or append (txn); without it, what the first one is of
  --level NAME   what transactions are to have: read-uncommitted, read-committed,
                 snapshot-isolation, serializable, strong-session-serializable, or
                 strict-serializable, which is meant without it
  --budget N     configurations that may be made to find an order, by default 2,000,000

  netsplit check history.edn
  netsplit check run.jsonl --spec kv
  netsplit check transactions.edn --level snapshot-isolation
",
        options: &["--spec", "--level", "--budget"],
        words_least: 1,
        words_most: 1,
        go: check::run,
    },
    Command {
        name: "mapreduce",
        usage: "netsplit mapreduce [--job wc | --script FILE] [--parts N] [--jobs N] FILE...",
        about: "do a job on files, with the same machines as in simulated runs",
        more: "\
Splits the files, maps and reduces them with a coordinator and a worker a core, and prints
the output, `key value` a line, part by part. Jobs are those that are built in: wc, indexer,
grep, url-count, reverse-links, sort, page-rank. Words are runs of letters. Or the job is your
own: a script with `fn map(name, text)`, which emits pairs, and `fn reduce(key, values)`; what
is wrong with it is told as FILE:LINE:COLUMN.

  --job NAME     the job, by default wc
  --script FILE  the job of this script
  --parts N      divide the keys into so many parts, by default 10
  --jobs N       so many workers
  --simulated    the same in a simulated run, which prints the same bytes
  --seed N       the number that such a run grows from
  --sequential   the same by one alone

  netsplit mapreduce --job wc www/corpus/persuasion.txt | sort -k2 -n -r | head
",
        options: &[
            "--job",
            "--script",
            "--parts",
            "--jobs",
            "--simulated",
            "--sequential",
            "--seed",
        ],
        words_least: 1,
        words_most: 10_000,
        go: mapreduce::run,
    },
    Command {
        name: "fingerprints",
        usage: "netsplit fingerprints [--seed N | --seeds A..B] [--jobs N]",
        about: "print the fingerprints of runs that never change",
        more: "\
A line a run, its fingerprint first: a run with every choice and every dial, twenty seeds
of the swarm, and every scenario at its end. For comparing builds and machines: the output
is to be the same, to the last digit.

  --seed N       only the scenarios, under this seed instead of their own
  --seeds A..B   only the scenarios, under these seeds, both ends included
  --jobs N       so many runs at a time, by default one a core; it changes no output
",
        options: &["--seed", "--seeds", "--jobs"],
        words_least: 0,
        words_most: 0,
        go: list::fingerprints,
    },
];

impl Command {
    /// A command by name.
    pub(crate) fn find(name: &str) -> Result<&'static Command, Trouble> {
        COMMANDS.iter().find(|command| command.name == name).ok_or_else(|| {
            let hint = did_you_mean(name, COMMANDS.iter().map(|command| command.name));
            let list = "`netsplit --help` lists the commands";
            Trouble::Bad(format!("there is no command `{name}`{hint}: {list}"))
        })
    }
}

/// The help of the whole program.
pub(crate) fn all(out: &mut dyn Write) -> Result<Ending, Trouble> {
    writeln!(out, "The distributed-systems course as a playground, without a browser.\n")?;
    for command in COMMANDS {
        writeln!(out, "  netsplit {:<13} {}", command.name, command.about)?;
    }
    writeln!(
        out,
        "
`netsplit COMMAND --help` says more of each.

WHAT is, in this order: a link (any text with #s1: in it), a scenario's id or number, the
name of a test of the course, or the path of a script (- is standard input; ./ before a
name that is also a scenario's).

Exit status: 0 when all is well, 1 when a property is violated, a test fails, a link's
fingerprint differs or a history is not linearizable, 2 for bad input or use, and for what
was not decided."
    )?;
    Ok(Ending::Well)
}

/// The help of a command.
pub(crate) fn of(command: &Command, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let Command { usage, more, .. } = command;
    writeln!(out, "{usage}\n\n{more}")?;
    Ok(Ending::Well)
}
