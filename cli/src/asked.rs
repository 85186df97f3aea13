//! What was asked for: the words and options behind a command.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use lexopt::{Arg, Parser};
use netsplit_sim::check::anomalies::Level;
use netsplit_sim::course::mistake::Mistake;
use netsplit_sim::history::Service;
use netsplit_sim::moment::Moment;
use netsplit_sim::script;
use netsplit_sim::swarm::SWARMS;

use crate::help::Command;
use crate::trouble::{Trouble, did_you_mean};

/// Seeds, both ends included.
pub(crate) type Seeds = RangeInclusive<u64>;

/// Words and options of a command line; what a command does not know is refused
/// when it is read.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// `--help`.
    pub(crate) help: bool,
    /// Words that are no options.
    pub(crate) words: Vec<String>,
    /// `--seed N`.
    pub(crate) seed: Option<u64>,
    /// `--seeds A..B`.
    pub(crate) seeds: Option<Seeds>,
    /// `--mutant ID`, each, as the catalogue has it.
    pub(crate) mistakes: Vec<&'static str>,
    /// `--until T`.
    pub(crate) until: Option<Moment>,
    /// `--at MOMENT`.
    pub(crate) at: Option<Moment>,
    /// `--trace FILE`.
    pub(crate) trace: Option<PathBuf>,
    /// `--brief`.
    pub(crate) brief: bool,
    /// `--json`.
    pub(crate) json: bool,
    /// `--pre-vote`.
    pub(crate) pre_vote: bool,
    /// `--small`.
    pub(crate) small: bool,
    /// `--jobs N`.
    pub(crate) jobs: Option<usize>,
    /// `--lab NAME`.
    pub(crate) lab: Option<String>,
    /// `--address URL`.
    pub(crate) address: Option<String>,
    /// `--spec NAME`.
    pub(crate) spec: Option<Service>,
    /// `--level NAME`.
    pub(crate) level: Option<Level>,
    /// `--budget N`.
    pub(crate) budget: Option<u64>,
    /// Which job.
    pub(crate) job: Option<String>,
    /// The reader's own job: a file with a script.
    pub(crate) script: Option<PathBuf>,
    /// Into how many parts keys are divided.
    pub(crate) parts: Option<u64>,
    /// In a simulated run.
    pub(crate) simulated: bool,
    /// By one alone.
    pub(crate) sequential: bool,
}

impl Asked {
    /// Reads what follows the command's name.
    pub(crate) fn parse(command: &Command, mut parser: Parser) -> Result<Asked, Trouble> {
        let mut asked = Asked::default();
        while let Some(arg) = parser.next()? {
            let option = match arg {
                Arg::Short('h') | Arg::Long("help") => {
                    asked.help = true;
                    return Ok(asked);
                }
                Arg::Value(word) => {
                    asked.words.push(text(word, "a word")?);
                    continue;
                }
                Arg::Short(letter) => format!("-{letter}"),
                Arg::Long(name) => format!("--{name}"),
            };
            if !command.options.contains(&&*option) {
                return Err(Trouble::Bad(no_option(command, &option)));
            }
            asked.set(&option, &mut parser)?;
        }
        if asked.words.len() > command.words_most {
            let first = &asked.words[command.words_most];
            let name = command.name;
            return Err(Trouble::Bad(format!("`netsplit {name}` has no use for `{first}`")));
        }
        if asked.words.len() < command.words_least {
            let (name, usage) = (command.name, command.usage);
            return Err(Trouble::Bad(format!("`netsplit {name}` needs more: {usage}")));
        }
        Ok(asked)
    }

