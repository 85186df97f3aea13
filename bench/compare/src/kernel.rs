//! The bare event loop: five nodes, all to all, a hundred messages in flight,
//! delays drawn evenly from 1 to 10 ms. Each message that arrives is sent on to
//! the next of the other nodes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use cpu_time::ThreadTime;
use serde::Serialize;
use simcore::{Event, EventHandler, Id, Simulation, SimulationContext, cast};

/// Nodes of the bare loop.
pub const NODES: u32 = 5;
/// Messages under way.
pub const IN_FLIGHT: u32 = 100;

/// Times so many events of `simcore`.
pub fn simcore(events: u64) -> Duration {
    #[derive(Clone, Serialize)]
    struct Token {
        hops: u64,
    }
    struct Forwarder {
        context: SimulationContext,
        next: Id,
        hops: u64,
    }
    impl Forwarder {
        fn send(&mut self, hops: u64) {
            self.next = (self.next + 1) % NODES;
            if self.next == self.context.id() {
                self.next = (self.next + 1) % NODES;
            }
            let delay = self.context.gen_range(0.001..=0.010);
            self.context.emit(Token { hops }, self.next, delay);
        }
    }
    impl EventHandler for Forwarder {
        fn on(&mut self, event: Event) {
            cast!(match event.data {
                Token { hops } => {
                    self.hops = self.hops.max(hops);
                    self.send(hops + 1);
                }
            })
        }
    }

    let mut simulation = Simulation::new(1);
    let nodes: Vec<_> = (0..NODES)
        .map(|node| {
            let name = format!("n{}", node + 1);
            let context = simulation.create_context(&name);
            let node = Rc::new(RefCell::new(Forwarder { context, next: node, hops: 0 }));
            simulation.add_handler(name, node.clone());
            node
        })
        .collect();
    for token in 0..IN_FLIGHT {
        nodes[(token % NODES) as usize].borrow_mut().send(0);
    }
    let start = ThreadTime::now();
    assert!(simulation.steps(events), "tokens never run out");
    let time = start.elapsed();
    assert!(nodes.iter().all(|node| node.borrow().hops > 0), "all take part");
    time
}

/// Times so many steps of our [`World`](netsplit_sim::world::World).
pub fn world(events: u64) -> Duration {
    let mut world = crate::forward::world();
    let start = ThreadTime::now();
    for _ in 0..events {
        world.step();
    }
    let time = start.elapsed();
    assert_eq!(world.steps(), events + u64::from(NODES));
    assert_eq!(world.mail().count(), IN_FLIGHT as usize);
    std::hint::black_box(world.fingerprint());
    time
}
