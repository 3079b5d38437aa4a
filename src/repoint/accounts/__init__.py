"""Who is asking: organisations, users, keys, actors."""
