//! A small graph as a row of names: what leads on goes above them, what leads back below. Where the
//! row is an order, all of it keeps that order exactly when nothing is below.

/// From one name to the next.
const STEP: f64 = 112.0;
/// Half of a name: to the side, and up.
pub const NAME: (f64, f64) = (30.0, 12.0);
/// How high an arc is to the next name, and how much higher to each one farther.
const HIGH: (f64, f64) = (24.0, 16.0);
/// How high it is at most.
const HIGHEST: f64 = 72.0;
/// What its words take above it.
const WORDS: f64 = 16.0;
/// Where arcs begin and end, beside the middle of a name.
const ASIDE: f64 = 12.0;
/// Room around all of it.
const MARGIN: f64 = 6.0;
/// The length of an arrow's head, and half its width.
const HEAD: (f64, f64) = (8.0, 4.0);

/// An arc.
#[derive(Clone, Debug, PartialEq)]
pub struct Arc {
    /// Its line.
    pub path: String,
    /// The head of its arrow.
    pub head: String,
    /// Where the middle of its words stands.
    pub words: (f64, f64),
}

/// Where everything is.
#[derive(Clone, Debug, PartialEq)]
pub struct Arcs {
    /// The size of all of it.
    pub size: (f64, f64),
    /// The middle of each name.
    pub names: Vec<(f64, f64)>,
    /// The arcs, in the order in which they were given.
    pub arcs: Vec<Arc>,
}

impl Arcs {
    /// So many names, and arcs from one to another, by place.
    pub fn new(names: usize, pairs: &[(usize, usize)]) -> Arcs {
        let above = pairs.iter().filter(|(from, to)| from < to).map(high).fold(0.0, f64::max);
        let below = pairs.iter().filter(|(from, to)| from > to).map(high).fold(0.0, f64::max);
        let room = |high: f64| if high > 0.0 { high + WORDS } else { 0.0 };
        let middle = MARGIN + room(above) + NAME.1;
        let height = middle + NAME.1 + room(below) + MARGIN;
        let x = |place: usize| MARGIN + NAME.0 + STEP * place as f64;
        let last = names.saturating_sub(1);
        Arcs {
            size: (x(last) + NAME.0 + MARGIN, height),
            names: (0..names).map(|place| (x(place), middle)).collect(),
            arcs: pairs.iter().map(|pair| arc(pair, middle, &x)).collect(),
        }
    }
}

fn high((from, to): &(usize, usize)) -> f64 {
    let far = from.abs_diff(*to).saturating_sub(1);
    (HIGH.0 + HIGH.1 * far as f64).min(HIGHEST)
}

fn arc(pair: &(usize, usize), middle: f64, x: &impl Fn(usize) -> f64) -> Arc {
    let (from, to) = *pair;
    // On goes above and to the right, back goes below and to the left.
    let side = if from < to { 1.0 } else { -1.0 };
    let (start, end) = (x(from) + ASIDE * side, x(to) - ASIDE * side);
    let edge = middle - NAME.1 * side;
    // A curve of the third degree rises to three quarters of its handles.
    let top = edge - high(pair) * side;
    let handle = edge - high(pair) / 0.75 * side;
    let lean = (end - start) * 0.15;
    let (one, other) = (start + lean, end - lean);
    let neck = edge - HEAD.0 * side;
    let path = format!(
        "M{start:.1} {edge:.1}C{one:.1} {handle:.1} {other:.1} {handle:.1} {end:.1} {neck:.1}"
    );
    let (left, right) = (end - HEAD.1, end + HEAD.1);
    let head = format!("M{left:.1} {neck:.1}L{end:.1} {edge:.1}L{right:.1} {neck:.1}Z");
    Arc { path, head, words: ((start + end) / 2.0, top - WORDS / 2.0 * side) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_on_is_above_and_what_leads_back_is_below() {
        let arcs = Arcs::new(3, &[(0, 1), (2, 0)]);
        let middle = arcs.names[0].1;
        assert!(arcs.arcs[0].words.1 < middle - NAME.1);
        assert!(arcs.arcs[1].words.1 > middle + NAME.1);
        assert!(arcs.arcs.iter().all(|arc| (0.0..arcs.size.1).contains(&arc.words.1)));
    }

    #[test]
    fn nothing_leaves_the_picture() {
        for names in 1..9 {
            let pairs: Vec<(usize, usize)> =
                (0..names).flat_map(|from| (0..names).map(move |to| (from, to))).collect();
            let pairs: Vec<_> = pairs.into_iter().filter(|(from, to)| from != to).collect();
            let arcs = Arcs::new(names, &pairs);
            for (x, y) in arcs.names.iter().chain(arcs.arcs.iter().map(|arc| &arc.words)) {
                assert!(*x - NAME.0 >= 0.0 && *x + NAME.0 <= arcs.size.0, "{names}");
                assert!(*y >= 0.0 && *y <= arcs.size.1, "{names}");
            }
        }
    }

    #[test]
    fn a_row_alone_is_low() {
        let arcs = Arcs::new(2, &[]);
        assert_eq!(arcs.size.1, 2.0 * (NAME.1 + MARGIN));
        assert!(Arcs::new(2, &[(0, 1)]).size.1 > arcs.size.1);
    }
}
