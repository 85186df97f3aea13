//! The colours of `www/tokens.css`, in both themes: what is read stands out 4.5 to 1 from what it
//! stands on, and what is only seen 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).

/// What is read, and on what.
const READ: &[(&str, &[&str])] = &[
    ("ink", &["paper", "paper-raised", "hover"]),
    ("ink-soft", &["paper", "paper-raised", "hover"]),
    ("broken", &["paper", "paper-raised"]),
    ("on-hue", &["term-1", "term-2", "term-3", "term-4", "term-5", "term-6", "term-7", "term-8"]),
    ("code-ink", &["code-paper"]),
];

/// What is only seen, and on what. A term's hue is not among them: it never stands alone, but
/// within an outline of ink and beside its number.
const SEEN: &[(&str, &[&str])] = &[("ink-soft", &["paper"]), ("broken", &["paper"])];

/// Grounds and lines that carry nothing by themselves.
const QUIET: &[&str] = &["hairline", "shadow", "veil", "term-0"];

type Colour = [f64; 3];

/// The tokens that are colours: name, in light, in dark.
fn tokens() -> Vec<(String, Colour, Colour)> {
    let text = include_str!("../../www/tokens.css");
    let token = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
        let value = value.trim_end_matches(';');
        let pair = value.strip_prefix("light-dark(").and_then(|pair| pair.strip_suffix(')'));
        let (light, dark) = pair.map_or(Some((value, value)), |pair| pair.split_once(", "))?;
        Some((name.to_owned(), colour(light)?, colour(dark)?))
    };
    text.lines().filter_map(token).collect()
}

fn colour(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#')?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok().map(f64::from);
    Some([part(0)?, part(2)?, part(4)?])
}

/// Relative luminance, as WCAG defines it.
fn luminance(colour: Colour) -> f64 {
    let linear = colour.map(|part| match part / 255.0 {
        low if low <= 0.04045 => low / 12.92,
        high => ((high + 0.055) / 1.055).powf(2.4),
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn what_is_read_stands_out() {
    let tokens = tokens();
    let find = |name: &str| {
        let found = tokens.iter().find(|(other, ..)| other == name);
        found.unwrap_or_else(|| panic!("there is no colour --{name}"))
    };
    let mut weak = Vec::new();
    let pairs = READ.iter().map(|pair| (pair, 4.5)).chain(SEEN.iter().map(|pair| (pair, 3.0)));
    for ((front, grounds), least) in pairs {
        for ground in *grounds {
            let ((_, light, dark), (_, on_light, on_dark)) = (find(front), find(ground));
            for (theme, ratio) in
                [("light", contrast(*light, *on_light)), ("dark", contrast(*dark, *on_dark))]
            {
                if ratio < least {
                    weak.push(format!("--{front} on --{ground}, {theme}: {ratio:.2}"));
                }
            }
        }
    }
    assert!(weak.is_empty(), "too little contrast:\n{}", weak.join("\n"));
}

#[test]
fn every_colour_is_looked_at() {
    let looked_at = |name: &str| {
        let pairs = READ.iter().chain(SEEN);
        QUIET.contains(&name)
            || pairs.into_iter().any(|(front, grounds)| *front == name || grounds.contains(&name))
    };
    let missed: Vec<String> =
        tokens().into_iter().map(|(name, ..)| name).filter(|name| !looked_at(name)).collect();
    assert!(missed.is_empty(), "say what stands on these, or that nothing does: {missed:?}");
    assert!(tokens().len() > 15, "the colours are read as they stand");
    let white = contrast([0.0; 3], [255.0; 3]);
    assert!((white - 21.0).abs() < 0.01, "black on white is 21 to 1, not {white}");
}
