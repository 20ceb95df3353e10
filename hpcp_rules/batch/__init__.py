"""Many documents: `run_batch` is the way in; docs/scale.md has the corpus file, clusters and figures."""

from __future__ import annotations

from hpcp_rules.batch.run import Progress, run_batch

__all__ = ["Progress", "run_batch"]
