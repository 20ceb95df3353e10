"""Public helpers for whoever tests rules: run a rule's examples, and make documents in tests."""
