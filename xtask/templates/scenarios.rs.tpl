//! The scenarios of LAB, as values: what each shows, and what to look for.
