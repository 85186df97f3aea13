//! The input of a real job: files, cut into splits at ends of lines.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use netsplit_core::bytes::Bytes;
use netsplit_jobs::cut::cut;

use crate::trouble::Trouble;

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

/// The splits of all files, of about so many bytes each; a file is one where nothing is said.
pub(super) fn of(paths: &[PathBuf], split: Option<u64>) -> Result<Vec<Piece>, Trouble> {
    let mut pieces = Vec::new();
    for path in paths {
        let file = told(path, File::open(path))?;
        let about = told(path, file.metadata())?;
        if !about.is_file() {
            // A pipe has no length to be divided, and a folder no text.
            let name = path.display();
            return Err(Trouble::Bad(format!("{name}: only a file can be cut into splits")));
        }
        let length = about.len();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let cuts = cut(length, split.unwrap_or(length), |from, bytes| window(&file, from, bytes));
        let piece = |(from, to)| Piece { name: name.clone(), path: path.clone(), from, to };
        pieces.extend(told(path, cuts)?.into_iter().map(piece));
    }
    Ok(pieces)
}

fn window(mut file: &File, from: u64, bytes: u64) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(bytes as usize);
    file.seek(SeekFrom::Start(from))?;
    file.take(bytes).read_to_end(&mut text)?;
    Ok(text)
}

impl Piece {
    /// Reads it.
    pub(super) fn read(&self) -> Result<Bytes, Trouble> {
        let file = told(&self.path, File::open(&self.path))?;
        let text = told(&self.path, window(&file, self.from, self.to - self.from))?;
        // A part of it is not what was asked for, and nobody would see that the rest is missing.
        if text.len() as u64 != self.to - self.from {
            let name = self.path.display();
            return Err(Trouble::Bad(format!(
                "{name}: it became shorter while the job was at work"
            )));
        }
        Ok(Bytes::from(text))
    }
}

/// All of it, with names.
pub(super) fn read_all(pieces: &[Piece]) -> Result<Vec<(String, Bytes)>, Trouble> {
    let read = |piece: &Piece| Ok((piece.name.clone(), piece.read()?));
    pieces.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_becomes_shorter_is_not_read_in_part() {
        let path = std::env::temp_dir().join(format!("netsplit-short-{}.txt", std::process::id()));
        std::fs::write(&path, "one two two").expect("a file for the test");
        let pieces = of(std::slice::from_ref(&path), None).expect("it is there");
        assert_eq!(pieces[0].read().map(|text| text.len()).ok(), Some(11));
        std::fs::write(&path, "one").expect("a file for the test");
        let told = pieces[0].read().map(|text| text.len());
        std::fs::remove_file(&path).expect("it was there");
        assert!(told.is_err_and(|why| why.to_string().contains("shorter")), "it has no tail");
    }
}
