"""How a machine comes into an estate: it makes one, is given a node file, or joins from home."""
