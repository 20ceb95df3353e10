"""Files that are hard to read, each named after its difficulty, with the expected reading beside it.

`<format>/NAME.EXT` is the file, `<format>/NAME.yaml` what is expected of it (keys: `tests.readers.test_awkward`).
The files are made by `build_*.py` here; they are kept in the repository so that what is tested does not change with
the libraries that make them.
"""
