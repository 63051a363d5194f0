"""The evaluators' test set, the measures and the quality floor. `python -m eval` runs it; see `eval/__main__.py`."""
