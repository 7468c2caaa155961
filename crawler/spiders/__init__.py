"""One file per source: where a regulator publishes, and how its pages read."""
