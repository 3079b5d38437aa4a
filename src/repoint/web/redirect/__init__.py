"""The hot path: short link in, redirect or small page out."""
