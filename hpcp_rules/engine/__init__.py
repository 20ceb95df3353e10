"""From a structured contract and a rule pack to findings: index, match, excuse, policy."""
