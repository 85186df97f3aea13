//! What labs have in common whose servers keep a service.

use netsplit_core::replicated::message::Replicated;
use netsplit_core::replicated::options::Options;
use netsplit_core::replicated::service::Service;

use crate::lab::{Lab, OverRaft};

use super::counter::CounterLab;
use super::kv::{KvLab, Node};
use netsplit_core::kv::store::Store;
use netsplit_core::replicated::counter::Counter;

/// A lab whose servers keep a service, and whose clients have clerks.
pub trait ServiceLab:
    OverRaft + Lab<Protocol = Replicated, Node = Node<<Self as ServiceLab>::Service>>
{
    /// The service.
    type Service: Service;

    /// What of the options is of every service.
    fn of_service(options: &Self::Options) -> &Options;
}

impl ServiceLab for KvLab {
    type Service = Store;

    fn of_service(options: &Options) -> &Options {
        options
    }
}

impl ServiceLab for CounterLab {
    type Service = Counter;

    fn of_service(options: &Options) -> &Options {
        options
    }
}
