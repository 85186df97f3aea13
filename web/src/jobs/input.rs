//! What a reader brings: files, or a pasted text. They are read here, and go nowhere.

use std::rc::Rc;

use js_sys::Uint8Array;
use netsplit_core::bytes::Bytes;
use netsplit_jobs::cut::cut;
use netsplit_sim::labs::mapreduce::input::{self, Input, Text};
use netsplit_sim::labs::mapreduce::tables;
use netsplit_sim::words::mapreduce::bytes as weight;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

/// The files of a simulated run have so many bytes together at most: all of them are in memory.
pub const MOST: u64 = 64_000_000;
/// Files at most.
pub const FILES_MOST: usize = 50;
/// A simulated run has about so many splits.
const SPLITS: u64 = 24;
/// None of them is smaller than this.
const SPLIT_LEAST: u64 = 32 << 10;
/// Nor larger: what a script takes at once.
const SPLIT_MOST: u64 = 768 << 10;

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

/// How large the splits of a job over so many bytes are, simulated as well as for real.
pub fn split_of(bytes: u64) -> u64 {
    (bytes / SPLITS).clamp(SPLIT_LEAST, SPLIT_MOST)
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
    (bytes == 0).then(|| "There is no text in this.".to_owned())
}

/// Reads files and hands on the word of the input that they are, or what is wrong.
pub fn bring(sources: Vec<Source>, done: impl FnOnce(Result<Input, String>) + 'static) {
    if let Some(trouble) = trouble(&sources) {
        return done(Err(trouble));
    }
    spawn_local(async move {
        let split = split_of(sources.iter().map(Source::bytes).sum());
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
fn splits(name: &str, bytes: &[u8], split: u64) -> Vec<Text> {
    let read = |from: u64, count: u64| -> Result<Vec<u8>, ()> {
        let end = (from + count).min(bytes.len() as u64);
        Ok(bytes[from as usize..end as usize].to_vec())
    };
    let pieces = cut(bytes.len() as u64, split, read).expect("memory can be read");
    let text =
        |(from, to): (u64, u64)| (name.to_owned(), Bytes::from(&bytes[from as usize..to as usize]));
    pieces.into_iter().map(text).collect()
}

/// From now on this job, which is built in, is computed in a worker: over a reader's files a step
/// would take too long.
pub fn compute_elsewhere(job: &str) {
    tables::bring_filled(job);
}
