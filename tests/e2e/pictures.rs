//! Pictures of ten states, kept in the tree and compared pixel by pixel: what no other test says is
//! how the page looks.
//!
//! `REWRITE=1` takes anew those that differ; so does `cargo xtask golden --pictures`. Only commit
//! them if you have looked at them and understand what caused the difference.

use crate::Page;
use crate::states::KEPT;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Two pixels are alike while none of their three colours differs by more than this, of 255: what
/// nobody sees, and what the edges of letters may be off by elsewhere. On one machine nothing is.
const DISTANCE_MOST: u8 = 16;

/// Pictures are alike while no more pixels than this differ, of a million: in a page of 1440 by 900
/// that is 129, and one other letter that moves the words behind it is more.
const DIFFERENT_MOST: u64 = 100;

/// Where they are kept.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pictures");

/// Where a picture that differs is put, with one that shows where it does.
const DIFFERENT: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/pictures");

/// Clears the scroll bar of the list of scenarios, whose length tells how many there are: a new one
/// at its end is no other look.
const NO_LENGTH: &str =
    "document.querySelector('.scenarios').style.scrollbarColor = 'transparent transparent'";

/// Each of the ten looks as in its picture, and no picture is of anything else.
pub fn ten_states_look_as_kept(page: &Page) -> Result<(), String> {
    let rewrite = std::env::var_os("REWRITE").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    let mut files = BTreeSet::new();
    for kept in KEPT {
        let session = kept.reached(page)?;
        session.run(NO_LENGTH, &[])?;
        let now = session.picture()?;
        page.close(session)?;
        let file = kept.file();
        if let Err(why) = check(&file, &now) {
            match rewrite {
                true => Picture::from_png(&now)?.save(&Path::new(FOLDER).join(&file))?,
                false => wrong.push(format!("{file}: {why}")),
            }
        }
        files.insert(file);
    }
    for stray in names(Path::new(FOLDER))?.difference(&files) {
        match rewrite {
            true => remove(&Path::new(FOLDER).join(stray))?,
            false => wrong.push(format!("{stray}: of no state of the ten")),
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}\n    if that is meant: cargo xtask golden --pictures",
            wrong.join("\n    ")
        )),
    }
}

/// Compares a picture with the one that is kept; puts both it and the difference aside when it is
/// another one.
fn check(file: &str, now: &[u8]) -> Result<(), String> {
    let before =
        fs::read(Path::new(FOLDER).join(file)).map_err(|why| format!("not kept: {why}"))?;
    let (before, now) = (Picture::from_png(&before)?, Picture::from_png(now)?);
    let count = before.differences(&now).filter(|differs| *differs).count() as u64;
    let pixels = u64::from(now.width) * u64::from(now.height);
    let same_size = (before.width, before.height) == (now.width, now.height);
    if same_size && count * 1_000_000 <= pixels * DIFFERENT_MOST {
        return Ok(());
    }
    let aside = |what: &str| PathBuf::from(DIFFERENT).join(file.replace(".png", what));
    let (new, shown) = (aside("-now.png"), aside("-difference.png"));
    now.save(&new)?;
    let places = format!("{} and {}", new.display(), shown.display());
    match same_size {
        true => {
            before.difference(&now).save(&shown)?;
            Err(format!("{count} of {pixels} pixels differ, see {places}"))
        }
        false => Err(format!(
            "{} by {} instead of {} by {}, see {}",
            now.width,
            now.height,
            before.width,
            before.height,
            new.display()
        )),
    }
}

/// The files in a folder; none when there is none.
fn names(folder: &Path) -> Result<BTreeSet<String>, String> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(BTreeSet::new()) };
    Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
}

fn remove(file: &Path) -> Result<(), String> {
    fs::remove_file(file).map_err(|why| format!("{}: {why}", file.display()))
}

/// A picture, three bytes a pixel.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Unpacks what a browser or [`Picture::save`] wrote: eight bits a colour, opaque.
    fn from_png(bytes: &[u8]) -> Result<Picture, String> {
        let told = |why: png::DecodingError| why.to_string();
        let mut reader =
            png::Decoder::new(std::io::Cursor::new(bytes)).read_info().map_err(told)?;
        let size = reader.output_buffer_size().ok_or("a picture too large to unpack")?;
        let mut unpacked = vec![0; size];
        let png::OutputInfo { width, height, color_type, bit_depth, .. } =
            reader.next_frame(&mut unpacked).map_err(told)?;
        let samples = match (color_type, bit_depth) {
            (png::ColorType::Rgb, png::BitDepth::Eight) => 3,
            (png::ColorType::Rgba, png::BitDepth::Eight) => 4,
            other => return Err(format!("a picture of an unknown kind: {other:?}")),
        };
        let pixel = |samples: &[u8]| [samples[0], samples[1], samples[2]];
        let pixels = unpacked.chunks_exact(samples).map(pixel).collect();
        Ok(Picture { width, height, pixels })
    }

    /// Writes it as small as it gets: large even areas take less room as they are than as
    /// differences between neighbours.
    fn save(&self, file: &Path) -> Result<(), String> {
        let told = |why: std::io::Error| format!("{}: {why}", file.display());
        fs::create_dir_all(file.parent().expect("a picture stands in a folder")).map_err(told)?;
        let mut encoder =
            png::Encoder::new(fs::File::create(file).map_err(told)?, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(self.pixels.as_flattened()));
        written.map_err(|why| format!("{}: {why}", file.display()))
    }

    /// For each pixel, whether it is another one in `other`.
    fn differences(&self, other: &Picture) -> impl Iterator<Item = bool> {
        self.pixels.iter().zip(&other.pixels).map(|(one, two)| {
            one.iter().zip(two).any(|(one, two)| one.abs_diff(*two) > DISTANCE_MOST)
        })
    }

    /// `other`, pale, with each pixel marked that is another one here.
    fn difference(&self, other: &Picture) -> Picture {
        let pale = |[red, green, blue]: [u8; 3]| {
            let grey = (u16::from(red) + u16::from(green) + u16::from(blue)) / 3;
            [192 + (grey / 4) as u8; 3]
        };
        let pixels = self
            .differences(other)
            .zip(&other.pixels)
            .map(|(differs, pixel)| if differs { [220, 0, 0] } else { pale(*pixel) });
        Picture { pixels: pixels.collect(), ..*other }
    }
}
