//! What a word names: a scenario, a test of the course, a link, a file.

use std::fs;
use std::io::Read as _;

use netsplit_sim::course::{self, CourseTest};
use netsplit_sim::link::{Link, Remark, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::scenario::Script;
use netsplit_sim::{scenarios, script};

use crate::asked::Asked;
use crate::trouble::{Trouble, did_you_mean};

/// The seed of a test of the course when none is given.
const COURSE_SEED: u64 = 1;

/// Something that can be run. However it was named, it is the content of a link.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What to call it.
    pub(crate) name: String,
    /// What is run, with which seed, options and acts.
    pub(crate) link: Link,
    /// It was given as a link, so it has a moment to open.
    pub(crate) is_link: bool,
    /// What is remarkable about that link.
    pub(crate) remarks: Vec<Remark>,
}

/// What there is to run.
#[derive(Debug)]
pub(crate) enum Content {
    /// A script, of a scenario or of somebody's own.
    Script(Box<Script>),
    /// A test of the course, whose director is code.
    Test(&'static CourseTest),
}

impl Subject {
    /// The subject of a command line, with its seed and mistakes.
    pub(crate) fn asked(asked: &Asked) -> Result<Subject, Trouble> {
        Subject::named(&asked.words[0], asked)
    }

    /// What a word names, with the seed and mistakes of a command line.
    pub(crate) fn named(word: &str, asked: &Asked) -> Result<Subject, Trouble> {
        let mut subject = Subject::find(word)?;
        let mut changes = Vec::new();
        changes.extend(asked.mistakes.iter().map(|mistake| ("mistake", *mistake)));
        if asked.pre_vote {
            changes.extend([("pre-vote", "on"), ("check-quorum", "on")]);
        }
        let link = &mut subject.link;
        if asked.seed.is_some() || !changes.is_empty() {
            // It is another run now: what the link claims is not claimed of it.
            link.fingerprint = None;
        }
        link.seed = asked.seed.unwrap_or(link.seed);
        let lab = link.lab().expect("whatever is found has a lab");
        let changes: Option<Vec<(u32, String)>> = changes
            .into_iter()
            .map(|(name, value)| Some((lab.option_number(name)?, value.to_owned())))
            .collect();
        let Some(changes) = changes else {
            let sentence = format!("{} knows no such mistake or option", lab.name);
            return Err(Trouble::Bad(sentence));
        };
        link.overrides.retain(|(number, _)| changes.iter().all(|(other, _)| other != number));
        link.overrides.extend(changes);
        Ok(subject)
    }

    /// What a word names.
    pub(crate) fn find(word: &str) -> Result<Subject, Trouble> {
        if looks_like_a_link(word) {
            let read = Link::read(word);
            let (link, remarks) = read.map_err(|why| Trouble::Bad(why.to_string()))?;
            return Ok(Subject { name: name_of(&link.what), link, is_link: true, remarks });
        }
        let number = word.parse().ok().and_then(scenarios::by_number);
        if let Some(scenario) = number.or_else(|| scenarios::by_id(word)) {
            let what = What::Listed { number: scenario.number };
            return Ok(Subject::plain(what, scenario.parse().setup.seed));
        }
        if let Some(test) = course::find(word) {
            let what = What::Course { lab: test.lab(), test: test.number };
            return Ok(Subject::plain(what, COURSE_SEED));
        }
        let text = script_text(word)?;
        let read = Script::parse(&text).map_err(|error| {
            Trouble::Bad(format!("{word}:{}:{}: {}", error.line, error.column, error.message))
        })?;
        let subject = Subject::plain(What::Written(text), read.setup.seed);
        Ok(Subject { name: word.to_owned(), ..subject })
    }

    fn plain(what: What, seed: u64) -> Subject {
        let (name, link) = (name_of(&what), Link::to(what, seed));
        Subject { name, link, is_link: false, remarks: Vec::new() }
    }

    /// What is to be run, with the link's seed and options.
    pub(crate) fn content(&self) -> Result<Content, Trouble> {
        let bad = |why: netsplit_sim::link::Problem| Trouble::Bad(format!("{}: {why}", self.name));
        if let What::Course { lab, test } = self.link.what {
            let test = course::by_number(lab, test).expect("a link to an unknown test is refused");
            return Ok(Content::Test(test));
        }
        let script = self.link.script().map_err(bad)?;
        Ok(Content::Script(Box::new(script.expect("only a test of the course has none"))))
    }

    /// The moment to stop at, where one is named: on the command line, or by a
    /// link.
    pub(crate) fn stops_at(&self, asked: Option<Moment>) -> Option<Moment> {
        asked.or(self.is_link.then_some(self.link.moment))
    }
}

fn looks_like_a_link(word: &str) -> bool {
    let bare =
        word.strip_prefix('s').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    word.contains("#s") || word.contains("://") || bare.is_some_and(|rest| rest.starts_with(':'))
}

fn name_of(what: &What) -> String {
    match what {
        What::Listed { number } => {
            scenarios::by_number(*number).map_or("a scenario", |scenario| scenario.id).to_owned()
        }
        What::Course { lab, test } => {
            course::by_number(*lab, *test).map_or("a test", |test| test.name).to_owned()
        }
        What::Written(_) => "a script".to_owned(),
    }
}

/// The text of a script file; `-` is standard input.
fn script_text(word: &str) -> Result<String, Trouble> {
    let most = script::limits::TEXT_BYTES as u64;
    let mut text = String::new();
    // One byte more than there may be, so that the parser sees that it is too long.
    let read = match word {
        "-" => std::io::stdin().take(most + 1).read_to_string(&mut text),
        path => fs::File::open(path).and_then(|file| file.take(most + 1).read_to_string(&mut text)),
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let ids = scenarios::all().map(|scenario| scenario.id);
            let hint = did_you_mean(word, ids.chain(course::all().map(|test| test.name)));
            Err(Trouble::Bad(format!(
                "there is no scenario, test of the course or file called `{word}`{hint}"
            )))
        }
        Err(error) => Err(Trouble::Bad(format!("{word} cannot be read: {error}"))),
    }
}
