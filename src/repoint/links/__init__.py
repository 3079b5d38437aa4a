"""Short code to destination: allocate, retarget, resolve."""
