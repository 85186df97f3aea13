//! Every rule of Figure 2 and Figure 13 at least once, on one peer at a time, or
//! on a small group whose messages the test carries by hand.

mod election;
mod group;
mod reasons;
mod replication;
mod rounds;
mod snapshot;
mod solo;
