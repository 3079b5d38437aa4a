"""The hot path: a short link in, a redirect or a small page out."""
