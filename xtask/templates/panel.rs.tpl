//! LAB
