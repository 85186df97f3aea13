//! Tests of the jobs and of the machines by themselves.
