"""What follows a check: decisions, waivers, baselines, notices, comparison, figures of many results, exchange."""
