"""Hours of use in minutes: everything at once on a world that does not stand still."""
