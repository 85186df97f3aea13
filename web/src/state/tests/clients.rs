//! A run with clients on the page: it opens, they stand beside the ring, and are taken, asked and
//! parted as servers are.

use netsplit_core::id::{Cast, Groups, NodeId};

use super::*;
use crate::draw::hit::Hit;
use crate::draw::ring::Ring;
use crate::draw::{hit, picture, ring};
use crate::state::selection::{NodeSet, Press};

const SIZE: ring::Size = ring::Size { width: 880.0, height: 502.0 };

fn store() -> Model {
    opened(
        "scenario kv nodes=5 clients=3 seed=7\nrun until leader within 5s\nc1 put x 1\nrun for 200ms\n",
    )
}

fn opened(script: &str) -> Model {
    let mut model = Model::new();
    open(&mut model, script);
    assert_eq!(model.play.run.lab(), "kv");
    play(&mut model, 1);
    model.update(Action::Pause);
    model
}

fn client(model: &Model, number: u32) -> NodeId {
    model.view().cast().clients().nth(number as usize - 1).expect("there are so many")
}

#[test]
fn a_run_with_clients_opens_and_its_links_name_them() {
    let mut model = store();
    assert_eq!(model.play.run.lab(), "kv");
    let first = client(&model, 1);
    model.update(Action::Select(Selection::Node(first)));
    assert_eq!(model.selection.name().as_deref(), Some("c1"));
    // By its name alone it has no place; the view gives it one.
    model.update(Action::Select(Selection::named("c1")));
    assert_eq!(model.selection.node().map(NodeId::index), Some(5));
    model.update(Action::Select(Selection::named("c4")));
    assert_eq!(model.selection, Selection::Nothing, "there are three");
}

#[test]
fn several_nodes_of_both_kinds_are_selected_together() {
    let model = store();
    let nodes = [client(&model, 3), model.view().nodes[0].id, client(&model, 1)];
    let set = nodes.into_iter().fold(NodeSet::default(), NodeSet::toggled);
    let names: Vec<String> = set.iter().map(|id| format!("{id} {}", id.index())).collect();
    assert_eq!(names, ["n1 0", "c1 5", "c3 7"]);
    assert!(set.has(nodes[0]) && !set.has(client(&model, 2)));
    assert_eq!(set.toggled(nodes[0]).iter().count(), 2);
}

#[test]
fn servers_of_several_groups_are_told_apart_though_they_have_one_number() {
    let cast = Cast { groups: Groups { count: 2, size: 3 }, ..Cast::new(9, 2) };
    let placed = |name: &str| cast.place(NodeId::from_name(name).expect("it is a name"));
    let nodes = ["g2.n1", "n1", "g1.n2", "c2"].map(|name| placed(name).expect("it is there"));
    let set = nodes.into_iter().fold(NodeSet::default(), NodeSet::toggled);
    let names: Vec<String> = set.iter().map(|id| format!("{id} {}", id.index())).collect();
    assert_eq!(names, ["n1 0", "g1.n2 4", "g2.n1 6", "c2 10"]);
    let others = ["g1.n1", "n2", "g2.n2", "c1"].map(placed);
    assert!(others.into_iter().flatten().all(|other| !set.has(other)));
    let without = nodes.into_iter().fold(set, NodeSet::toggled);
    assert_eq!(without.iter().count(), 0);
    let unplaced = Selection::named("g1.n2 g2.n2").placed(cast);
    let places: Vec<usize> = unplaced.nodes().iter().map(NodeId::index).collect();
    assert_eq!(places, [4, 7], "by their names alone they have no places");
}

