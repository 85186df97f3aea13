//! A run as a file: the script, to be read and changed, and below it the link, which leads to the
//! moment itself as long as nothing was changed.

#[cfg(test)]
mod tests;

use netsplit_sim::fingerprint::Fingerprint;

/// What a file holds, from the line that names the moment, the branch as a script where text can
/// say it, and the link.
pub fn text(title: &str, script: Option<&str>, link: &str) -> String {
    let Some(script) = script else { return format!("# {title}\n{link}\n") };
    let above = format!(
        "# {title}\n\
         # Unchanged, this file opens at that moment, by its last line; changed, it runs as a script.\n\
         {}\n",
        script.trim_end()
    );
    format!("{above}# {:08x} {link}\n", digest(&above))
}

/// The link of a file that nobody has changed.
pub fn unchanged(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let (above, last) = text.rsplit_once('\n')?;
    let (told, link) = last.strip_prefix("# ")?.split_once(' ')?;
    let same = link.starts_with("#s") && told == format!("{:08x}", digest(above));
    same.then_some(link)
}

/// One number for the lines of a text, whatever ends them.
fn digest(text: &str) -> u32 {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Fingerprint::of(&lines) as u32
}
