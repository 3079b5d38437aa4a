"""Measurements, as ratios against something run beside it."""
