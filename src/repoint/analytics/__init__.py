"""Asking about scans: a question in, an answer with its method out."""
