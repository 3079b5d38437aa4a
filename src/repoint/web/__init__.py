"""Everything that speaks HTTP; no SQL, no rules."""
