//! Sentences about one script under many seeds.

use crate::luck::{Lot, Outcome, groups};

/// `n2 leads 9, n5 8, n3 4, split vote 3; broken 0`.
pub fn lots(lots: &[Lot]) -> String {
    let mut text = String::new();
    let mut leads = false;
    for group in groups(lots) {
        let separator = if text.is_empty() { "" } else { ", " };
        let count = group.places.len();
        text.push_str(&match group.outcome {
            // Said once, it holds for all that follow.
            Outcome::Leads(node) if leads => format!("{separator}{node} {count}"),
            Outcome::Leads(node) => format!("{separator}{node} leads {count}"),
            other => format!("{separator}{} {count}", luck_outcome(other)),
        });
        leads |= matches!(group.outcome, Outcome::Leads(_));
    }
    let broken = lots.iter().filter(|lot| !lot.broken.is_empty()).count();
    format!("{text}; broken {broken}")
}

/// `n2 leads`, `split vote`, `no leader`.
pub fn luck_outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Leads(node) => format!("{node} leads"),
        Outcome::SplitVote => "split vote".to_owned(),
        Outcome::Nobody => "no leader".to_owned(),
    }
}

/// What one run came to: `n2 leads term 3; election-safety is broken by n1; 2 acts
/// not possible`.
pub fn lot(lot: &Lot) -> String {
    let mut text = luck_outcome(lot.outcome);
    match lot.outcome {
        Outcome::Leads(_) => text.push_str(&format!(" term {}", lot.term)),
        _ => text.push_str(&format!(" in term {}", lot.term)),
    }
    for broken in &lot.broken {
        text.push_str(&format!("; {}", super::violation(broken)));
    }
    match lot.undone {
        0 => {}
        1 => text.push_str("; 1 act not possible"),
        more => text.push_str(&format!("; {more} acts not possible")),
    }
    text
}
