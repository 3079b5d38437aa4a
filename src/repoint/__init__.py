"""Repoint: print once, repoint for ever."""
