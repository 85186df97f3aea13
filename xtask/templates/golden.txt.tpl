# n2 asks n1 to count, and hears that it has.
scenario LAB nodes=3 seed=1
ask n2 count
run for 100ms
----
