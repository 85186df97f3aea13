//! Shards that move: seen along the time line, followed down to an entry and a message, and up again.

use netsplit_sim::run::Passage;

use super::*;
use crate::draw::bars::Way;
use crate::draw::clients::{Axis, Spot};
use crate::draw::flows::Layout;
use crate::draw::ring::{Point, Size};
use crate::state::lens::Asking;
use crate::state::stations::{Shows, Station};
use crate::state::views::View;

/// The second group joins, and five shards move to it; then a client asks for a key of one of them.
fn joined() -> Model {
    let mut model = Model::new();
    open(
        &mut model,
        "scenario shardkv nodes=9 groups=2x3 clients=2 seed=7\n\
         run until leader of g1 within 2s\n\
         run until leader of g2 within 2s\n\
         run until leader of g0 within 2s\n\
         c1 join 1\n\
         run until settled 1 on g1 within 1s\n\
         c2 put 8 a\n\
         run until answered 1 on c2 within 1s\n\
         c1 join 2\n\
         run until settled 2 on g2 within 2s\n\
         run until settled 2 on g1 within 2s\n\
         c2 append 8 b\n\
         run until answered 2 on c2 within 1s\n",
    );
    play(&mut model, 2);
    model.update(Action::Pause);
    model
}

fn moved(model: &Model) -> u32 {
    model.travels().flows().ways.first().expect("five have moved").shard
}

fn words(stations: &[Station]) -> Vec<String> {
    stations.iter().map(|it| format!("{}: {}", it.place, it.words)).collect()
}

