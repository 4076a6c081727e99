"""Who is who in the mesh: the estate is a small certificate authority, each node has its proof."""
