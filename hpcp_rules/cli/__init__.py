"""The command line `hpcp`: thin over `hpcp_rules.api`."""
