"""Documents in, index out: read, clean, structure, references, passages, ledger, publish."""
