"""The Streamlit pages. They draw what `rag`, `ingest` and `eval` return and decide nothing."""
