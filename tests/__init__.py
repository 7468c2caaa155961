"""What the project promises, shown on small real things."""
