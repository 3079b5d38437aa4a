"""Technology without a product word in it."""
