//! Logs set up by hand: rows of terms as a script.

use netsplit_core::id::NodeId;
use netsplit_sim::labs::raft_rows::{RowError, rows_from_text};
use netsplit_sim::words;

/// What rows of terms come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The script that begins so.
    pub script: String,
    /// Why no run could have led to it, in sentences.
    pub impossible: Vec<String>,
}

/// The start that rows describe, as a script of a calm cluster.
///
/// # Errors
/// The first row that is wrong.
pub fn start_from_rows(text: &str, seed: u64) -> Result<Start, RowError> {
    let rows = rows_from_text(text)?;
    let mut script = format!("scenario raft nodes={} seed={seed}\n", rows.disks.len());
    for (node, disk) in (0..).map(NodeId::from_index).zip(&rows.disks) {
        script.push_str(&format!("disk {node} {disk}\n"));
    }
    let impossible = rows.impossible.iter().map(words::impossible_start).collect();
    Ok(Start { script, impossible })
}
