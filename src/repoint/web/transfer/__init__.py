"""Archives on their way out of an installation and into it."""
