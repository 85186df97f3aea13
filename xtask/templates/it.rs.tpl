//! LAB, whole: its machines over the simulated world.
