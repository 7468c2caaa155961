"""`python -m exowatch`."""

from exowatch.cli import main

main()
