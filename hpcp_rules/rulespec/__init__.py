"""Rules as data: schema, strict loading with file, line and column in every error, compilation of patterns."""
