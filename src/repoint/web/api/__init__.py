"""The native API, one file for each resource."""
