//! The jobs that are built in: the paper's examples (section 2.3), its sort (section 5.3), and an
//! iterative one; and those of the course's tests.

mod course;
mod paper;
mod rank;

use super::job::Functions;

pub use rank::{RANK, SHARE};

/// A job that is built in.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its word in scripts and on the command line.
    pub name: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    /// Its functions.
    pub functions: fn() -> Box<dyn Functions>,
}

/// All of them.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "wc",
        about: "how often each word occurs",
        functions: || Box::new(paper::WordCount),
    },
    BuiltIn {
        name: "indexer",
        about: "in which texts each word occurs",
        functions: || Box::new(paper::Indexer),
    },
    BuiltIn {
        name: "grep",
        about: "the lines with a pattern in them",
        functions: || Box::new(paper::Grep),
    },
    BuiltIn {
        name: "url-count",
        about: "how often each address was asked for",
        functions: || Box::new(paper::UrlCount),
    },
    BuiltIn {
        name: "reverse-links",
        about: "who links to each page",
        functions: || Box::new(paper::ReverseLinks),
    },
    BuiltIn {
        name: "sort",
        about: "records in the order of their keys",
        functions: || Box::new(paper::Sort),
    },
    BuiltIn {
        name: "page-rank",
        about: "one step of the rank of pages, in millionths",
        functions: || Box::new(rank::PageRank),
    },
    BuiltIn {
        name: "fragile-wc",
        about: "word count that fails on some records",
        functions: || Box::new(paper::FragileWordCount),
    },
    BuiltIn {
        name: "mtiming",
        about: "how many maps run at once",
        functions: || Box::new(course::MapTiming),
    },
    BuiltIn {
        name: "rtiming",
        about: "how many reduces run at once",
        functions: || Box::new(course::ReduceTiming),
    },
    BuiltIn {
        name: "jobcount",
        about: "how many maps were run",
        functions: || Box::new(course::JobCount),
    },
    BuiltIn {
        name: "early-exit",
        about: "whether anybody leaves before the end",
        functions: || Box::new(course::EarlyExit),
    },
    BuiltIn {
        name: "crash",
        about: "functions that crash and wait",
        functions: || Box::new(course::Crash { crashes: true }),
    },
    BuiltIn {
        name: "nocrash",
        about: "the same that do not",
        functions: || Box::new(course::Crash { crashes: false }),
    },
];

/// A job by its word.
pub fn built_in(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|job| job.name == name)
}

/// The words of a text: runs of letters, as the course has them; letters of other alphabets than the
/// English count as such.
pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_alphabetic() && byte.is_ascii()).filter(|it| !it.is_empty())
}
