"""The version, apart from the package itself so that lower layers may read it."""

__version__ = "0.1.0"
