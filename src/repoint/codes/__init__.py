"""QR codes, the product's noun: create, edit, find, draw."""