#[test]
fn five_shards_move_and_none_is_answered_for_twice() {
    let model = joined();
    let travels = model.travels();
    let flows = travels.flows();
    assert_eq!(flows.configs.iter().map(|it| it.number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(flows.configs[2].call, "join 2");
    let balance = flows.balance(2).expect("there is one");
    assert_eq!(balance.words(), "5 shards move: g1 10 → 5, g2 0 → 5.");
    assert_eq!((flows.shards, flows.ways.len()), (10, 5));
    for way in &flows.ways {
        let (leaves, arrives) = way.leaves.zip(way.arrives).expect("it is there");
        assert!(leaves < arrives && (way.from, way.to, way.at) == (1, 2, 2), "{way:?}");
    }
    // Whatever the moment, one group at most answers for a shard.
    for stay in &flows.stays {
        for shard in 0..flows.shards {
            let answer = (1..=2).filter(|group| {
                let there = flows.stay_at(shard, *group, stay.from);
                there.is_some_and(|it| it.state.serves())
            });
            assert!(answer.count() <= 1, "shard {shard} at {:?}", stay.from);
        }
    }
}

#[test]
fn what_is_known_holds_whatever_moment_is_shown_and_grows_with_the_branch() {
    let mut model = joined();
    let all = model.travels().passed().to_vec();
    let here = model.view().moment;
    model.update(Action::ToStart);
    assert_eq!(*model.travels().passed(), all);
    // Another branch has another past.
    model.update(Action::SeekTo(all[all.len() / 2].moment));
    model.update(crash_leader());
    let branch = model.travels().passed().to_vec();
    assert!(branch.len() < all.len() && all.starts_with(&branch));
    let first = model.branches().iter().find(|(it, _)| !it.shown).map(|(it, _)| it.id);
    model.update(Action::ShowBranch(first.expect("there are two")));
    assert_eq!(*model.travels().passed(), all);
    model.update(Action::SeekTo(here));
    assert_eq!(*model.travels().passed(), all);
}

#[test]
fn a_shard_is_followed_down_to_entry_and_message_and_up_again() {
    let mut model = joined();
    let shard = moved(&model);
    model.update(Action::Select(Selection::Shard(shard)));
    let stations = model.stations();
    let told = words(&stations);
    let expected = [
        "controller: configuration 2, join 2: g2 is to have it",
        "g2: is to have it, and waits for g1",
        "g2 → g1: PullShard",
        "g1: answers for it no more, and keeps it for g2",
        "g1 → g2: ShardContent",
        "g2: has it, and answers for it",
        "g2 → g1: DeleteShard",
        "g1: has deleted it",
        "g1 → g2: ShardDeleted",
        "g2: it is nowhere else any more",
    ];
    for line in expected {
        assert!(told.iter().any(|it| it == line), "{line} is not in {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    assert!(stations.is_sorted_by_key(|it| it.moment));
    for station in stations {
        let Some(shows) = station.shows else { panic!("{station:?} shows nothing") };
        model.update(shows.action(station.moment));
        assert_eq!(model.view().moment, station.moment);
        assert_eq!(model.selection, shows.selection(), "it is there: {station:?}");
        assert!(model.alone.is_some(), "within its group");
        match shows {
            Shows::Entry(node, index) => {
                let log = &model.view().nodes[node.index()].log;
                let (_, command) = crate::draw::logs::entry_of(log, index).expect("it is there");
                let is_step = ["install", "delete", "settle", "configure", "join"];
                assert!(is_step.iter().any(|it| command.contains(it)), "{command}");
            }
            Shows::Message(id) => {
                let message = crate::state::selection::flying(model.view(), id);
                assert_eq!(message.map(|it| it.kind), Some(&*station.words));
            }
        }
        model.update(Action::ShowShard(shard));
        assert_eq!((model.alone, model.selection), (None, Selection::Shard(shard)));
        assert_eq!(model.shown_view(), View::Shards);
    }
}

#[test]
fn a_request_is_followed_through_controller_group_and_log() {
    let mut model = joined();
    let second = model.asked().ops().last().expect("two were asked").clone();
    model.update(Action::Select(Selection::Operation(second.id)));
    let told = words(&model.stations());
    let has = |from: &str, part: &str| {
        let it = told.iter().position(|it| it.starts_with(from) && it.contains(part));
        it.unwrap_or_else(|| panic!("{from}… {part} is not in {told:#?}"))
    };
    let way = [
        has("c2: asks for", "append 8 b"),
        has("c2: asks g1", "g1.n"),
        has("g1: does not answer", "shard"),
        has("c2 → controller: asks", "who has the shard"),
        has("c2: learns", "configuration 2"),
        has("c2: asks again", "g2.n"),
        has("g2: g2.n", "takes it into its log"),
        has("g2: it is committed", "done"),
        has("c2: is told", "by g2"),
    ];
    assert!(way.is_sorted(), "{way:?} of {told:#?}");
    let entries: Vec<Shows> = model.stations().iter().filter_map(|it| it.shows).collect();
    let of_log = |it: &&Shows| matches!(it, Shows::Entry(node, _) if node.group() == Some(2));
    assert!(entries.iter().filter(of_log).count() >= 2, "taken in, and done: {entries:?}");
}

const SIZE: Size = Size { width: 880.0, height: 212.0 };

fn spot(at: Point) -> Spot {
    let axis = Axis { offset: 224.0, pixels: 1_404.0 };
    Spot { at, size: SIZE, axis, timeline: Size { width: 1_440.0, height: 114.0 } }
}

#[test]
fn a_press_on_the_map_takes_a_shard_or_a_time() {
    let mut model = joined();
    assert!(model.draws_flows());
    let axis = spot(Point::default()).axis;
    let (scale, shard) = (model.window(axis.pixels), moved(&model));
    let layout = Layout::new(model.travels().flows(), SIZE, axis, 0.0);
    let now = model.times().0;
    let row = layout.y(2, shard).expect("g2 has rows");
    let here = Point::new(layout.x(&scale, now) - 1.0, row);
    model.update(Action::Ask(Asking::Point(Some(spot(here)))));
    assert_eq!(model.lens.over, Some((2, shard)));
    model.update(Action::Ask(Asking::Press(spot(here))));
    assert_eq!((model.selection, model.view().moment.at), (Selection::Shard(shard), now));
    // Above the rows is time alone.
    let first = model.travels().flows().configs[2].moment.at;
    let above = Point::new(layout.x(&scale, first), 6.0);
    model.update(Action::Ask(Asking::Press(spot(above))));
    model.update(Action::LetTimelineGo);
    assert!(model.view().moment.at.micros().abs_diff(first.micros()) < 2_000);
    assert_eq!(model.selection, Selection::Shard(shard), "it stays selected");
}

#[test]
fn arrows_go_from_shard_to_shard_and_from_configuration_to_configuration() {
    let mut model = joined();
    let configs: Vec<Moment> = model.travels().flows().configs.iter().map(|it| it.moment).collect();
    let go = |model: &mut Model, way| model.update(Action::Ask(Asking::Go(way)));
    go(&mut model, Way::Down);
    assert_eq!(model.selection, Selection::Shard(0));
    go(&mut model, Way::Down);
    go(&mut model, Way::Up);
    go(&mut model, Way::Up);
    assert_eq!(model.selection, Selection::Shard(0), "there is none above");
    go(&mut model, Way::Earlier);
    assert_eq!(model.view().moment, configs[2]);
    go(&mut model, Way::Earlier);
    assert_eq!(model.view().moment, configs[1]);
    go(&mut model, Way::Later);
    assert_eq!(model.view().moment, configs[2]);
    go(&mut model, Way::Later);
    assert_eq!(model.view().moment, configs[2], "it is the last");
}

#[test]
fn a_table_stands_there_where_it_is_wanted_or_nothing_else_is_known() {
    let mut model = joined();
    model.update(Action::Ask(Asking::Table(true)));
    assert!(!model.draws_flows());
    model.update(Action::Ask(Asking::Table(false)));
    model.update(Action::ShowGroup(Some(1), None));
    assert!(!model.draws_flows(), "the logs stand there");
    let store = |model: &mut Model| {
        open(model, "scenario kv nodes=3 clients=1 seed=4\nrun for 100ms\n");
        model.travels().passed().is_empty()
    };
    assert!(store(&mut model), "nothing is passed where there are no shards");
    let configured = |it: &netsplit_sim::run::Passed| matches!(it.what, Passage::Configured { .. });
    assert!(joined().travels().passed().iter().any(configured));
}
