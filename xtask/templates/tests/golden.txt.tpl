# `cargo xtask golden` puts the scenario here, and below it what happens.
----
