"""The JSON Schema of a report: `python -m hpcp_rules.report.schema` prints what lies in docs/schema."""

from __future__ import annotations

import json

from hpcp_rules.model.report import RunReport


def report_schema() -> str:
    """The schema as formatted JSON."""
    return (
        json.dumps(RunReport.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2, sort_keys=True)
        + "\n"
    )


if __name__ == "__main__":
    print(report_schema(), end="")
