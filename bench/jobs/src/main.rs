//! `netsplit mapreduce --job wc` beside one thread that counts alone, and beside
//! `tr | sort | uniq -c`: the same text, one after the other, each in processes of its own.
//!
//! `bench_jobs NETSPLIT CORPUS` makes the text, runs all, and prints a row each. `bench_jobs count
//! FILE` is the one thread.

mod alone;
mod watched;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use watched::{Run, watched};

/// The text has at least so many bytes.
const BYTES: u64 = 512_000_000;
/// So often all are run in turn; the middle counts.
const ROUNDS: usize = 3;

type Told<T> = Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["count", file] => alone::count(Path::new(file)),
        [netsplit, corpus] => compare(netsplit, Path::new(corpus)),
        _ => Err("bench_jobs NETSPLIT CORPUS, or bench_jobs count FILE".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where large files of ours lie.
fn folder() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    cache.unwrap_or_else(std::env::temp_dir).join("netsplit").join("bench")
}

fn told<T>(path: &Path, result: std::io::Result<T>) -> Told<T> {
    result.map_err(|error| format!("{}: {error}", path.display()))
}

/// The books of the corpus, again and again.
fn text(corpus: &Path, folder: &Path) -> Told<PathBuf> {
    let entries = told(corpus, fs::read_dir(corpus))?;
    let mut books: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    books.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    books.sort();
    let books = books.iter().map(|book| told(book, fs::read(book))).collect::<Told<Vec<_>>>()?;
    let once = books.concat();
    if once.is_empty() {
        return Err(format!("{}: there are no books", corpus.display()));
    }
    let times = BYTES.div_ceil(once.len() as u64);
    let path = folder.join("corpus.txt");
    let length = fs::metadata(&path).map_or(0, |about| about.len());
    if length != times * once.len() as u64 {
        told(folder, fs::create_dir_all(folder))?;
        let mut file = told(&path, File::create(&path))?;
        for _ in 0..times {
            told(&path, file.write_all(&once))?;
        }
    }
    Ok(path)
}

/// Counts, as `word count` lines in the order of the words.
fn counts(path: &Path, word_first: bool) -> Told<Vec<String>> {
    let text = told(path, fs::read(path))?;
    let text = String::from_utf8_lossy(&text);
    let mut lines: Vec<String> = text
        .lines()
        .filter_map(|line| {
            let mut cells = line.split_whitespace();
            let (one, two) = (cells.next()?, cells.next()?);
            Some(if word_first { format!("{one} {two}") } else { format!("{two} {one}") })
        })
        .collect();
    lines.sort_unstable();
    Ok(lines)
}

/// One of those that are compared.
struct Row {
    name: &'static str,
    commands: fn(&str, &str, &str) -> Vec<Command>,
    word_first: bool,
    /// Other letters than the English count as letters.
    all_letters: bool,
}

fn command(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words).env("LC_ALL", "C");
    command
}

const ROWS: [Row; 4] = [
    Row {
        name: "one thread alone, a HashMap",
        commands: |own, _, file| vec![command(own, &["count", file])],
        word_first: true,
        all_letters: true,
    },
    Row {
        name: "netsplit mapreduce, 1 worker",
        commands: |_, netsplit, file| vec![command(netsplit, &["mapreduce", "--jobs", "1", file])],
        word_first: true,
        all_letters: true,
    },
    Row {
        name: "netsplit mapreduce, 2 workers",
        commands: |_, netsplit, file| vec![command(netsplit, &["mapreduce", "--jobs", "2", file])],
        word_first: true,
        all_letters: true,
    },
    Row {
        name: "tr | sort | uniq -c",
        commands: |_, _, file| {
            let mut tr = command("tr", &["-cs", "A-Za-z", "\n"]);
            if let Ok(file) = File::open(file) {
                tr.stdin(file);
            }
            vec![tr, command("sort", &[]), command("uniq", &["-c"])]
        },
        word_first: false,
        all_letters: false,
    },
];

fn compare(netsplit: &str, corpus: &Path) -> Told<()> {
    let folder = folder();
    let file = text(corpus, &folder)?;
    let bytes = told(&file, fs::metadata(&file))?.len();
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let (own, name) = (own.to_string_lossy(), file.to_string_lossy());
    println!("{:.0} MB of text, {ROUNDS} rounds, the middle one of each\n", bytes as f64 / 1e6);
    let mut runs: Vec<Vec<Run>> = ROWS.iter().map(|_| Vec::new()).collect();
    let mut outputs: Vec<Vec<String>> = ROWS.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        for (place, row) in ROWS.iter().enumerate() {
            // The slowest by far is run once.
            if !row.all_letters && round > 0 {
                continue;
            }
            let out = folder.join("counts.txt");
            let to = Stdio::from(told(&out, File::create(&out))?);
            runs[place].push(watched((row.commands)(&own, netsplit, &name), to)?);
            outputs[place] = counts(&out, row.word_first)?;
        }
    }
    for (row, output) in ROWS.iter().zip(&outputs).filter(|(row, _)| row.all_letters) {
        if *output != outputs[0] {
            return Err(format!("{}: it counts otherwise", row.name));
        }
    }
    println!("{:<32} {:>8} {:>8} {:>8} {:>9}", "", "seconds", "MB/s", "of cpu", "peak MB");
    let middle = |runs: &[Run]| {
        let mut sorted = runs.to_vec();
        sorted.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        sorted[sorted.len() / 2]
    };
    let all: Vec<Run> = runs.iter().map(|runs| middle(runs)).collect();
    for (row, run) in ROWS.iter().zip(&all) {
        let (rate, peak) = (bytes as f64 / 1e6 / run.seconds, run.peak as f64 / 1e6);
        println!("{:<32} {:>8.2} {rate:>8.0} {:>8.2} {peak:>9.1}", row.name, run.seconds, run.cpu);
    }
    let [alone, one, two, tools] = all[..] else { return Err("a row is missing".to_owned()) };
    println!();
    println!(
        "one worker against one thread alone: {:.2} times as fast",
        alone.seconds / one.seconds
    );
    println!("two workers against one thread alone: {:.2}", alone.seconds / two.seconds);
    println!("two workers against one: {:.2}", one.seconds / two.seconds);
    println!("two workers against tr | sort | uniq -c: {:.1}", tools.seconds / two.seconds);
    println!("memory of two workers, of the text: {:.1} %", two.peak as f64 * 100.0 / bytes as f64);
    Ok(())
}
