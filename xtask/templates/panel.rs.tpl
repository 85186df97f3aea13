//! What the page shows of LAB beyond the generic inspector, event list and rows.
