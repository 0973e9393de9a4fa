"""The tests of `river.stats`: a table that every class passes, and what is special to one."""
