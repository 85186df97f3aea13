//! What every lab has: its places, and the lists in which it stands.
//!
//! In paths and templates `%lab%` is the lab's word, `%Lab%` the same with a capital, `%number%`
//! its number in links, and `%scenario%` that of its first scenario.

use crate::tidy::File;

/// A place that every lab has.
pub struct Place {
    /// The file.
    pub path: &'static str,
    /// Another place that does as well, or nothing; one that ends in `/` is a folder with files.
    pub or: &'static str,
    /// What `new-lab` writes there.
    pub template: &'static str,
}

/// A list in which every lab has its line.
pub struct List {
    /// The file.
    pub path: &'static str,
    /// Where the list begins: at the first of these words in the file.
    pub begins: &'static str,
    /// Where `new-lab` puts the lab: before the first of these words from there on.
    pub before: &'static str,
    /// What it puts there.
    pub add: &'static str,
    /// What of that stands there for each lab, from where the list begins; nothing, where a lab may
    /// stand otherwise.
    pub has: &'static str,
    /// The first lab stands in it.
    pub with_first: bool,
}

/// The template of a place, beside the sources of this program.
macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../templates/", $name, ".tpl"))
    };
}

const fn place(path: &'static str, or: &'static str, template: &'static str) -> Place {
    Place { path, or, template }
}

/// All places of a lab, in the order in which one writes them.
pub const PLACES: &[Place] = &[
    place("core/src/%lab%/message.rs", "", template!("core/message.rs")),
    place("core/src/%lab%/mod.rs", "", template!("core/mod.rs")),
    place("core/src/%lab%/view.rs", "", template!("core/view.rs")),
    place("core/src/%lab%/invariants.rs", "", template!("core/invariants.rs")),
    place("core/src/%lab%/tests.rs", "", template!("core/tests.rs")),
    place("sim/src/labs/%lab%.rs", "", template!("sim/lab.rs")),
    place("sim/src/check/%lab%.rs", "", template!("sim/check.rs")),
    place("sim/src/words/%lab%.rs", "", template!("sim/words.rs")),
    place("sim/src/scenarios/%lab%.rs", "", template!("sim/scenarios.rs")),
    place("docs/labs/%lab%.md", "", template!("docs/lab.md")),
    place("tests/it/%lab%.rs", "tests/it/%lab%/mod.rs", template!("tests/it.rs")),
    place(
        "tests/golden/%lab%/first-%lab%.txt",
        "tests/golden/%lab%/",
        template!("tests/golden.txt"),
    ),
    place("web/src/labs/%lab%.rs", "web/src/labs/%lab%/mod.rs", template!("web/look.rs")),
];

/// A module among others, which `cargo fmt` puts in order.
const fn module(path: &'static str, before: &'static str, add: &'static str) -> List {
    List { path, begins: "", before, add, has: "mod %lab%;", with_first: true }
}

/// The last place of a list that is a value.
const fn value(
    path: &'static str,
    begins: &'static str,
    add: &'static str,
    has: &'static str,
) -> List {
    List { path, begins, before: "];", add, has, with_first: true }
}

