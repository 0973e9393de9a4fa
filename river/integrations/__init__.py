"""The statistics on the engines and data frames that people have; nothing here is imported before it is asked for."""
