"""From a RunReport to what a reader works with."""