#[test]
fn a_press_takes_a_client_and_what_goes_to_it() {
    let mut model = store();
    let cast = model.view().cast();
    let ring = Ring::of(cast, SIZE);
    let first = client(&model, 1);
    let mut drawn = picture::Picture::default();
    drawn.draw(&ring, model.view(), None);
    let at = ring.node(first);
    assert_eq!(hit::hit(&ring, &drawn, model.view(), at, false), Hit::Node(first));
    model.update(Action::Press(Press { at, size: SIZE, touch: false, adds: false }));
    model.update(Action::Release);
    assert_eq!(model.selection, Selection::Node(first));
    let all = model.view().nodes.len();
    for (place, node) in model.view().nodes.iter().enumerate() {
        assert_eq!((node.id.index(), node.id), (place, cast.at(place as u32)), "of {all}");
    }
}

#[test]
fn a_line_drawn_outside_of_the_ring_parts_clients_from_servers() {
    let mut model = store();
    let ring = Ring::of(model.view().cast(), SIZE);
    let first = ring.node(client(&model, 1));
    let shore = ring.servers().iter().map(|at| at.x).fold(0.0, f64::max) + ring.radius;
    let x = (first.x + shore) / 2.0;
    let press = Press { at: ring::Point::new(x, 20.0), size: SIZE, touch: false, adds: false };
    model.update(Action::Press(press));
    model.update(Action::Drag(ring::Point::new(x, SIZE.height - 20.0)));
    model.update(Action::Release);
    let cuts = &model.view().cuts;
    assert_eq!(cuts.len(), 2 * 5 * 3, "each client from each server, both ways: {cuts:?}");
    assert!(cuts.iter().all(|(from, to)| from.is_client() != to.is_client()));
    // The servers reach each other: no side is drawn around them.
    assert!(crate::draw::parts::hulls(&ring, cuts, &[true; 8]).is_empty());
}

#[test]
fn a_command_comes_from_the_first_client() {
    let mut model = store();
    model.update(Action::SendCommand);
    let acts = model.play.run.acts();
    let last = acts.last().expect("it was done");
    let netsplit_sim::scene::Deed::Verb(verb) = &last.deed else { panic!("it is an act") };
    assert_eq!(model.play.lab().show(verb).to_string(), "c1 put x 2");
}

#[test]
fn a_client_crashes_and_its_lane_tells_so_by_name() {
    let mut model = store();
    model.update(Action::Select(Selection::named("c2")));
    model.update(Action::Run("crash", None));
    let second = client(&model, 2);
    assert!(!model.view().nodes[second.index()].up);
    let words: Vec<String> = model.marks().iter().map(|mark| mark.words.to_string()).collect();
    assert!(words.iter().any(|words| words.contains("c2")), "{words:?}");
    assert_eq!(model.play.history().servers().len(), 5);
}

#[test]
fn mistakes_of_the_lab_can_be_turned_on() {
    let mut model = store();
    model.update(Action::Mistake("KV01", true));
    assert_eq!(model.play.mistakes(), ["KV01"]);
    model.update(Action::Mistake("EL01", true));
    assert_eq!(model.play.mistakes_shown().len(), 2);
}

#[test]
fn a_script_of_another_lab_that_is_written_over_this_one_opens_as_a_run_of_its_own() {
    let mut model = Model::new();
    play(&mut model, 1);
    let first = model.play.script.to_string();
    model.update(Action::Edit(Edit::Whole));
    model.update(Action::Edit(Edit::Typed(first.replace("scenario raft", "scenario kv"))));
    model.update(Action::Edit(Edit::Apply));
    let Writing::Whole(text, Some(error)) = &model.writing else { panic!("it is refused") };
    let wrong = text.lines().nth(error.line as usize - 1);
    assert!(wrong.is_some_and(|line| line.contains("propose")), "{error}");
    assert_eq!(model.play.run.lab(), "raft");
    let store = "scenario kv nodes=3 clients=1 seed=7\nc1 put x 1\n";
    model.update(Action::Edit(Edit::Typed(store.into())));
    model.update(Action::Edit(Edit::Apply));
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 50 });
    }
    assert_eq!((model.play.run.lab(), &model.writing), ("kv", &Writing::Nothing));
    assert!(model.beside.is_none(), "runs of two labs are not compared");
}
