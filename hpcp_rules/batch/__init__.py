"""Many documents."""
