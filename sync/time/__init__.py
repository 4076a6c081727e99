"""Estate time and the order of what is written, where no clock can be taken at its word."""
