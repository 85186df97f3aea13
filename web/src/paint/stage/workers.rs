//! What each node of a MapReduce is at: around a worker an arc for each task, as far as it is done, and
//! below it which that is; below the others what they are.

use netsplit_core::view::{Field, Value};
use netsplit_sim::run::NodeShown;

use super::labels::Labels;
use super::shapes::over_paper;
use crate::draw::point::{Point, Size};
use crate::draw::ring::Ring;
use crate::draw::tenths::within;
use crate::paint::brush::Brush;
use crate::paint::palette::Palette;
use crate::state::model::Model;

/// From the rim of a node to the first arc, from that to the second, and how wide they are.
const ARCS: (f64, f64, f64) = (5.0, 5.0, 3.0);
/// What stays free at the sides of the stage.
const EDGE: f64 = 4.0;
/// From the rim to the words below it.
const WORDS: f64 = 21.0;
/// The least distance between two nodes at which there is room for words.
const ROOM: f64 = 44.0;

/// What a worker is at, in a phase.
fn doing(node: &NodeShown, phase: &str) -> Option<(String, u64)> {
    let Some(Value::Record(fields)) = node.view.get(phase) else { return None };
    let value = |name: &str| fields.iter().find(|it: &&Field| it.name == name).map(|it| &it.value);
    match (value("task"), value("progress")) {
        (Some(Value::Text(task)), Some(Value::Number(progress))) => {
            // The attempt's number is told where it is selected.
            let task = task.split(" (").next().unwrap_or(task).to_owned();
            Some((task, *progress))
        }
        _ => None,
    }
}

/// Paints them.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model, ring: &Ring, labels: &mut Labels) {
    let many = model.view().nodes.len() > 12;
    let nodes = model.marked_selection().nodes();
    let mut taken = Vec::new();
    for node in model.view().nodes.iter().filter(|node| node.up && ring.has(node.id)) {
        let works: Vec<(String, u64)> =
            ["map", "reduce"].iter().filter_map(|phase| doing(node, phase)).collect();
        let (centre, radius) = (ring.node(node.id), ring.radius_of(node.id));
        for (place, (_, progress)) in works.iter().enumerate() {
            let at = radius + ARCS.0 + ARCS.1 * place as f64;
            brush.circle(centre, at);
            brush.stroke(&palette.hairline, ARCS.2);
            brush.arc(centre, at, *progress as f64 / 100.0);
            brush.stroke(&palette.ink_soft, ARCS.2);
        }
        let tasks: Vec<&str> = works.iter().map(|(task, _)| task.as_str()).collect();
        let words = match (tasks.is_empty(), node.view.role) {
            (false, _) => tasks.join(", "),
            (true, "mapping" | "reducing" | "done") => "coordinator".to_owned(),
            (true, role) => role.to_owned(),
        };
        let alone = node.id.is_client() || node.glance.leads;
        if alone || nodes.has(node.id) || !many && radius * 2.0 >= ROOM {
            // Where a neighbour's words are in the way, a line for each task.
            let rim = Point::new(centre.x, centre.y + radius);
            let one = place(labels, brush.size, rim, &[&words])[0].1;
            let lines = match tasks.is_empty() || is_free(&taken, one) {
                true => vec![&*words],
                false => tasks,
            };
            for (words, (at, room)) in lines.iter().zip(place(labels, brush.size, rim, &lines)) {
                taken.push(room);
                over_paper(brush, palette, words, at, &palette.ink);
            }
        }
    }
    // What messages are called stands elsewhere.
    taken.into_iter().for_each(|room| labels.take(room));
}

/// Where lines of words stand that are to be below the rim of a node, and what each takes: all of
/// them are seen, also of a node at an edge of the stage.
fn place(labels: &Labels, stage: Size, rim: Point, lines: &[&str]) -> Vec<(Point, [f64; 4])> {
    let (_, up) = labels.half("");
    let room = 2.0 * up;
    let last = rim.y + WORDS + room * (lines.len() as f64 - 1.0);
    let first = rim.y + WORDS - (last + up - stage.height).max(0.0);
    let line = |(number, words): (usize, &&str)| {
        let (half, _) = labels.half(words);
        let side = half + EDGE;
        let x = within(rim.x, side, (stage.width - side).max(side));
        let y = first + room * number as f64;
        (Point::new(x, y), [x - half, y - up, x + half, y + up])
    };
    lines.iter().enumerate().map(line).collect()
}

fn is_free(taken: &[[f64; 4]], new: [f64; 4]) -> bool {
    let apart =
        |old: &[f64; 4]| new[0] > old[2] || new[2] < old[0] || new[1] >= old[3] || new[3] <= old[1];
    taken.iter().all(apart)
}

#[cfg(test)]
mod tests {
    use netsplit_core::id::Cast;

    use super::*;

    #[test]
    fn words_of_a_node_at_an_edge_stay_on_the_stage() {
        let stage = Size { width: 390.0, height: 290.0 };
        let mut labels = Labels::default();
        labels.begin(&Ring::of(Cast::new(5, 1), stage), stage, 12.0);
        for (x, y) in [(20.0, 40.0), (380.0, 150.0), (105.0, 268.0), (211.0, 285.0)] {
            for lines in [&["map 4, reduce 3"][..], &["map 2", "reduce 0"]] {
                for (_, room) in place(&labels, stage, Point::new(x, y), lines) {
                    let [left, top, right, bottom] = room;
                    let inside = left >= 0.0 && top >= 0.0 && right <= 390.0 && bottom <= 290.0;
                    assert!(inside, "at {x}, {y}: {room:?}");
                }
            }
        }
        let free = place(&labels, stage, Point::new(200.0, 100.0), &["a", "b"]);
        assert_eq!(free[0].0, Point::new(200.0, 100.0 + WORDS), "elsewhere they stand below it");
        assert!((free[1].0.y - free[0].1[3] - 7.0).abs() < 0.1, "one right below the other");
    }
}
