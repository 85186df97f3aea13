//! What the page shows of %lab% beyond the generic inspector, event list and rows.

use netsplit_sim::labs::%lab%::CODE;

use super::Look;
use crate::later::OfLab;

/// %Lab%.
pub static LOOK: Look =
    Look::plain("%lab%", "%Lab%", &[("%Lab%", "What it is about")], "count");

/// What comes with it.
pub static OF: OfLab = OfLab::plain(&CODE);
