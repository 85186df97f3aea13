//! A page for each scenario: `s/<id>/index.html`, a full copy of the page with a title, a
//! description and a picture of its own. Chats show what a link is about by these, since what
//! stands after `#` never reaches a server.

use crate::shell::{Outcome, Shell};
use std::fs;
use std::path::Path;

/// How the description begins in `index.html`.
const DESCRIPTION: &str = "name=\"description\"\n      content=\"";

/// What the page says of a scenario.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    id: String,
    title: String,
    look_for: String,
}

/// Writes the pages into the built site. `at` is the address the site will have: those who show
/// previews want the picture's whole address, and a build for any place cannot know it.
pub fn write(shell: &Shell, dist: &Path, at: Option<&str>) -> Outcome {
    let mut ask = shell.cargo(&["run", "--quiet", "--package", "netsplit_cli", "--", "scenarios"]);
    let list = shell.read(&mut ask).ok_or("`netsplit scenarios` failed")?;
    let file = dist.join("index.html");
    let page = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    pictures(&shell.path("www/pictures"), &dist.join("pictures"))?;
    let root = at.map(|at| format!("{}/", at.trim_end_matches('/')));
    for place in places(&list)? {
        let folder = dist.join("s").join(&place.id);
        let picture = format!("pictures/{}.png", place.id);
        let picture = dist.join(&picture).is_file().then_some(picture);
        let text = page_of(&page, &place, picture.as_deref(), root.as_deref())?;
        save(&folder, &text)?;
    }
    save(dist, &marked(&page)?)
}

/// Copies the pictures of scenarios; `cargo xtask shots --pictures` takes them.
fn pictures(from: &Path, to: &Path) -> Outcome {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    for entry in entries.flatten() {
        fs::copy(entry.path(), to.join(entry.file_name()))
            .map_err(|error| format!("{}: {error}", entry.path().display()))?;
    }
    Ok(())
}

fn save(folder: &Path, text: &str) -> Outcome {
    let file = folder.join("index.html");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, text))
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// The rows of `netsplit scenarios`: id, number, part, title, what to look for, two spaces apart.
fn places(list: &str) -> Outcome<Vec<Place>> {
    let place = |line: &str| {
        let mut cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        let (id, title, look_for) = (cells.next()?, cells.nth(2)?, cells.next()?);
        Some(Place { id: id.into(), title: title.into(), look_for: look_for.into() })
    };
    let places: Option<Vec<Place>> = list.lines().map(place).collect();
    places.filter(|places| !places.is_empty()).ok_or("`netsplit scenarios` reads otherwise".into())
}

/// The page with the mark that tells the program of the other pages.
fn marked(page: &str) -> Outcome<String> {
    replaced(page, "<title>", "<title>", "<meta name=\"netsplit-places\" content=\"s/\"><title>")
}

/// The page of a scenario.
fn page_of(
    page: &str,
    place: &Place,
    picture: Option<&str>,
    root: Option<&str>,
) -> Outcome<String> {
    let (title, look_for) = (escaped(&place.title), escaped(&place.look_for));
    let picture = picture.map(|picture| {
        let address = format!("{}{picture}", root.unwrap_or("../../"));
        format!(
            "<meta property=\"og:image\" content=\"{address}\"><meta property=\"og:image:alt\" \
             content=\"{title}, drawn\"><meta name=\"twitter:card\" content=\"summary_large_image\">"
        )
    });
    let head = format!(
        "<meta name=\"netsplit-scenario\" content=\"{}\"><meta property=\"og:title\" \
         content=\"{title}\"><meta property=\"og:description\" content=\"{look_for}\"><meta \
         property=\"og:type\" content=\"website\"><meta property=\"og:site_name\" \
         content=\"Netsplit\">{}<title>{title} · Netsplit</title>",
        place.id,
        picture.unwrap_or_default(),
    );
    let page = replaced(&marked(page)?, "<title>", "</title>", &head)?;
    let about = format!("name=\"description\" content=\"{look_for}\"");
    let page = replaced(&page, DESCRIPTION, "\"", &about)?;
    let caption = format!("first-picture-caption\">{look_for}</p>");
    let page = replaced(&page, "first-picture-caption\">", "</p>", &caption)?;
    replaced(&page, "<base href=\"", "\"", "<base href=\"../../\"")
}

/// A text with everything from `from` to the end of the next `to` replaced.
fn replaced(text: &str, from: &str, to: &str, by: &str) -> Outcome<String> {
    let lacks = || format!("index.html has no `{from}` … `{to}`");
    let start = text.find(from).ok_or_else(lacks)?;
    // A mark that ends with itself is replaced alone.
    let inner = start + if from == to { 0 } else { from.len() };
    let end = text[inner..].find(to).ok_or_else(lacks)? + inner + to.len();
    Ok(format!("{}{by}{}", &text[..start], &text[end..]))
}

/// A text as it stands in an attribute or an element.
fn escaped(text: &str) -> String {
    let escape = |letter| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "split-vote      2  2A  Split vote      Three ask at once: \"chance\" decides.\n";

    #[test]
    fn a_scenario_has_a_page_of_its_own() {
        let place = places(LIST).expect("a good list").remove(0);
        let page = include_str!("../../index.html").replace("data-trunk-public-url", "href=\"./\"");
        let root = Some("https://netsplit.example/a/");
        let picture = Some("pictures/split-vote.png");
        let text = page_of(&page, &place, picture, root).expect("the page has all the places");
        for part in [
            "<base href=\"../../\"",
            "<title>Split vote · Netsplit</title>",
            "content=\"Three ask at once: &quot;chance&quot; decides.\"",
            "content=\"https://netsplit.example/a/pictures/split-vote.png\"",
            "<meta name=\"netsplit-scenario\" content=\"split-vote\">",
            "<meta name=\"netsplit-places\"",
            "first-picture-caption\">Three ask at once",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("watch it, break it"), "the general description is gone");
        assert!(places("nothing\n").is_err());
        assert!(page_of("<html>", &place, None, None).is_err());
    }
}
