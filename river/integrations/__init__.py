"""The statistics in other engines and data frame libraries; nothing here is imported before it is needed."""
