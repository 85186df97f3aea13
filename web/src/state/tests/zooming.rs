//! From all groups to an entry of one of them and back.

use netsplit_sim::link::Link;

use super::*;
use crate::draw::ring::{Point, Size};
use crate::state::commands::commands_for;
use crate::state::path::{Stands, path};
use crate::state::selection::Press;
use crate::state::views::View;

const SIZE: Size = Size { width: 880.0, height: 312.0 };

/// A cluster of a controller and two groups, in which the first has some entries.
fn sharded() -> Model {
    let mut model = Model::new();
    open(
        &mut model,
        "scenario shardkv nodes=9 groups=2x3 clients=2 seed=7\n\
         run until leader of g1 within 2s\n\
         c1 join 1\n\
         c2 put 3 a\n\
         run until answered 1 on c2 within 2s\n",
    );
    assert_eq!(model.play.run.lab(), "shardkv");
    play(&mut model, 1);
    model.update(Action::Pause);
    model
}

fn node(model: &Model, name: &str) -> NodeId {
    let named = model.view().nodes.iter().find(|node| node.id.to_string() == name);
    named.unwrap_or_else(|| panic!("there is a {name}")).id
}

/// The path as people read it, what is shown in brackets.
fn read(model: &Model) -> String {
    let parts = path(model.alone, model.selection).into_iter();
    let words = parts.map(|part| match part.stands {
        Stands::Here => format!("[{}]", part.name),
        Stands::Above | Stands::Below => part.name,
    });
    words.collect::<Vec<_>>().join(" › ")
}

fn go(model: &mut Model, name: &str) {
    let parts = path(model.alone, model.selection);
    let part = parts.into_iter().find(|part| part.name == name);
    let part = part.unwrap_or_else(|| panic!("{name} is in the path {}", read(model)));
    model.update(part.goes);
}

#[test]
fn every_part_of_the_path_leads_where_it_says_and_time_stays() {
    let mut model = sharded();
    let here = (model.view().moment, model.playback.speed, model.playback.playing);
    assert_eq!(read(&model), "[Shards]");
    let n3 = node(&model, "g1.n3");
    model.update(Action::Select(Selection::Entry(n3, 2)));
    assert_eq!(read(&model), "[Shards] › group 1 › n3 › entry 2", "what is selected is further in");
    go(&mut model, "entry 2");
    assert_eq!(read(&model), "Shards › group 1 › n3 › [entry 2]");
    go(&mut model, "n3");
    assert_eq!(read(&model), "Shards › group 1 › [n3]");
    go(&mut model, "Shards");
    assert_eq!(read(&model), "[Shards] › group 1 › n3", "what is selected stays");
    go(&mut model, "group 1");
    assert_eq!(read(&model), "Shards › group 1 › [n3]");
    go(&mut model, "group 1");
    assert_eq!(read(&model), "Shards › [group 1]");
    assert_eq!(here, (model.view().moment, model.playback.speed, model.playback.playing));
}

#[test]
fn escape_goes_one_level_up_when_nothing_else_is_open() {
    let mut model = sharded();
    let n3 = node(&model, "g1.n3");
    model.update(Action::ShowGroup(Some(1), Some(Selection::Entry(n3, 2))));
    model.update(Action::Run("help", None));
    model.update(Action::Escape);
    assert_eq!(read(&model), "Shards › group 1 › n3 › [entry 2]", "it closes the help");
    let mut seen = Vec::new();
    for _ in 0..4 {
        model.update(Action::Escape);
        seen.push(read(&model));
    }
    let expected = ["Shards › group 1 › [n3]", "Shards › [group 1]", "[Shards]", "[Shards]"];
    assert_eq!(seen, expected);
}

#[test]
fn what_is_selected_elsewhere_is_shown_where_it_is() {
    let mut model = sharded();
    model.update(Action::ShowGroup(Some(1), None));
    // A number is that of a node of the group.
    model.update(Action::SelectNumber(2));
    assert_eq!(model.selection, Selection::Node(node(&model, "g1.n2")));
    let other = node(&model, "g2.n1");
    model.update(Action::Select(Selection::Node(other)));
    assert_eq!(read(&model), "Shards › group 2 › [n1]");
    let controller = node(&model, "n1");
    model.update(Action::Select(Selection::Node(controller)));
    assert_eq!(read(&model), "Shards › controller › [n1]");
    let client = node(&model, "c1");
    model.update(Action::Select(Selection::Node(client)));
    assert_eq!(read(&model), "Shards › controller › [c1]", "a client stands beside every group");
    model.update(Action::Select(Selection::Node(other)));
    model.update(Action::ShowGroup(Some(1), None));
    assert_eq!(read(&model), "Shards › [group 1]", "g2's node is not seen there");
    model.update(Action::ShowGroup(Some(7), None));
    assert_eq!(read(&model), "[Shards]", "there is no such group");
}

