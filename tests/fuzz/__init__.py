"""What is done at random, for a minute in every run of the tests and for hours by `make fuzz`."""
