"""What leaves the playground: the network as code, its weights, the lesson as a notebook and as a page."""