#[test]
fn a_message_to_another_group_is_followed_there() {
    let mut model = sharded();
    let between = |model: &Model| {
        let of = |group: &NodeId| group.group().unwrap_or(0);
        let mail = model.view().flying.iter().map(|it| it.id);
        let mut between = mail.filter(|id| !id.to.is_client() && !id.from.is_client());
        between.find(|id| of(&id.from) != of(&id.to))
    };
    let mut message = between(&model);
    for _ in 0..5_000 {
        if message.is_some() {
            break;
        }
        model.update(Action::StepForward);
        message = between(&model);
    }
    let message = message.expect("a group asks the controller");
    let of = |node: NodeId| Some(node.group().unwrap_or(0));
    model.update(Action::ShowGroup(of(message.from), Some(Selection::Message(message))));
    assert_eq!(model.alone, of(message.from), "it is seen at both its ends");
    while model.selection == Selection::Message(message) {
        model.update(Action::StepForward);
    }
    assert_eq!(model.selection, Selection::Node(message.to));
    assert_eq!(model.alone, of(message.to));
}

#[test]
fn two_presses_go_into_the_ring_that_is_there() {
    let mut model = sharded();
    let second = node(&model, "g2.n2");
    let ring = crate::later::ring(model.view().cast(), None, SIZE);
    let at = ring.node(second);
    for _ in 0..2 {
        model.update(Action::Press(Press { at, size: SIZE, touch: false, adds: false }));
        model.update(Action::Release);
    }
    model.update(Action::Enter(at, SIZE));
    assert_eq!(read(&model), "Shards › group 2 › [n2]");
    model.update(Action::ShowGroup(None, Some(Selection::Nothing)));
    model.update(Action::Enter(Point::new(2.0, 2.0), SIZE));
    assert_eq!(read(&model), "[Shards]", "no ring is there");
}

#[test]
fn only_the_group_is_pressed_listed_and_drawn() {
    let mut model = sharded();
    model.update(Action::ShowGroup(Some(2), None));
    assert_eq!(model.seen_servers(), 6..9);
    let ring = crate::later::ring(model.view().cast(), model.alone, SIZE);
    // Where the place of another group is, nobody's node is taken.
    let at = ring.node(node(&model, "g1.n1"));
    model.update(Action::Press(Press { at, size: SIZE, touch: false, adds: false }));
    model.update(Action::Release);
    assert_eq!(model.selection, Selection::Nothing);
    for _ in 0..12 {
        model.update(Action::SelectMessage { forward: true });
        let Selection::Message(id) = model.selection else { break };
        assert!(id.from.group() == Some(2) || id.to.group() == Some(2), "{id}");
    }
}

#[test]
fn beside_a_group_stands_what_was_chosen_there() {
    let mut model = sharded();
    assert_eq!(model.shown_view(), View::Shards);
    model.update(Action::ShowGroup(Some(1), None));
    assert_eq!(model.shown_view(), View::Logs, "as beside any Raft");
    model.update(Action::ShowView(View::Clients));
    model.update(Action::ShowGroup(None, None));
    assert_eq!(model.shown_view(), View::Shards);
    model.update(Action::ShowGroup(Some(2), None));
    assert_eq!(model.shown_view(), View::Clients);
}

#[test]
fn a_menu_opens_the_group_of_its_node() {
    let mut model = sharded();
    let third = Selection::Node(node(&model, "g1.n3"));
    let into = |model: &Model| {
        let items = commands_for(model, third);
        items.into_iter().find(|item| item.id == "into").map(|item| (item.name, item.action))
    };
    let (name, action) = into(&model).expect("it is offered");
    assert_eq!(name, "Open group 1");
    model.update(Action::Select(third));
    model.update(action);
    assert_eq!(read(&model), "Shards › group 1 › [n3]");
    assert_eq!(into(&model), None, "there it is");
}

#[test]
fn a_menu_lets_a_group_join_or_leave() {
    let mut model = sharded();
    let offered = |model: &Model, name: &str| {
        let items = commands_for(model, Selection::Node(node(model, name)));
        items.into_iter().find(|item| item.id == "join").map(|item| (item.name, item.action))
    };
    let name = |it: Option<(String, Action)>| it.map(|(name, _)| name);
    assert_eq!(name(offered(&model, "g1.n2")).as_deref(), Some("Let g1 leave"));
    assert_eq!(name(offered(&model, "n1")), None, "the controller is in no configuration");
    let (name, join) = offered(&model, "g2.n3").expect("it can join");
    assert_eq!(name, "Let g2 join");
    model.update(join);
    play(&mut model, 1);
    let travels = model.travels();
    let last = travels.flows().configs.last().expect("there are some");
    assert_eq!((last.number, &*last.call), (2, "join 2"));
}

#[test]
fn a_link_opens_where_its_sender_was() {
    let mut model = sharded();
    let third = node(&model, "g1.n3");
    model.update(Action::ShowGroup(Some(1), Some(Selection::Entry(third, 2))));
    let link = model.shared_link();
    let mut other = Model::new();
    open(&mut other, &link);
    assert_eq!(read(&other), "Shards › group 1 › n3 › [entry 2]");
    let (link, _) = Link::read(&link).expect("it was made here");
    assert_eq!(link.selected.as_deref(), Some("within g1 g1.n3 entry 2"));
    // A run without groups has none to stand alone.
    let mut plain = Model::new();
    plain.update(Action::ShowGroup(Some(0), None));
    assert_eq!(plain.alone, None);
}
