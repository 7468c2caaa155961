"""Other places that captures come from."""