    fn set(&mut self, option: &str, parser: &mut Parser) -> Result<(), Trouble> {
        let mut value = || -> Result<String, Trouble> {
            let value = parser.value();
            let value = value.map_err(|_| Trouble::Bad(format!("`{option}` needs a value")))?;
            text(value, &format!("the value of `{option}`"))
        };
        match option {
            "--seed" => self.seed = Some(number(option, &value()?)?),
            "--seeds" => self.seeds = Some(seeds(&value()?)?),
            "--mutant" => self.mistakes.push(mistake(&value()?)?),
            "--until" => self.until = Some(moment(option, &value()?)?),
            "--at" => self.at = Some(moment(option, &value()?)?),
            "--trace" => self.trace = Some(PathBuf::from(value()?)),
            "--brief" => self.brief = true,
            "--json" => self.json = true,
            "--pre-vote" => self.pre_vote = true,
            "--small" => self.small = true,
            "--jobs" => self.jobs = Some(within(option, &value()?, 1..=1_024)? as usize),
            "--lab" => self.lab = Some(value()?),
            "--address" => self.address = Some(value()?),
            "--spec" => self.spec = Some(service(&value()?)?),
            "--level" => self.level = Some(level(&value()?)?),
            "--job" => self.job = Some(value()?),
            "--script" => self.script = Some(PathBuf::from(value()?)),
            "--parts" => self.parts = Some(within(option, &value()?, 1..=1_000)?),
            "--simulated" => self.simulated = true,
            "--sequential" => self.sequential = true,
            "--budget" => self.budget = Some(number(option, &value()?)?),
            other => unreachable!("{other} is in a command's list of options"),
        }
        Ok(())
    }

    /// The seeds asked for: `--seeds`, or `--seed` alone, or what is given here.
    pub(crate) fn seeds_or(&self, otherwise: Seeds) -> Result<Seeds, Trouble> {
        match (&self.seeds, self.seed) {
            (Some(_), Some(_)) => Err(Trouble::bad("give `--seed` or `--seeds`, not both")),
            (Some(seeds), None) => Ok(seeds.clone()),
            (None, Some(seed)) => Ok(seed..=seed),
            (None, None) => Ok(otherwise),
        }
    }
}

fn no_option(command: &Command, option: &str) -> String {
    let name = command.name;
    let known = match command.options {
        [] => "it has none".to_owned(),
        options => format!("it has {}", options.join(", ")),
    };
    let hint = did_you_mean(option, command.options.iter().copied());
    format!("`netsplit {name}` has no option `{option}`{hint}; {known}")
}

fn text(word: std::ffi::OsString, what: &str) -> Result<String, Trouble> {
    word.into_string().map_err(|word| Trouble::Bad(format!("{what} is not UTF-8: {word:?}")))
}

fn number(option: &str, text: &str) -> Result<u64, Trouble> {
    within(option, text, 0..=u64::MAX)
}

fn within(option: &str, text: &str, range: RangeInclusive<u64>) -> Result<u64, Trouble> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && range.contains(number));
    number.ok_or_else(|| {
        let (least, most) = range.into_inner();
        Trouble::Bad(format!("`{option}` is a number from {least} to {most}, not `{text}`"))
    })
}

fn seeds(text: &str) -> Result<Seeds, Trouble> {
    let wrong = || {
        Trouble::Bad(format!("`--seeds` is a range like 1..20, both ends included, not `{text}`"))
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let last = last.strip_prefix('=').unwrap_or(last);
    let number = |text| number("--seeds", text).map_err(|_| wrong());
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err(Trouble::Bad(format!("`--seeds {text}` has its first seed after its last")));
    }
    Ok(first..=last)
}

/// A mistake of any lab.
fn mistake(id: &str) -> Result<&'static str, Trouble> {
    let wrong =
        || Trouble::Bad(format!("there is no mistake `{id}`: docs/mutants.md lists them all"));
    let capitals = id.to_ascii_uppercase();
    let of_a_test = || Mistake::from_id(&capitals).map(Mistake::id);
    let found = SWARMS.iter().find_map(|swarm| (swarm.mistake)(&capitals)).or_else(of_a_test);
    found.ok_or_else(wrong)
}

fn service(name: &str) -> Result<Service, Trouble> {
    Service::from_name(name).ok_or_else(|| {
        let names = Service::ALL.map(Service::name);
        let hint = did_you_mean(name, names);
        Trouble::Bad(format!("`--spec` is one of {}, not `{name}`{hint}", names.join(", ")))
    })
}

fn level(name: &str) -> Result<Level, Trouble> {
    Level::from_name(name).ok_or_else(|| {
        let names = Level::ALL.map(Level::name);
        let hint = did_you_mean(name, names);
        Trouble::Bad(format!("`--level` is one of {}, not `{name}`{hint}", names.join(", ")))
    })
}

fn moment(option: &str, text: &str) -> Result<Moment, Trouble> {
    let moment: Moment =
        text.parse().map_err(|why| Trouble::Bad(format!("`{option} {text}`: {why}")))?;
    if moment.at.micros() > script::limits::SPAN.micros() {
        return Err(Trouble::Bad(format!("`{option} {text}` is later than an hour")));
    }
    Ok(moment)
}
