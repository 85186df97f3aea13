//! Counting words with one thread and a hash table, as one writes it in ten minutes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

/// Read at once.
const PIECE: usize = 1 << 20;

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

/// Prints `word count` lines in the order of the words.
pub fn count(path: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = File::open(path).map_err(told)?;
    let mut counts: HashMap<Vec<u8>, u64> = HashMap::new();
    let (mut buffer, mut kept) = (vec![0; PIECE], 0);
    loop {
        let read = file.read(&mut buffer[kept..]).map_err(told)?;
        let filled = kept + read;
        // A word that may go on waits for the next piece.
        let end = match read {
            0 => filled,
            _ => buffer[..filled].iter().rposition(|byte| !is_letter(*byte)).map_or(0, |at| at + 1),
        };
        for word in buffer[..end].split(|byte| !is_letter(*byte)).filter(|word| !word.is_empty()) {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => drop(counts.insert(word.to_vec(), 1)),
            }
        }
        if read == 0 {
            break;
        }
        buffer.copy_within(end..filled, 0);
        kept = filled - end;
        if kept == buffer.len() {
            buffer.resize(2 * kept, 0);
        }
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_unstable();
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (word, count) in sorted {
        out.write_all(&word).and_then(|()| writeln!(out, " {count}")).map_err(told)?;
    }
    out.flush().map_err(told)
}
