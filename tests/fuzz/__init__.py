"""Random tests, for a minute in every run of the tests and for hours by `make fuzz`."""
