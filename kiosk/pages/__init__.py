"""The page areas: one folder each; listing them lists what the product can do."""