/// All lists.
pub const LISTS: &[List] = &[
    module("core/src/lib.rs", "pub mod mapreduce;", "pub mod %lab%;\n"),
    module("sim/src/labs.rs", "pub mod mapreduce;", "pub mod %lab%;\n"),
    List {
        path: "sim/src/labs.rs",
        begins: "macro_rules! each_lab",
        before: "$($made::of::<$more>(),)*",
        add: "$made::of::<$crate::labs::%lab%::%Lab%Lab>(),\n            ",
        has: "labs::%lab%::",
        with_first: true,
    },
    value("sim/src/labs.rs", "pub const LABS:", ", &%lab%::WORDS", "&%lab%::WORDS"),
    List {
        with_first: false,
        ..value("sim/src/labs.rs", "pub const CODES:", ", &%lab%::CODE", "&%lab%::CODE")
    },
    module("sim/src/check/mod.rs", "pub mod mapreduce;", "pub mod %lab%;\n"),
    module("sim/src/words.rs", "pub mod mapreduce;", "pub mod %lab%;\n"),
    module("sim/src/scenarios.rs", "mod mapreduce;", "mod %lab%;\n"),
    value("sim/src/scenarios.rs", "pub const PARTS:", ", %lab%::SCENARIOS", "%lab%::SCENARIOS"),
    module("tests/it/main.rs", "mod links;", "mod %lab%;\n"),
    module("web/src/labs.rs", "pub mod mapreduce;", "pub mod %lab%;\n"),
    value("web/src/labs.rs", "pub const LOOKS:", ", &%lab%::LOOK", "&%lab%::LOOK"),
    List {
        path: "web/src/later.rs",
        begins: "parts! {",
        before: "}",
        add: "    %lab%: %lab%;\n",
        has: "%lab%",
        with_first: false,
    },
    List {
        path: "docs/README.md",
        begins: "[MapReduce](labs/mapreduce.md)",
        before: "\n",
        add: " [%Lab%](labs/%lab%.md) is new.",
        has: "",
        with_first: true,
    },
    List {
        path: "xtask/budgets.txt",
        begins: "",
        before: "later /floats.css",
        add: "later -%lab%.wasm|-%lab%.*.wasm 300000  what the page has for %lab%\n",
        // A lab may come in a part with others.
        has: "",
        with_first: false,
    },
];

impl Place {
    /// Whether it is there, or what does as well.
    pub fn is_there(&self, files: &[File], lab: &str) -> bool {
        let stands = |path: &str| {
            let path = named(path, lab);
            files.iter().any(|file| match path.ends_with('/') {
                true => file.path.starts_with(&path),
                false => file.path == path,
            })
        };
        stands(self.path) || !self.or.is_empty() && stands(self.or)
    }
}

impl List {
    /// Whether a lab stands in it.
    pub fn has_lab(&self, text: &str, lab: &str) -> bool {
        let (Some((from, to)), sought) = (self.stretch(text), named(self.has, lab)) else {
            return false;
        };
        let text = &text[from..to];
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        text.match_indices(&sought).any(|(at, _)| {
            let (before, behind) = (&text[..at], &text[at + sought.len()..]);
            let goes_on = before.ends_with(is_word) && sought.starts_with(is_word)
                || behind.starts_with(is_word) && sought.ends_with(is_word);
            !goes_on
        })
    }

    /// The text with a lab in the list, as it is where the lab stands there.
    ///
    /// # Errors
    /// When there is no such list.
    pub fn with_lab(&self, text: &str, lab: &str) -> Result<String, String> {
        let add = named(self.add, lab);
        let stands =
            if self.has.is_empty() { text.contains(&add) } else { self.has_lab(text, lab) };
        if stands {
            return Ok(text.to_owned());
        }
        let place = self.stretch(text).and_then(|(from, _)| {
            let at = from + text[from..].find(self.before)?;
            // What is added to a value stands behind its last part.
            let end = text[..at].trim_end_matches([' ', '\n', ',']).len();
            Some(if add.starts_with(',') { (end, at) } else { (at, at) })
        });
        let (end, at) = place.ok_or_else(|| {
            format!("{}: there is no `{}` behind `{}`", self.path, self.before, self.begins)
        })?;
        Ok(format!("{}{add}{}", &text[..end], &text[at..]))
    }

    /// Where it stands in the text.
    fn stretch(&self, text: &str) -> Option<(usize, usize)> {
        let from = text.find(self.begins)?;
        let end = if self.begins.is_empty() { None } else { text[from..].find(self.before) };
        Some((from, end.map_or(text.len(), |end| from + end)))
    }
}

/// A path or a text with the lab's word in it.
pub fn named(text: &str, lab: &str) -> String {
    let (first, rest) = lab.split_at(1);
    text.replace("%lab%", lab).replace("%Lab%", &(first.to_ascii_uppercase() + rest))
}
