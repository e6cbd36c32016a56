"""What `tests.benchmarks.engine` times: the workloads, who takes part in them, and what the machine allows at best."""
