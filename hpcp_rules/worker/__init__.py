"""Checking in a process that can be ended: a document that hangs, crashes or eats memory costs one refusal.

`Guard` does one document after the other; `Pool` many at once, with cancelling, for batches and services. What a worker
may do is in `confine`, what a document may cost in `hpcp_rules.readers.limits`; docs/robustness.md has the whole.
"""

from __future__ import annotations

from hpcp_rules.worker.guard import Guard, check_job
from hpcp_rules.worker.pool import Pool
from hpcp_rules.worker.process import Job, Worker, can_fork

__all__ = ["Guard", "Job", "Pool", "Worker", "can_fork", "check_job"]
