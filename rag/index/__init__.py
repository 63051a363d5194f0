"""The index on disk: passage vectors in Chroma, words in SQLite, documents as they were read."""
