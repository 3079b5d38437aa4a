"""Writing down what was scanned: capture, journal, ingest."""
