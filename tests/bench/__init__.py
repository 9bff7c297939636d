"""The benchmark of `make bench`: docs/performance.md says how to run it and what each figure means."""
