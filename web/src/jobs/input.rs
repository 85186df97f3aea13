//! What a reader brings: files, or a pasted text. They are read here, and go nowhere.

use std::borrow::Cow;
use std::rc::Rc;

use js_sys::Uint8Array;
use netsplit_core::bytes::Bytes;
use netsplit_jobs::cut::{self, cut};
use netsplit_jobs::plan::Job;
use netsplit_sim::labs::mapreduce::input::{self, Input, Text};
use netsplit_sim::labs::mapreduce::tables;
use netsplit_sim::words::mapreduce::bytes as weight;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

/// The files of a simulated run have so many bytes together at most: all of them are in memory.
pub const MOST: u64 = 64_000_000;
/// Files at most.
pub const FILES_MOST: usize = 50;
/// A run has about so many splits, where files are cut.
const SPLITS: u64 = 24;
/// None of them is smaller than this.
const SPLIT_LEAST: u64 = 32 << 10;

/// Texts of a sample, and lines and letters of each.
const SAMPLED: usize = 4;
const SAMPLED_LINES: usize = 8;
const SAMPLED_LETTERS: usize = 1_500;
/// Bytes of a file that are looked at before it is read.
const LOOKED_AT: u64 = 4_096;
/// What is said of files without a byte.
const NOTHING: &str = "There is no text in this.";

/// A file with its name, or what stands for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub blob: Blob,
}

impl Source {
    /// A text that was never a file.
    pub fn of_bytes(name: &str, bytes: &[u8]) -> Option<Source> {
        let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence(&parts).ok()?;
        Some(Source { name: name.to_owned(), blob })
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.blob.size() as u64
    }
}

/// How large the splits of a job over these are, simulated as well as for real; `None` where a file
/// is one.
pub fn split_of(job: &Job, sources: &[Source]) -> Option<u64> {
    let bytes: u64 = sources.iter().map(Source::bytes).sum();
    cut::split_of(job, (bytes / SPLITS).max(SPLIT_LEAST))
}

/// Why these cannot be the input of a simulated run.
pub fn trouble(sources: &[Source]) -> Option<String> {
    let bytes: u64 = sources.iter().map(Source::bytes).sum();
    if sources.len() > FILES_MOST {
        return Some(format!("{} files are too many: {FILES_MOST} at most.", sources.len()));
    }
    if bytes > MOST {
        let (has, most) = (weight(bytes), weight(MOST));
        return Some(format!(
            "{has} are too much for a simulated run, whose files are in memory: {most} at most. A run for real reads files piece by piece."
        ));
    }
    nothing_in(sources).or_else(|| (bytes == 0).then(|| NOTHING.to_owned()))
}

/// That there is nothing in files that were brought.
pub fn nothing_in(sources: &[Source]) -> Option<String> {
    let is_empty = !sources.is_empty() && sources.iter().all(|source| source.bytes() == 0);
    is_empty.then(|| NOTHING.to_owned())
}

/// The first bytes of a file.
async fn beginning(source: &Source, most: u64) -> Vec<u8> {
    let Ok(part) = source.blob.slice_with_f64_and_f64(0.0, most as f64) else { return Vec::new() };
    let read = JsFuture::from(part.array_buffer()).await;
    read.map_or_else(|_| Vec::new(), |buffer| Uint8Array::new(&buffer).to_vec())
}

/// Looks at the beginning of each file, and hands on what is said where one is no text. It can be
/// read nevertheless.
pub fn doubt(sources: Vec<Source>, done: impl FnOnce(Option<String>) + 'static) {
    spawn_local(async move {
        for source in sources.iter().take(FILES_MOST) {
            if beginning(source, LOOKED_AT).await.contains(&0) {
                return done(Some(format!("{} seems to be no text.", source.name)));
            }
        }
    });
}

/// The beginnings of a few texts, for a sample: of the files, or where there are none of the splits.
pub fn sample(
    sources: Vec<Source>,
    splits: &[Text],
    done: impl FnOnce(Vec<(String, String)>) + 'static,
) {
    if sources.is_empty() {
        return done(beginnings(splits.iter().map(|(name, text)| (name.clone(), text.text()))));
    }
    spawn_local(async move {
        let mut texts = Vec::new();
        for source in sources.iter().take(SAMPLED) {
            let bytes = beginning(source, LOOKED_AT).await;
            texts.push((source.name.clone(), String::from_utf8_lossy(&bytes).into_owned()));
        }
        done(beginnings(texts.into_iter().map(|(name, text)| (name, text.into()))));
    });
}

/// The first lines of the first texts, none of them twice.
fn beginnings<'a>(texts: impl Iterator<Item = (String, Cow<'a, str>)>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, text) in texts {
        if found.len() < SAMPLED && found.iter().all(|(other, _)| *other != name) {
            let lines: Vec<&str> = text.lines().take(SAMPLED_LINES).collect();
            found.push((name, lines.join("\n").chars().take(SAMPLED_LETTERS).collect()));
        }
    }
    found
}

/// Reads files, cuts them into splits of about this size, and hands on the word of the input that
/// they are, or what is wrong.
pub fn bring(
    sources: Vec<Source>,
    split: Option<u64>,
    done: impl FnOnce(Result<Input, String>) + 'static,
) {
    if let Some(trouble) = trouble(&sources) {
        return done(Err(trouble));
    }
    spawn_local(async move {
        let mut texts: Vec<Text> = Vec::new();
        for source in &sources {
            let Ok(buffer) = JsFuture::from(source.blob.array_buffer()).await else {
                return done(Err(format!("{} cannot be read.", source.name)));
            };
            let bytes: Rc<[u8]> = Uint8Array::new(&buffer).to_vec().into();
            texts.extend(splits(&source.name, &bytes, split));
        }
        done(Ok(input::bring(texts)));
    });
}

/// A file in pieces, as a run for real cuts it.
fn splits(name: &str, bytes: &[u8], split: Option<u64>) -> Vec<Text> {
    let length = bytes.len() as u64;
    let read = |from: u64, count: u64| -> Result<Vec<u8>, ()> {
        let end = (from + count).min(length);
        Ok(bytes[from as usize..end as usize].to_vec())
    };
    let pieces = cut(length, split.unwrap_or(length), read).expect("memory can be read");
    let text =
        |(from, to): (u64, u64)| (name.to_owned(), Bytes::from(&bytes[from as usize..to as usize]));
    pieces.into_iter().map(text).collect()
}

/// From now on this job, which is built in, is computed in a worker: over a reader's files a step
/// would take too long.
pub fn compute_elsewhere(job: &str) {
    tables::bring_filled(job);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_job_that_does_not_add_is_one_split() {
        let text = "a line\n".repeat(40_000);
        let pieces = |split| splits("x", text.as_bytes(), split).len();
        assert_eq!([pieces(None), pieces(Some(SPLIT_LEAST))], [1, 7]);
    }

    #[test]
    fn a_sample_is_the_beginning_of_several_texts() {
        let text = |name: &str, text: &'static str| (name.to_owned(), Cow::Borrowed(text));
        let lines = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
        let texts = [text("x", lines), text("x", "again"), text("y", "one"), text("z", "two")];
        let found = beginnings(texts.into_iter());
        let names: Vec<&str> = found.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["x", "y", "z"], "a piece of the same text is no other");
        assert_eq!(found[0].1, "a\nb\nc\nd\ne\nf\ng\nh");
        let many = (0..9).map(|number| (number.to_string(), "x".repeat(9_000).into()));
        assert_eq!(beginnings(many).iter().map(|(_, text)| text.len()).sum::<usize>(), 6_000);
    }
}
