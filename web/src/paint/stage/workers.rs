//! What each node of a MapReduce is at: around a worker an arc for each task, as far as it is done, and
//! below it which that is; below the others what they are.

use netsplit_core::view::{Field, Value};
use netsplit_sim::run::NodeShown;

use super::shapes::over_paper;
use crate::draw::point::Point;
use crate::draw::ring::Ring;
use crate::draw::tenths::within;
use crate::paint::brush::Brush;
use crate::paint::palette::Palette;
use crate::state::model::Model;

/// From the rim of a node to the first arc, from that to the second, and how wide they are.
const ARCS: (f64, f64, f64) = (5.0, 5.0, 3.0);
/// From the rim to the words below it.
const WORDS: f64 = 21.0;
/// What a letter takes.
const LETTER: f64 = 7.6;
/// How high a line of them is.
const LINE: f64 = 14.0;
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
pub fn paint(brush: &Brush, palette: &Palette, model: &Model, ring: &Ring) {
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
            let below = |line: usize| centre.y + radius + WORDS + LINE * line as f64;
            let is_free = is_free(&taken, room(brush, &words, centre.x, below(0)).1);
            let lines = if is_free || tasks.is_empty() { vec![&*words] } else { tasks };
            for (line, words) in lines.into_iter().enumerate() {
                let (at, room) = room(brush, words, centre.x, below(line));
                taken.push(room);
                over_paper(brush, palette, words, at, &palette.ink);
            }
        }
    }
}

/// Where words stand that are to be around a place, and what they take: all of them are seen, also of
/// a node at the edge.
fn room(brush: &Brush, words: &str, x: f64, y: f64) -> (Point, [f64; 4]) {
    let half = words.chars().count() as f64 * LETTER / 2.0;
    let x = within(x, half, (brush.size.width - half).max(half));
    (Point::new(x, y), [x - half, y - LINE / 2.0, x + half, y + LINE / 2.0])
}

fn is_free(taken: &[[f64; 4]], new: [f64; 4]) -> bool {
    let apart =
        |old: &[f64; 4]| new[0] > old[2] || new[2] < old[0] || new[1] >= old[3] || new[3] <= old[1];
    taken.iter().all(apart)
}
