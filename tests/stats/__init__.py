"""The tests of `river.stats`: a table that every class has to pass, and tests special to one class."""
