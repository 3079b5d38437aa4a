"""What an organisation may do: the catalogue and its gate."""
