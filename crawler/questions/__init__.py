"""What is not known for certain about each regulator's site: one module per source, one small function per question."""
