//! The three kinds of nodes of a store with transactions.

use crate::id::{Cast, NodeId};
use crate::machine::{Context, Input, Machine};
use crate::raft::disk::Disk;
use crate::raft::peer::Peer;
use crate::shardkv::node::Node as ShardNode;

use super::client::TxnClients;
use super::message::{Message, Notice, Of, Request, Timer, Transactional};
use super::options::Options;
use super::server::TxnServer;

/// A node of a store with transactions.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A server of the controller.
    Controller(Box<ShardNode>),
    /// A server of a group.
    Server(Box<TxnServer>),
    /// A client.
    Client(Box<TxnClients>),
}

impl Node {
    /// A node at its start, and after a crash: of the kind that its name says.
    pub fn boot(me: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Node {
        if me.is_client() {
            return Node::Client(Box::new(TxnClients::boot(cast, options, disk)));
        }
        if me.group().is_some() {
            return Node::Server(Box::new(TxnServer::boot(me, cast, options, disk)));
        }
        Node::Controller(Box::new(ShardNode::boot(me, cast, &options.sharded, disk)))
    }

    /// The peer in it, if it is a server.
    pub fn peer(&self) -> Option<&Peer> {
        match self {
            Node::Controller(node) => node.peer(),
            Node::Server(server) => Some(server.server().raft()),
            Node::Client(_) => None,
        }
    }

    /// The server of a group that it is.
    pub fn server(&self) -> Option<&TxnServer> {
        match self {
            Node::Server(server) => Some(server),
            Node::Controller(_) | Node::Client(_) => None,
        }
    }

    /// The client that it is.
    pub fn client(&self) -> Option<&TxnClients> {
        match self {
            Node::Client(client) => Some(client),
            Node::Controller(_) | Node::Server(_) => None,
        }
    }
}

impl Machine<Transactional> for Node {
    fn handle(&mut self, input: Input<Transactional>, cx: &mut Context<'_, Transactional>) {
        match self {
            Node::Server(server) => server.handle(input, cx),
            Node::Client(client) => client.handle(input, cx),
            Node::Controller(node) => {
                let input = match input {
                    Input::Started => Input::Started,
                    Input::Received { from, message: Message(message) } => {
                        Input::Received { from, message }
                    }
                    Input::Fired(Timer::Sharded(timer)) => Input::Fired(timer),
                    Input::Requested(Request::Sharded(request)) => Input::Requested(request),
                    Input::Durable(number) => Input::Durable(number),
                    // Of groups and clients.
                    Input::Fired(_) | Input::Requested(_) => return,
                };
                for notice in cx.embed(&mut **node, input, &Of::Node) {
                    cx.notify(Notice::Sharded(notice));
                }
            }
        }
    }
}
