//! What can stand beside the stage, by lab.

/// A view of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The rows of logs.
    Logs,
    /// What clients asked, a lane each.
    Clients,
    /// The stores and sessions of all servers.
    Store,
    /// What is in logs and what in snapshots.
    Snapshots,
    /// How long reads took.
    Reads,
    /// How much was done at a time.
    Load,
    /// Who has which shard, and which are on their way.
    Shards,
    /// Transactions, a lane each.
    Transactions,
    /// Who waits for whom.
    Waits,
    /// In which order transactions must stand.
    Order,
    /// The accounts of the bank.
    Bank,
    /// Attempts at tasks, a lane for each worker.
    Tasks,
    /// From splits through buckets to outputs.
    Flow,
    /// How many bytes flowed at a time.
    Rates,
    /// How a job stands.
    Status,
    /// What is on which disk.
    Files,
    /// What a job has written.
    Output,
    /// What a job reads, and what it does with that.
    Input,
}

impl View {
    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            View::Logs => "Logs",
            View::Clients => "Clients",
            View::Store => "Store",
            View::Snapshots => "Snapshots",
            View::Reads => "Reads",
            View::Load => "Load",
            View::Shards => "Shards",
            View::Transactions => "Transactions",
            View::Waits => "Waits",
            View::Order => "Order",
            View::Bank => "Bank",
            View::Tasks => "Tasks",
            View::Flow => "Flow",
            View::Rates => "Rates",
            View::Status => "Status",
            View::Files => "Files",
            View::Output => "Output",
            View::Input => "Input and code",
        }
    }
}
