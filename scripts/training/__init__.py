"""Training of the weights that Citewell ships; `scripts/train_reader.py` runs it."""
