//! Makes a failing run small: acts are dropped as long as it still fails.
