//! A new lab in all its places, from the templates beside this file.

use crate::shell::{Outcome, Shell, say};
use crate::tidy;
use std::fs;

/// Makes every place of the lab `name` that is not there yet, and says which lines to add by hand.
pub fn run(shell: &Shell, name: &str) -> Outcome {
    let is_word = name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    if name.is_empty() || !is_word || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Err(format!(
            "`{name}` is no name of a lab: one word in small letters, as `shardkv`"
        ));
    }
    for place in tidy::PLACES {
        let path = shell.path(&place.path.replace("LAB", name));
        if path.exists() {
            continue;
        }
        let folder = path.parent().expect("every place stands in the repository");
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let text = place.template.replace("LAB", name).replace("Lab", &capital(name));
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        say(&format!("made {}", place.path.replace("LAB", name)));
    }
    println!("\nNow add by hand, each at its place in the list:");
    for (file, line) in tidy::LISTS {
        println!("  {file}: {}", line.replace("LAB", name));
    }
    Ok(())
}

fn capital(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_ascii_uppercase() + rest
}
