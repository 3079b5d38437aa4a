"""Work that outlives its request: queued, leased, done in batches."""
