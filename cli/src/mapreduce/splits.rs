//! The input of a real job: files, cut into splits at ends of lines.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use netsplit_core::bytes::Bytes;

use crate::trouble::Trouble;

/// A split has about so many bytes: the lower end of what the paper recommends, "16 to 64 megabytes"
/// (section 3.1).
const SPLIT: u64 = 16 << 20;
/// The end of a line is looked for so far from where a split should end.
const SEARCH: u64 = 1 << 16;

/// A stretch of a file.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// What the user's code is told.
    pub(super) name: String,
    path: PathBuf,
    from: u64,
    to: u64,
}

fn told<T>(path: &Path, result: std::io::Result<T>) -> Result<T, Trouble> {
    result.map_err(|error| Trouble::Bad(format!("{}: {error}", path.display())))
}

/// The splits of all files; a file is one of them unless it may be cut and is large.
pub(super) fn of(paths: &[PathBuf], cuts: bool) -> Result<Vec<Piece>, Trouble> {
    let mut pieces = Vec::new();
    for path in paths {
        let mut file = told(path, File::open(path))?;
        let length = told(path, file.metadata())?.len();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut from = 0;
        loop {
            let to = match cuts && length - from > SPLIT + SEARCH {
                true => told(path, end_of_line(&mut file, from + SPLIT))?,
                false => length,
            };
            pieces.push(Piece { name: name.clone(), path: path.clone(), from, to });
            if to >= length {
                break;
            }
            from = to;
        }
    }
    Ok(pieces)
}

/// The first place behind an end of a line from here on, or behind a blank, or here.
fn end_of_line(file: &mut File, at: u64) -> std::io::Result<u64> {
    let mut window = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(SEARCH).read_to_end(&mut window)?;
    let behind = |byte: u8| window.iter().position(|it| *it == byte).map(|place| place as u64 + 1);
    Ok(at + behind(b'\n').or_else(|| behind(b' ')).unwrap_or(0))
}

impl Piece {
    /// Reads it.
    pub(super) fn read(&self) -> std::io::Result<Bytes> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.from))?;
        let mut text = Vec::with_capacity((self.to - self.from) as usize);
        file.take(self.to - self.from).read_to_end(&mut text)?;
        Ok(Bytes::from(text.as_slice()))
    }
}

/// All of it, with names.
pub(super) fn read_all(pieces: &[Piece]) -> Result<Vec<(String, Bytes)>, Trouble> {
    let read = |piece: &Piece| Ok((piece.name.clone(), told(&piece.path, piece.read())?));
    pieces.iter().map(read).collect()
}
