"""What the project promises of time and size, measured: `make bench` prints it and always ends well."""
