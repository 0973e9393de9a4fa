"""Where river 0.25 and 0.26 kept their statistics in Rust: pickles of them name this package."""
