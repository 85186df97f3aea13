//! The three kinds of nodes of a sharded store.

use crate::id::{Cast, NodeId};
use crate::kv::store::Store;
use crate::machine::{Context, Input, Machine};
use crate::raft::disk::Disk;
use crate::raft::peer::Peer;
use crate::replicated::server::Server;
use crate::shardctrl::controller::Controller;

use super::clerk::ShardClients;
use super::message::{Message, Of, Request, Sharded, Timer};
use super::options::Options;
use super::server::ShardServer;

/// A node of a sharded store.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A server of the controller.
    Controller(Box<Server<Controller>>),
    /// A server of a group.
    Server(Box<ShardServer>),
    /// A client.
    Clients(Box<ShardClients>),
}

impl Node {
    /// A node at its start, and after a crash: of the kind that its name says.
    pub fn boot(me: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Node {
        if me.is_client() {
            return Node::Clients(Box::new(ShardClients::boot(cast, options)));
        }
        if me.group().is_some() {
            return Node::Server(Box::new(ShardServer::boot(
                me,
                cast,
                options,
                Store::default(),
                disk,
            )));
        }
        let servers: Vec<NodeId> = cast.members(0).collect();
        let service =
            Controller::new(options.sharding.count, me.number() - 1, options.controller_mutants);
        let options = options.of_controller();
        Node::Controller(Box::new(Server::boot(me, &servers, &options, service, disk)))
    }

    /// The peer in it, if it is a server.
    pub fn peer(&self) -> Option<&Peer> {
        match self {
            Node::Controller(server) => Some(server.raft()),
            Node::Server(server) => Some(server.raft()),
            Node::Clients(_) => None,
        }
    }

    /// The server of a group that it is.
    pub fn server(&self) -> Option<&ShardServer> {
        match self {
            Node::Server(server) => Some(server),
            Node::Controller(_) | Node::Clients(_) => None,
        }
    }

    /// The server of the controller that it is.
    pub fn controller(&self) -> Option<&Server<Controller>> {
        match self {
            Node::Controller(server) => Some(server),
            Node::Server(_) | Node::Clients(_) => None,
        }
    }

    /// The client that it is.
    pub fn clients(&self) -> Option<&ShardClients> {
        match self {
            Node::Clients(clients) => Some(clients),
            Node::Controller(_) | Node::Server(_) => None,
        }
    }
}

impl Machine<Sharded> for Node {
    fn handle(&mut self, input: Input<Sharded>, cx: &mut Context<'_, Sharded>) {
        match self {
            Node::Server(server) => server.handle(input, cx),
            Node::Clients(clients) => clients.handle(input, cx),
            Node::Controller(server) => {
                let input = match input {
                    Input::Started => Input::Started,
                    Input::Received { from, message: Message::Controller(message) } => {
                        Input::Received { from, message }
                    }
                    Input::Fired(Timer::Controller(timer)) => Input::Fired(timer),
                    Input::Requested(Request::Group(request)) => Input::Requested(request),
                    Input::Durable(number) => Input::Durable(number),
                    // Of groups and clients.
                    Input::Received { .. } | Input::Fired(_) | Input::Requested(_) => return,
                };
                for notice in cx.embed(&mut **server, input, &Of::Controller) {
                    cx.notify(Of::Controller.notice(notice));
                }
            }
        }
    }
}
